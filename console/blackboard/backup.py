"""Owns the copying of databases, by SQLite's backup API from connection to connection; nothing else copies one.

A copy is a plain file in journal mode DELETE that nobody has open: it may lie on a NAS, where a log could not.
"""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from console.blackboard.connection import (
    APPLICATION_ID,
    HOME_APPLICATION_ID,
    Database,
    open_copy,
    translated,
    write,
)
from console.blackboard.migrate import VERSIONS, bring_up_to_date, build, level
from console.blackboard.writes.sessions import end_session
from console.crash import crash_point
from console.errors import DatabaseSetAside, NotFound, Unavailable
from console.records.actor import SCHEDULER
from console.records.session import SessionStatus

__all__ = (
    "Facts",
    "Mark",
    "begin_anew",
    "copy_into",
    "copy_out",
    "discard",
    "examine",
    "facts",
    "make_live",
    "mark_of",
    "new_life",
    "sound",
)

PATIENCE = 30.0
"""Seconds until a copy gives up that a database keeps locked."""
STRIDE = 1_000_000
"""How far fences and numbers are raised where nobody can say how far they had come."""
BUSY, LOCKED = 5, 6
_NUMBERED = (
    *("tasks", "comments", "decisions", "observations", "outputs", "reviews", "submissions", "seats", "verdicts"),
    *("experiences", "schedules", "guardrail_decisions", "events", "asks"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a database says of itself."""

    project: str
    """Empty for a home's."""
    epoch: str
    version: int
    tasks: Mapping[str, int] = field(default_factory=dict)
    """By status."""
    sessions: int = 0
    head: int = 0
    """The newest number in the change feed."""

    @property
    def task_count(self) -> int:
        """All tasks."""
        return sum(self.tasks.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """How far a database has come: what follows a restore must lie beyond it."""

    fence: int = 0
    """The highest that was ever given, to a task or a seat."""
    numbers: Mapping[str, int] = field(default_factory=dict)
    """Table → the highest number that was ever given in it."""


def facts(db: Database) -> Facts:
    """Of a blackboard or a home's database, in whatever state."""
    with translated(db.path):
        version = level(db)
        (head,) = db.execute("SELECT coalesce(max(seq), 0) FROM events").fetchone()
        if _application(db) == HOME_APPLICATION_ID:
            return Facts(project="", epoch="home", version=version, head=head)
        project, epoch = db.execute("SELECT project, epoch FROM project WHERE id = 1").fetchone()
        tasks = {row[0]: row[1] for row in db.execute("SELECT status, count(*) FROM tasks GROUP BY status ORDER BY 1")}
        (sessions,) = db.execute("SELECT count(*) FROM sessions").fetchone()
    return Facts(project=project, epoch=epoch, version=version, tasks=tasks, sessions=sessions, head=head)


def sound(db: Database) -> bool:
    """Whether SQLite finds nothing wrong with the whole file."""
    try:
        with translated(db.path):
            return [tuple(row) for row in db.execute("PRAGMA quick_check(1)")] == [("ok",)]
    except DatabaseSetAside:
        return False


def copy_out(db: Database, target: Path) -> Facts:
    """Copy a live database into the new file `target` (0600, on the disk when this returns) and check the copy.

    Raises Unavailable where it stays locked or the disk is full, DatabaseSetAside where the copy is not sound: then the
    live one is damaged. Nothing is left of a copy that failed.
    """
    try:
        with closing(open_copy(target, create=True)) as copy, translated(db.path):
            db.backup(copy, pages=-1, sleep=0.05, progress=_impatient(db.path))
            crash_point("backup.copied")
            copy.execute("PRAGMA journal_mode = DELETE")
            if not sound(copy):
                where = f"{db.path.parent.name}/{db.path.name}"
                raise DatabaseSetAside(f"{where} is corrupt: its copy fails SQLite's check", cause="corrupt")
            found = facts(copy)
    except BaseException:
        discard(target)
        raise
    _on_disk(target)
    return found


def examine(path: Path) -> Facts:
    """What a finished copy holds. Raises DatabaseSetAside where it is not sound, not ours, or of a newer moziplus."""
    if not path.is_file():
        raise NotFound(f"there is no copy {path}; `moziplus backup --list` shows them")
    with translated(path), closing(open_copy(path, look=True)) as copy:
        kind = _application(copy)
        if kind not in (APPLICATION_ID, HOME_APPLICATION_ID):
            raise DatabaseSetAside(f"{path} is not a copy of a moziplus database", cause="not_ours")
        found = facts(copy)
        if found.version > VERSIONS["schema" if kind == APPLICATION_ID else "home_schema"]:
            raise DatabaseSetAside(f"{path} comes from a newer moziplus; update moziplus", cause="newer")
        if not sound(copy):
            raise DatabaseSetAside(f"{path} is corrupt; choose another copy", cause="corrupt")
    return found


def copy_into(source: Database, target: Database) -> None:
    """Replace the whole content of a live database in one transaction: a reader sees all of the old or all of the new."""
    with translated(target.path):
        crash_point("restore.before_copy_into")
        source.backup(target, pages=-1, sleep=0.05, progress=_impatient(target.path))
        crash_point("restore.after_copy_into")


def mark_of(db: Database) -> Mark:
    """How far a blackboard has come."""
    with translated(db.path):
        (fence,) = db.execute(
            "SELECT max((SELECT coalesce(max(fence), 0) FROM tasks), (SELECT coalesce(max(fence), 0) FROM seats),"
            " (SELECT coalesce(max(fence), 0) FROM sessions))"
        ).fetchone()
        numbers = {row["name"]: row["seq"] for row in db.execute("SELECT name, seq FROM sqlite_sequence")}
    return Mark(fence=fence, numbers=numbers)


def new_life(db: Database, past: Mark | None, *, least_task: int, why: str, now: int) -> None:
    """Make a copy ready to become the live blackboard: a new epoch, nothing given twice, no session of the past alive.

    `past` is how far the live one had come, None where nobody can say; `least_task` is a number that tasks had reached.
    """
    bring_up_to_date(db, "schema", db.path)
    own = mark_of(db)
    fence = max(own.fence, past.fence) if past is not None else own.fence + STRIDE
    reached = {name: own.numbers.get(name, 0) for name in _NUMBERED}
    for name in _NUMBERED:
        reached[name] = max(reached[name], past.numbers.get(name, 0)) if past is not None else reached[name]
    if past is None:
        reached["tasks"] = max(reached["tasks"], least_task)
        reached["events"] += STRIDE
    with write(db):
        _number_on(db, reached)
        for table in ("tasks", "seats"):
            db.execute(f"UPDATE {table} SET fence = ?", (fence,))
        for (session,) in db.execute("SELECT id FROM sessions WHERE gone_at IS NULL").fetchall():
            end_session(
                db, session, status=SessionStatus.LOST, counted=False, failure=why, retry_at=None, by=SCHEDULER, now=now
            )
        _new_epoch(db, now)


def begin_anew(path: Path, project: str, past: Mark | None, *, least_task: int, now: int) -> None:
    """Make at `path` a blackboard without content that carries on the numbers of `past`."""
    rows: list[tuple[str, tuple[object, ...]]] = [
        (
            "INSERT INTO project (id, project, epoch, created_at, updated_at) VALUES (1, ?, ?, ?, ?)",
            (project, str(uuid.uuid4()), now, now),
        )
    ]
    with closing(open_copy(path, create=True)) as db, translated(path):
        build(db, "schema", APPLICATION_ID, rows)
        new_life(db, past, least_task=least_task, why="", now=now)


def make_live(path: Path) -> None:
    """Give a copy the log that a live database needs; then it may be renamed to where none is."""
    with closing(open_copy(path)) as db, translated(path):
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    _on_disk(path)


def discard(path: Path) -> None:
    """Remove a copy and whatever SQLite left beside it."""
    for suffix in ("", "-journal", "-wal", "-shm"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)


def _number_on(db: Database, reached: Mapping[str, int]) -> None:
    for name, seq in reached.items():
        db.execute("DELETE FROM sqlite_sequence WHERE name = ?", (name,))
        db.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (name, seq))


def _new_epoch(db: Database, now: int) -> None:
    db.execute(
        "UPDATE project SET epoch = ?, archived = 0, updated_at = ?, actor = 'operator', origin = 'cli', rev = rev + 1"
        " WHERE id = 1",
        (str(uuid.uuid4()), now),
    )


def _application(db: Database) -> int:
    (found,) = db.execute("PRAGMA application_id").fetchone()
    return int(found)


def _impatient(path: Path) -> Callable[[int, int, int], None]:
    """SQLite's backup tries for ever on a database that stays locked; this ends it."""
    until = time.monotonic() + PATIENCE

    def look(status: int, _left: int, _all: int) -> None:
        if status in (BUSY, LOCKED) and time.monotonic() > until:
            raise Unavailable(f"{path.parent.name}/{path.name} stays locked by another program; it was not copied")

    return look


def _on_disk(path: Path) -> None:
    """Nobody has the copy open, so no lock is lost by opening it."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
