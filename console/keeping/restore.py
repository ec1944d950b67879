"""Owns the way back: a copy, or nothing at all, becomes the content of a project's live blackboard.

The live file is never replaced: it is written into, in one transaction, while the gate is closed. Only one that SQLite
cannot use is moved aside, once, and stays there.
"""

from __future__ import annotations

import os
import shutil
import uuid
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from console.backends import traits_of
from console.blackboard.backup import (
    Mark,
    begin_anew,
    copy_into,
    discard,
    examine,
    facts,
    make_live,
    mark_of,
    new_life,
    sound,
)
from console.blackboard.connection import Database, open_copy, open_inside, open_project
from console.blackboard.gate import closed_for_moving
from console.blackboard.reads.sessions import present_sessions
from console.blackboard.upkeep import checkpoint
from console.crash import crash_point
from console.errors import Conflict, DatabaseSetAside, NotFound, UsageError
from console.home import Home, make_private_folder, remember_name, write_atomically
from console.keeping.backup import backing_up, keep_copy
from console.keeping.copies import Copy, folder_of, listed, newest
from console.keeping.living import is_alive, living
from console.records.session import Session
from console.registry import mend
from console.settings.project import project_file

__all__ = ("Restored", "find_copy", "restore")

PATIENCE = 10.0
"""Seconds that others have to let go of the blackboard."""
_FILES = ("blackboard.db", "blackboard.db-wal", "blackboard.db-shm")
_UNUSABLE = ("corrupt", "not_a_database", "missing", "newer", "journal_mode")
_DRAFT = ".restoring-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What a restore did."""

    project: str
    source: Path | None
    """None where the project starts anew."""
    tasks: int
    epoch: str
    safety: Path | None = None
    """A copy of what was written over."""
    quarantine: Path | None = None
    """Where the file lies that could not be used."""


def find_copy(home: Home, project: str, destination: Path | None = None, *, now: int) -> Copy:
    """The newest copy of `project`, in the home or at the backups' destination. Raises NotFound."""
    places = [folder_of(home, project), *([destination / project] if destination is not None else [])]
    found = newest((copy for place in places for copy in listed(place)), now)
    if found is None:
        raise NotFound(
            f"there is no backup of {project} in {home.backups}; name a file with --from, or start with --empty"
        )
    return found


def restore(
    home: Home,
    project: str,
    source: Path | None,
    *,
    stopped: bool = False,
    now: int,
    patience: float = PATIENCE,
) -> Restored:
    """Make the copy `source` the content of the blackboard of `project`; None empties it. `stopped` says that all of its
    agents that can be stopped were: what a program outside still holds then ends with its fence.

    Raises Conflict while agents work or another program does not let go, UsageError for a copy of something else, and as
    `examine` does. Whatever it raises, the blackboard is as it was.
    """
    folder = home.project_folder(project)
    if (home.projects / "_archived" / project).exists():
        raise Conflict(f"project {project} is archived; `moziplus project unarchive {project}` takes it out first")
    with backing_up(home):
        if source is None and not folder.is_dir():
            raise NotFound(f"no project {project} in {home.path}; see `moziplus project list`")
        _refuse_strangers(folder)
        if source is not None:
            _refuse_live(home, source)
            _check(source, project)
            _prepare_folder(folder, source)
        with closed_for_moving(folder, patience=patience):
            done = _behind_the_gate(home, folder, source, stopped, now)
    mend(home)
    return done


def _behind_the_gate(home: Home, folder: Path, source: Path | None, stopped: bool, now: int) -> Restored:
    project, draft = folder.name, folder / f"{_DRAFT}{uuid.uuid4().hex}.db"
    for leftover in folder.glob(f"{_DRAFT}*"):
        leftover.unlink(missing_ok=True)
    live = _usable(folder)
    try:
        safety, past = None, None
        if live is not None:
            _refuse_at_work(live, stopped)
            _refuse_living(home, project)
            safety, _ = keep_copy(live, folder_of(home, project), project, now=now, safety=True)
            past = mark_of(live)
        else:
            _refuse_living(home, project)
        _draft(draft, project, source, past, _least_task(folder), now)
        crash_point("restore.drafted")
        aside = None
        if live is not None:
            with closing(open_copy(draft)) as copy:
                copy_into(copy, live)
            checkpoint(live)
        else:
            aside = _put_in_place(folder, draft, now)
        crash_point("restore.done")
    finally:
        if live is not None:
            live.close()
        discard(draft)
    with closing(open_inside(folder)) as db:
        found = facts(db)
    return Restored(
        project=project,
        source=source,
        tasks=found.task_count,
        epoch=found.epoch,
        safety=None if safety is None else safety.path,
        quarantine=aside,
    )


def _refuse_strangers(folder: Path) -> None:
    """Nothing is touched in the folder of another program, not even to look whether it is one."""
    if not (folder / "blackboard.db").exists():
        return
    try:
        open_project(folder).close()
    except DatabaseSetAside as error:
        if error.cause == "not_ours":
            raise


def _refuse_live(home: Home, source: Path) -> None:
    """A live database as a file lacks what is in its log."""
    log = Path(f"{source}-wal")
    in_use = log.exists() and log.stat().st_size > 0
    if in_use or Path(os.path.realpath(source)).is_relative_to(os.path.realpath(home.projects)):
        raise UsageError(f"{source} is a database in use, not a copy; make one with `moziplus backup`")


def _check(source: Path, project: str) -> None:
    found = examine(source)
    if found.project != project:
        whose = f"of project {found.project}" if found.project else "of a home's database"
        raise UsageError(f"{source} is a copy {whose}, not of {project}")


def _prepare_folder(folder: Path, source: Path) -> None:
    """A project whose folder is gone comes back with the settings that its copy was made with."""
    for place in (folder, *(folder / name for name in ("config", "artifacts", "experiences", "skills"))):
        make_private_folder(place)
    settings = Copy(path=source, project=folder.name, at=0).manifest().get("settings")
    if isinstance(settings, str) and not project_file(folder).exists():
        write_atomically(project_file(folder), settings)


def _usable(folder: Path) -> Database | None:
    """The live blackboard, None where SQLite cannot use it. Raises where that may pass, or it is not ours."""
    try:
        db = open_inside(folder)
    except DatabaseSetAside as error:
        if error.cause not in _UNUSABLE:
            raise
        return None
    if not sound(db):
        db.close()
        return None
    return db


def _refuse_at_work(live: Database, stopped: bool) -> None:
    """By the rows. One that was `stopped` may still stand there: whoever is in charge hangs, and its lock is free."""
    found = [s for s in present_sessions(live) if not (stopped and _is_gone(s))]
    if found:
        who = ", ".join(f"{s.agent} on #{s.task_id}" for s in found[:5])
        raise Conflict(f"{who} still at work; wait, or stop them with --stop")


def _is_gone(session: Session) -> bool:
    traits = traits_of(session.backend)
    if traits.elsewhere:
        return False
    return traits.claims or session.folder is None or not is_alive(Path(session.folder))


def _refuse_living(home: Home, project: str) -> None:
    """By the locks: an agent whose row was lost works on."""
    if alive := living(home, project):
        agents = ", ".join(folder.parent.name for folder in alive[:5])
        raise Conflict(f"{agents} still at work on {project}; wait, or stop them with --stop")


def _draft(draft: Path, project: str, source: Path | None, past: Mark | None, least_task: int, now: int) -> None:
    if source is None:
        begin_anew(draft, project, past, least_task=least_task, now=now)
        return
    with source.open("rb") as copy, open(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as sink:
        shutil.copyfileobj(copy, sink, 1 << 20)
    with closing(open_copy(draft)) as db:
        new_life(db, past, least_task=least_task, why="lost: the blackboard was restored from a backup", now=now)


def _put_in_place(folder: Path, draft: Path, now: int) -> Path | None:
    make_live(draft)
    aside = _set_aside(folder, now)
    crash_point("restore.set_aside")
    os.rename(draft, folder / "blackboard.db")
    remember_name(folder)
    return aside


def _set_aside(folder: Path, now: int) -> Path | None:
    """Move the file that cannot be used and its log to `quarantine/`. The file first: a log alone is never taken for one."""
    there = [folder / name for name in _FILES if (folder / name).exists()]
    if not there:
        return None
    place = folder / "quarantine" / f"{datetime.fromtimestamp(now / 1000, UTC):%Y%m%dT%H%M%S}-{now % 1000:03d}Z"
    earlier = sorted((folder / "quarantine").glob("*"))
    if there[0].name != "blackboard.db" and earlier:
        place = earlier[-1]  # an earlier try was killed in between
    make_private_folder(place.parent)
    make_private_folder(place)
    for path in there:
        os.rename(path, place / path.name)
        crash_point("restore.moving_aside")
    remember_name(place)
    remember_name(folder)
    return place


def _least_task(folder: Path) -> int:
    """The highest number of a task that has left artifacts."""
    try:
        names = os.listdir(folder / "artifacts")
    except OSError:
        return 0
    return max((int(name) for name in names if name.isdecimal() and len(name) < 16), default=0)
