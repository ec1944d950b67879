"""Owns reading the same from every project of a home, and from the home's own database. One that cannot be read is named.

Whoever asks says what becomes of such a name; the rest is read in any case.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from typing import TypeVar

from console.blackboard.connection import Database, open_home, open_project
from console.errors import MoziError
from console.home import Home
from console.registry import folders

__all__ = ("LeftOut", "in_every_project", "of_the_home")

T = TypeVar("T")
LeftOut = Callable[[str], object]
"""Is told what could not be read, with its reason."""


def in_every_project(home: Home, read: Callable[[str, Database], list[T]], left_out: LeftOut) -> list[T]:
    """What `read` finds in each."""
    found: list[T] = []
    for name, folder in folders(home).items():
        try:
            with closing(open_project(folder, read_only=True)) as db:
                found += read(name, db)
        except (MoziError, OSError) as error:
            left_out(str(error))
    return found


def of_the_home(home: Home, read: Callable[[Database], list[T]], left_out: LeftOut) -> list[T]:
    """What `read` finds in the home's own database."""
    try:
        with closing(open_home(home.state_db, read_only=True)) as db:
            return read(db)
    except (MoziError, OSError) as error:
        left_out(f"the home's own: {error}")
        return []
