"""Owns the comparison of held locks with the rows of the blackboards: who works without a row, whose row has no lock.

It stops nothing and writes nothing; a lock is looked at once more after the rows were read, for a session may just have ended.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from console.api.status import Lock as LockShape
from console.backends import traits_of
from console.blackboard.connection import Database, open_project
from console.blackboard.reads.sessions import present_among, present_sessions
from console.errors import MoziError
from console.home import Home
from console.keeping.living import Lock, living, lock_of, project_of, session_folders, task_of, who
from console.records.session import SessionStatus
from console.registry import folders

__all__ = ("Odd", "Oddity", "by_project", "compare", "of_board", "of_lost_project", "of_unreadable")

_BUSY_MS = 1000


class Odd(StrEnum):
    """What does not fit."""

    NO_ROW = "no_row"
    ENDED = "ended"
    NO_PROJECT = "no_project"
    UNREADABLE = "unreadable"
    NO_LOCK = "no_lock"


_SAYS = {
    Odd.NO_ROW: "{who} is at work, but the blackboard knows nothing of it",
    Odd.ENDED: "{who} is at work, but the blackboard says that it has ended",
    Odd.NO_PROJECT: "{who} is at work, but its project is not there",
    Odd.UNREADABLE: "{who} is at work, but its blackboard cannot be read",
    Odd.NO_LOCK: "{who} works, as the blackboard says, but its folder has no lock: it is gone, or its files are",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Oddity:
    """One session whose lock and row do not fit."""

    odd: Odd
    session: str
    agent: str
    project: str | None
    task: int | None
    folder: Path
    who: str

    @classmethod
    def of(cls, odd: Odd, folder: Path) -> Oddity:
        """Of a folder whose lock is held."""
        return cls(
            odd=odd,
            session=folder.name,
            agent=folder.parent.name,
            project=project_of(folder),
            task=task_of(folder),
            folder=folder,
            who=who(folder),
        )

    @property
    def says(self) -> str:
        """In words."""
        return _SAYS[self.odd].format(who=self.who)

    @property
    def shape(self) -> LockShape:
        """As it leaves the house."""
        return LockShape(
            session=self.session,
            agent=self.agent,
            project=self.project,
            task=self.task,
            odd=str(self.odd),
            says=self.says,
        )


def compare(home: Home) -> list[Oddity]:
    """Everything that does not fit in `home`, by its locks and every blackboard that can be read."""
    held, places = by_project(living(home)), {folder.name: folder for folder in session_folders(home)}
    try:
        projects = folders(home)
    except OSError:
        projects = {}
    found: list[Oddity] = []
    for name, folder in projects.items():
        try:
            with closing(open_project(folder, read_only=True, busy_ms=_BUSY_MS)) as db:
                found += of_board(db, held.get(name, []), places)
        except MoziError:
            found += of_unreadable(held.get(name, []))
    return found + of_lost_project(held, projects)


def by_project(held: Iterable[Path]) -> dict[str | None, list[Path]]:
    """Folders by the project that each says."""
    found: dict[str | None, list[Path]] = {}
    for folder in held:
        found.setdefault(project_of(folder), []).append(folder)
    return found


def of_board(db: Database, held: Iterable[Path], places: Mapping[str, Path]) -> list[Oddity]:
    """What does not fit of one project: `held` are the folders that say to be of it, `places` where each session lies."""
    held = list(held)
    known = present_among(db, [folder.name for folder in held])
    found = [
        Oddity.of(Odd.NO_ROW if folder.name not in known else Odd.ENDED, folder)
        for folder in held
        if not known.get(folder.name, False) and lock_of(folder) is Lock.HELD
    ]
    for session in present_sessions(db):
        works_here = session.status == SessionStatus.RUNNING and traits_of(session.backend).own_process
        if not works_here or session.folder is None:
            continue
        folder = places.get(session.id, Path(session.folder))
        if lock_of(folder) is Lock.MISSING:
            project = db.path.parent.name
            on = f"{session.agent} on {project}#{session.task_id} (session {session.id})"
            found.append(
                Oddity(
                    odd=Odd.NO_LOCK,
                    session=session.id,
                    agent=session.agent,
                    project=project,
                    task=session.task_id,
                    folder=folder,
                    who=on,
                )
            )
    return found


def of_unreadable(held: Iterable[Path]) -> list[Oddity]:
    """Of a project whose blackboard cannot be read."""
    return [Oddity.of(Odd.UNREADABLE, folder) for folder in held]


def of_lost_project(held: Mapping[str | None, list[Path]], projects: Iterable[str]) -> list[Oddity]:
    """Of projects that are not there, or that nobody can tell."""
    there = set(projects)
    lost = [folder for project, found in held.items() if project not in there for folder in found]
    return [Oddity.of(Odd.NO_PROJECT, folder) for folder in lost if lock_of(folder) is Lock.HELD]
