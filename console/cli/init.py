"""`moziplus init DIR`: makes a home. What is there already stays."""

from __future__ import annotations

from pathlib import Path

import click

from console.cli.options import Here, command, pass_here
from console.home import Home
from console.making import prepare_home
from console.user_paths import user_path

__all__ = ("init",)


@command("init")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@pass_here
def init(here: Here, folder: Path) -> None:
    """Make DIR a home: its folders (for you alone), an empty settings file, its database.

    In a home this mends what is missing. JSON: home, created.
    """
    path = user_path(folder).resolve()
    created = not Home.is_home(path)
    prepare_home(Home(path), here.clock)
    done = f"{path} is a home now" if created else f"{path} was a home already; nothing is missing"
    here.out.one({"home": path, "created": created}, f"{done}. Name it by --home or MOZIPLUS_HOME.")
