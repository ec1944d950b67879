"""Owns how a command of a noun (task, review, session, alert) finds what it is about, in one project or in all.

A project is named by its flag, before the number (`quant#12`), by MOZIPLUS_PROJECT, or is the only one of the home.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

import click

from console.cli.options import Here
from console.cli.reference import referenced
from console.errors import NotFound, UsageError

if TYPE_CHECKING:
    from console.blackboard.connection import Database

__all__ = ("every_board", "named", "of_home", "one_board", "project_option", "the_project")

T = TypeVar("T")

project_option = click.option("--project", metavar="P", help="Its project, where that is not clear.")
"""The flag that most commands of a noun share."""


def the_project(here: Here, project: str | None) -> str:
    """The id of an existing project.

    Raises UsageError where none is named, NotFound for an unknown one, Conflict for an archived one.
    """
    from console.registry import folders

    known = folders(here.home)
    wanted = project or here.environ.get("MOZIPLUS_PROJECT") or (next(iter(known)) if len(known) == 1 else None)
    listed = ", ".join(known) or "none; make one with `moziplus project create`"
    if wanted is None:
        raise UsageError(f"say which project with --project; known: {listed}")
    if wanted not in known:
        here.refuse_archived(wanted)
        raise NotFound(f"no project {wanted[:80]!r}; known: {listed}")
    return wanted


def named(here: Here, text: str, project: str | None) -> tuple[str, int]:
    """(project, number) of `12` or `quant#12`."""
    found, number = referenced(text, project)
    return the_project(here, found), number


@contextmanager
def one_board(
    here: Here, text: str, project: str | None, *, read_only: bool = False
) -> Iterator[tuple[str, int, Database]]:
    """(project, number, its blackboard) of `12` or `quant#12`, open until the block ends."""
    found, number = named(here, text, project)
    with here.blackboard(found, read_only=read_only) as db:
        yield found, number, db


def every_board(here: Here, project: str | None, read: Callable[[str, Database], list[T]]) -> list[T]:
    """What `read` finds in `project`, else in every project. One of several that cannot be read is named on stderr,
    and the command ends with 5."""
    from console.showing.everywhere import in_every_project

    if project is not None:
        with here.blackboard(the_project(here, project), read_only=True) as db:
            return read(project, db)
    return in_every_project(here.home, read, here.left_out)


def of_home(here: Here, read: Callable[[Database], list[T]]) -> list[T]:
    """The same for what the home's own database adds to what the projects have."""
    from console.showing.everywhere import of_the_home

    return of_the_home(here.home, read, here.left_out)
