"""`moziplus init DIR`: makes a home. What is there already stays."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

import click

from console.cli.diagnostics import complain
from console.cli.options import Here, command, pass_here
from console.home import Home
from console.making import prepare_home
from console.user_paths import user_path

__all__ = ("init",)


@command("init", prints="control.HomeMade")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@pass_here
def init(here: Here, folder: Path) -> None:
    """Make DIR a home: its folders (for you alone), an empty settings file, its database, a .gitignore.

    In a home this mends what is missing.
    """
    from console.api.control import HomeMade

    path = Path(os.path.realpath(user_path(folder)))
    created = not Home.is_home(path)
    prepare_home(Home(path), here.clock, lost=complain)
    done = f"{path} is a home now. Next:" if created else f"{path} was a home already; nothing is missing. Next:"
    steps = _next(Home(path), str(path))
    text = "\n".join([done, "", *(f"  {step}" for step in steps)])
    here.out.one(HomeMade(home=path, created=created, next=steps), text)


def _next(home: Home, named: str) -> list[str]:
    """What brings the operator on from here, to be pasted into a shell."""
    from console.registry import folders

    first = (
        []
        if str(home.path) == os.path.realpath(user_path("~/.moziplus"))
        else [f"export MOZIPLUS_HOME={shlex.quote(named)}"]
    )
    if projects := list(folders(home)):
        return [*first, f"moziplus task create --project {projects[0]} --title '…'", "moziplus"]
    return [
        *first,
        f"${{EDITOR:-vi}} {shlex.quote(str(home.config / 'default.yaml'))}  # your agents: Claude Code, Codex, any command",
        "moziplus project create --id work --agents AGENT,AGENT",
        "moziplus  # the console; `moziplus doctor` says what is missing",
    ]
