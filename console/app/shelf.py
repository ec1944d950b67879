"""Owns the connections that one thread of the console holds: the home's, and those of the projects that it looked at last.

One whose files are no longer those that were opened is let go of. A blackboard that cannot be opened is the caller's to tell.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

from console.blackboard.below import Below, Files, files_of
from console.blackboard.changes import data_version
from console.blackboard.connection import Database, open_home, open_project
from console.blackboard.gate import is_closing
from console.errors import MoziError, NotFound
from console.home import Home
from console.open_files import most_databases

__all__ = ("Shelf",)

LEFT_FOR = 60.0
"""Seconds after which a project whose connection was closed to make room is read again, whatever its files say."""


class Shelf:
    """Held connections. Not for two threads."""

    def __init__(self, home: Home, share: float = 0.1, *, read_only: bool = False) -> None:
        """`share` of the files that this program may have open is for these connections.

        Whoever only reads brings no older blackboard up to date: it is shown as if that had been done.
        """
        self._home, self._read_only = home, read_only
        self._home_db: Database | None = None
        self._open: dict[str, tuple[int, Database]] = {}
        """By project, with a number of its own; the one that was wanted last stands last."""
        self._left: dict[str, tuple[tuple[int, int], Files, float]] = {}
        self._numbers, self._most = 0, most_databases(share)

    def projects(self) -> dict[str, Path]:
        """Id and folder of every project that is not archived, in the order of their ids; also of one whose blackboard is
        missing. Raises OSError where they cannot be listed."""
        with os.scandir(self._home.projects) as found:
            return {entry.name: Path(entry.path) for entry in sorted(found, key=lambda e: e.name) if _is_project(entry)}

    def home(self) -> Database:
        """The home's database. Raises what opening it raises."""
        if self._home_db is not None and self._home_db.below() != Below.NOTHING:
            self._home_db.close()
            self._home_db = None
        if self._home_db is None:
            self._home_db = open_home(self._home.state_db, read_only=self._read_only)
        return self._home_db

    def version(self, name: str) -> tuple[int, int]:
        """What moves when somebody commits. Raises what opening it raises, where it is not known without."""
        left = self._left.get(name)
        if left is not None and name not in self._open:
            version, files, at = left
            if time.monotonic() - at < LEFT_FOR and files_of(self._path(name)) == files:
                return version
        db = self.project(name)
        return self._open[name][0], data_version(db)

    def project(self, name: str) -> Database:
        """The blackboard of a project. Raises what opening it raises."""
        folder = self._home.project_folder(name)
        if name in self._open and (is_closing(folder) or self._open[name][1].below() != Below.NOTHING):
            self.drop(name)
        if name not in self._open:
            if not folder.is_dir():
                raise NotFound(f"there is no project {name}")
            self._make_room()
            self._numbers += 1
            self._open[name] = self._numbers, open_project(folder, read_only=self._read_only)
        self._open[name] = self._open.pop(name)
        return self._open[name][1]

    def drop(self, name: str) -> None:
        """Close the connection to a project; the next use opens it again."""
        self._left.pop(name, None)
        found = self._open.pop(name, None)
        if found is not None:
            found[1].close()

    def close(self) -> None:
        """Close everything."""
        for name in list(self._open):
            self.drop(name)
        if self._home_db is not None:
            self._home_db.close()
            self._home_db = None

    @property
    def holds(self) -> bool:
        """It holds a project open."""
        return bool(self._open)

    def give_way(self) -> None:
        """Let go of projects that somebody wants to move."""
        for name in list(self._open):
            try:
                leaving = is_closing(self._home.project_folder(name))
            except MoziError:
                leaving = True
            if leaving:
                self.drop(name)

    def _make_room(self) -> None:
        """Close what was wanted longest ago; what was read of it stays valid until its files change."""
        while len(self._open) >= self._most:
            name, (number, db) = next(iter(self._open.items()))
            try:
                before, version = files_of(self._path(name)), data_version(db)
                self.drop(name)
                after = files_of(self._path(name))
                self._left[name] = (number, version), after if after.log is None else before, time.monotonic()
            except MoziError:
                self.drop(name)

    def _path(self, name: str) -> Path:
        return self._home.projects / name / "blackboard.db"


def _is_project(folder: os.DirEntry[str]) -> bool:
    """A database, or settings whose database has gone missing."""
    path = Path(folder.path)
    named = not folder.name.startswith(("_", ".")) and folder.is_dir()
    try:
        return named and ((path / "blackboard.db").exists() or (path / "config" / "project.yaml").exists())
    except OSError:  # nobody may look into it: whoever opens it says so
        return True
