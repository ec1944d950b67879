"""`moziplus serve`: the home over HTTP, for other programs and for a phone. Whoever has its token is the operator."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from console.cli.options import Here, command, pass_here
from console.errors import MoziError, UsageError

if TYPE_CHECKING:
    from console.http.token import Key

__all__ = ("serve",)

MISSING = "moziplus serve needs Starlette and uvicorn: install `moziplus[serve]`"


@command("serve", prints="serve.Serving")
@click.option("--host", default="127.0.0.1", show_default=True, metavar="ADDRESS", help="Where it listens.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8083,
    show_default=True,
    metavar="PORT",
    help="Its port; 0 for a free one.",
)
@click.option("--name", "names", multiple=True, metavar="NAME", help="A name by which it is asked, besides its own.")
@click.option("--read-only", is_flag=True, help="For looking only: every act is refused.")
@click.option("--cert", type=click.Path(path_type=Path), metavar="FILE", help="A certificate: it is asked by https.")
@click.option("--key", type=click.Path(path_type=Path), metavar="FILE", help="The certificate's key.")
@click.option("--show-token", is_flag=True, help="Print the token that lets somebody in, and end.")
@click.option("--new-token", is_flag=True, help="Make another token, print it, and end: the old one counts no more.")
@pass_here
def serve(
    here: Here,
    host: str,
    port: int,
    names: tuple[str, ...],
    read_only: bool,
    cert: Path | None,
    key: Path | None,
    show_token: bool,
    new_token: bool,
) -> None:
    """Serve the home over HTTP: pages for a phone at /, /api for programs, until ctrl-c.

    Each request wants the token, which lies in the home (0600). It schedules nothing: a console, or `moziplus run`, does.
    """
    from console.http.token import key_of
    from console.http.token import new_key as another

    if show_token or new_token:
        _token(here, another(here.home) if new_token else key_of(here.home))
        return
    try:
        from console.http.server import Door, check
        from console.http.server import serve as serve_door
    except ModuleNotFoundError as error:
        if error.name not in ("starlette", "uvicorn"):
            raise
        raise MoziError(MISSING) from error
    from console.api.serve import Serving

    if (cert is None) != (key is None):
        raise UsageError("--cert and --key go together")
    door = Door(host=host, port=port, names=names, read_only=read_only, cert=cert, key=key)
    found = key_of(here.home)
    with check(door) as listener:
        url = door.url(listener)
        told = Serving(url=url, read_only=read_only, token=None)
        here.out.line(told, f"serving {here.home.path} at {url}; `moziplus serve --show-token` tells the token")
        serve_door(here.home, found, door, listener, here.clock, here.environ)


def _token(here: Here, key: Key) -> None:
    from console.api.serve import Serving

    here.out.one(Serving(url=None, read_only=None, token=key.word), key.word)
