"""Owns the connections that one thread of the console holds: the home's, and one for each project, opened once.

A project whose blackboard cannot be opened or read is set aside with its reason; the others go on.
"""

from __future__ import annotations

from pathlib import Path

from console.blackboard.connection import Database, open_home, open_project
from console.blackboard.gate import is_closing
from console.errors import MoziError, NotFound
from console.home import Home

__all__ = ("Shelf",)


class Shelf:
    """Held connections. Not for two threads."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._home_db: Database | None = None
        self._open: dict[str, Database] = {}

    def projects(self) -> dict[str, Path]:
        """Id and folder of every project that is not archived, in the order of their ids."""
        try:
            folders = sorted(self._home.projects.iterdir())
        except OSError:
            return {}
        return {folder.name: folder for folder in folders if _is_project(folder)}

    def home(self) -> Database:
        """The home's database."""
        if self._home_db is None:
            self._home_db = open_home(self._home.state_db)
        return self._home_db

    def project(self, name: str) -> Database:
        """The blackboard of a project. Raises what opening it raises."""
        db = self._open.get(name)
        folder = self._home.project_folder(name)
        if db is not None and is_closing(folder):
            self.drop(name)
            db = None
        if db is None:
            if not folder.is_dir():
                raise NotFound(f"there is no project {name}")
            db = self._open[name] = open_project(folder)
        return db

    def drop(self, name: str) -> None:
        """Close the connection to a project; the next use opens it again."""
        db = self._open.pop(name, None)
        if db is not None:
            db.close()

    def close(self) -> None:
        """Close everything."""
        for name in list(self._open):
            self.drop(name)
        if self._home_db is not None:
            self._home_db.close()
            self._home_db = None

    def give_way(self) -> None:
        """Let go of projects that somebody wants to move."""
        for name in list(self._open):
            try:
                leaving = is_closing(self._home.project_folder(name))
            except MoziError:
                leaving = True
            if leaving:
                self.drop(name)


def _is_project(folder: Path) -> bool:
    return not folder.name.startswith(("_", ".")) and (folder / "blackboard.db").exists()
