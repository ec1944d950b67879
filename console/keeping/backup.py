"""Owns a backup: a checked copy of every blackboard and of the home's database, made while they are in use.

A copy appears whole or not at all, and a bad one never pushes out a good one.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import logging
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from console import __version__
from console.blackboard.backup import Facts, copy_out, discard
from console.blackboard.connection import Database, open_home, open_project
from console.clock import Clock, iso
from console.crash import crash_point
from console.errors import Conflict, DatabaseSetAside, MoziError, Unavailable
from console.home import Home, make_private_folder, remember_name, write_atomically
from console.keeping.copies import HOME_NAME, Copy, folder_of, listed, named, newest, rotate
from console.keeping.told import end_all_but, tell
from console.registry import folders
from console.settings import Backup
from console.settings.project import project_file

__all__ = ("Doubted", "Outcome", "back_up", "backing_up", "digest", "keep_copy")

SHRUNK = 0.5
"""A copy with less than this share of the tasks of the last one is not believed."""
_log = logging.getLogger("moziplus.keeping")
CHEAP = 64 * 1024 * 1024
"""Bytes up to which an older database is copied before it is brought up to date."""
SPARE = 200 * 1024 * 1024
"""Bytes that stay free on the disk beside a new copy."""
_CHUNK = 1 << 20


class Doubted(MoziError):
    """What a copy holds is not believed; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of the backup of one project, or of the home's own database."""

    project: str
    copy: Copy | None = None
    tasks: int = 0
    size: int = 0
    """Bytes."""
    problem: str | None = None


@contextmanager
def backing_up(home: Home) -> Iterator[None]:
    """Only one backup or restore of a home at a time. Raises Conflict where another is under way."""
    make_private_folder(home.backups)
    descriptor = os.open(home.backups / ".lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Conflict("another backup or restore is under way; try again when it is done") from None
        yield
    finally:
        os.close(descriptor)


def back_up(
    home: Home,
    policy: Backup,
    *,
    project: str | None = None,
    accept: bool = False,
    keep_all: bool = False,
    now: int,
    step: Callable[[int, int], object] = lambda done, of: None,
) -> list[Outcome]:
    """Copy `project`, else all of them and the home's database, into `<home>/backups`; one that fails stops no other.

    `accept` believes a copy that has lost most of its tasks, `keep_all` removes no older one. Raises
    Conflict while another backup is under way. `step` is told how many of how many are done.
    """
    with backing_up(home):
        found = {name: folder for name, folder in folders(home).items() if project in (None, name)}
        outcomes: list[Outcome] = []
        for name, folder in found.items():
            step(len(outcomes), len(found))
            outcomes.append(_one(home, policy, name, folder, accept, keep_all, now))
        if project is None:
            outcomes.append(_one(home, policy, HOME_NAME, None, accept, keep_all, now))
            end_all_but(home, ("backup", "backup-shrunk"), {*found, HOME_NAME}, now=now)
    return outcomes


def keep_older(home: Home, clock: Clock, db: Database) -> None:
    """Keep a copy of an older database before it is brought up to date, where that is cheap; it is changed even without."""
    project = db.path.parent.name if db.path != home.state_db else HOME_NAME
    try:
        if db.path.stat().st_size <= CHEAP:
            _refuse_full_disk(home, db.path)
            keep_copy(db, folder_of(home, project), project, now=clock.now(), safety=True)
    except (MoziError, OSError) as error:
        _log.warning("no copy was kept of %s before it is brought up to date: %s", db.path, error)


def keep_copy(
    db: Database,
    place: Path,
    project: str,
    *,
    now: int,
    safety: bool = False,
    settings: str | None = None,
    doubt: Callable[[Facts], str | None] = lambda _: None,
) -> tuple[Copy, Facts]:
    """Make a copy of `db` in the folder `place`, with a file that tells of it. Raises as `copy_out` does.

    Raises Doubted, and keeps nothing, where `doubt` has a reason against what the copy holds.
    """
    make_private_folder(place)
    for leftover in (*place.glob("*.db.tmp*"), *place.glob(".*.json.*")):
        leftover.unlink(missing_ok=True)
    copy = Copy(path=place / named(project, now, safety=safety), project=project, at=now, safety=safety)
    draft = Path(f"{copy.path}.tmp")
    found = copy_out(db, draft)
    crash_point("backup.checked")
    if (reason := doubt(found)) is not None:
        discard(draft)
        raise Doubted(reason)
    write_atomically(
        copy.told, json.dumps(_manifest(draft, copy, found, settings), indent=2, ensure_ascii=False) + "\n"
    )
    crash_point("backup.told")
    os.rename(draft, copy.path)
    remember_name(place)
    crash_point("backup.renamed")
    return copy, found


def digest(path: Path) -> str:
    """The SHA-256 of a finished copy, which nobody has open as a database."""
    found = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            found.update(chunk)
    return found.hexdigest()


def _one(home: Home, policy: Backup, name: str, folder: Path | None, accept: bool, keep_all: bool, now: int) -> Outcome:
    shrunk, failed = f"backup-shrunk:{name}", f"backup:{name}"
    try:
        outcome = _copied(home, policy, name, folder, accept, keep_all, now)
    except Doubted as doubted:
        tell(home, shrunk, f"{name}: {doubted}", now=now)
        return Outcome(project=name, problem=str(doubted))
    except (MoziError, OSError) as error:
        if not _told_by_others(error):
            tell(home, failed, f"{name} could not be backed up: {error}", now=now)
        return Outcome(project=name, problem=str(error))
    for cause in (shrunk, failed):
        tell(home, cause, None, now=now)
    return outcome


def _copied(
    home: Home, policy: Backup, name: str, folder: Path | None, accept: bool, keep_all: bool, now: int
) -> Outcome:
    place = folder_of(home, name)
    before = None if accept else newest(listed(place), now)
    settings = None if folder is None else _settings(folder)
    _refuse_full_disk(home, home.state_db if folder is None else folder / "blackboard.db")
    opened = open_home(home.state_db, read_only=True) if folder is None else open_project(folder, read_only=True)
    with closing(opened) as db:
        copy, found = keep_copy(
            db.original or db, place, name, now=now, settings=settings, doubt=lambda facts: _lost(facts, before)
        )
    if not keep_all:
        rotate(place, now, hourly=policy.keep_hourly, daily=policy.keep_daily, weekly=policy.keep_weekly)
    return Outcome(project=name, copy=copy, tasks=found.task_count, size=copy.path.stat().st_size)


def _refuse_full_disk(home: Home, path: Path) -> None:
    """A copy must not take the room that the live ones need to go on."""
    try:
        needed = path.stat().st_size + SPARE
    except OSError:
        return
    if shutil.disk_usage(home.backups).free < needed:
        raise Unavailable(f"the disk of {home.backups} has too little room for a copy; free some, or `moziplus clean`")


def _told_by_others(error: Exception) -> bool:
    """A project that moves just now alarms nobody; one that cannot be opened has an alert of the scheduler's already."""
    return isinstance(error, Conflict) or (isinstance(error, DatabaseSetAside) and error.cause != "corrupt")


def _lost(found: Facts, before: Copy | None) -> str | None:
    """Why the new copy is not believed, if it is not. After a restore a blackboard may well have fewer tasks."""
    if before is None:
        return None
    told = before.manifest()
    tasks = told.get("tasks")
    if told.get("epoch") != found.epoch or not isinstance(tasks, dict):
        return None
    had = sum(n for n in tasks.values() if isinstance(n, int))
    if found.task_count >= had * SHRUNK:
        return None
    return (
        f"it has {found.task_count} tasks, its last backup had {had}: that one ({before.path.name}) is kept and no new one"
        " made. Restore it, or say `moziplus backup --accept` where the tasks were deleted on purpose"
    )


def _manifest(path: Path, copy: Copy, found: Facts, settings: str | None) -> dict[str, object]:
    return {
        "version": 1,
        "project": found.project,
        "at": iso(copy.at),
        "epoch": found.epoch,
        "schema": found.version,
        "tasks": dict(found.tasks),
        "sessions": found.sessions,
        "events": found.head,
        "size": path.stat().st_size,
        "sha256": digest(path),
        "moziplus": __version__,
        "settings": settings,
    }


def _settings(folder: Path) -> str | None:
    """The text of its project.yaml goes along, so that a project can be restored whose folder is gone."""
    try:
        return project_file(folder).read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return None
