"""Owns the removal of what is old: transcripts, runs, the change feeds, the inbox's read parts, logs, archived artifacts.

Nothing of a session that may still live is touched; where a blackboard cannot say so, all of its sessions may.
"""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from console.blackboard.connection import Database, open_archived, open_home, open_project
from console.blackboard.gate import closed_for_moving
from console.blackboard.reads.home import scheduler_status
from console.blackboard.reads.inbox import segments
from console.blackboard.reads.sessions import present_sessions
from console.blackboard.reads.tasks import changed_at
from console.blackboard.reads.worktrees import old_discards
from console.blackboard.writes.retention import forget_events, old_events
from console.blackboard.writes.worktrees import forget_discarded
from console.errors import MoziError
from console.git.discarding import forget
from console.git.repository import Repository
from console.home import Home
from console.keeping.archive import archived_folders
from console.keeping.living import is_alive, living, session_folders, started, who
from console.records.actor import SCHEDULER
from console.records.awake import Awake
from console.records.inbox import SegmentState
from console.records.worktree import TaskWorktree
from console.registry import folders
from console.safe_files import entries, of_session, remove_tree
from console.settings import Retention

__all__ = ("Freed", "clean")

_DAY = 86_400_000
_TO_COME = 1 << 62
"""Epoch ms."""
_OF_A_SESSION = frozenset(
    ("start.json", "prompt.md", "exit.json", "runner.json", "tree.json", "alive.lock", "blackboard", "stop")
)
"""What stays of a session until its run goes; the rest is what was said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Freed:
    """What was removed of one kind, or would be."""

    kind: str
    where: str = ""
    """A project, where it is of one."""
    count: int = 0
    """Files, folders or events."""
    size: int = 0
    """Bytes; of events none, their room is used again."""
    problem: str | None = None


def clean(
    home: Home,
    policy: Retention,
    *,
    inbox: Path,
    now: int,
    dry_run: bool = False,
    artifacts_of: str | None = None,
    awake: Awake = Awake(),  # noqa: B008
) -> list[Freed]:
    """Remove what is older than `policy` says, and the artifacts of the archived project `artifacts_of` at once.

    With `dry_run` nothing is removed. `awake` knows which times were told by a clock that was wrong. What cannot be looked
    at is told as a problem, and left.
    """
    return [*_Cleaner(home, policy, inbox, now, dry_run, awake).all(artifacts_of)]


class _Cleaner:
    def __init__(self, home: Home, policy: Retention, inbox: Path, now: int, dry_run: bool, awake: Awake) -> None:
        self._home, self._policy, self._inbox = home, policy, inbox
        self._now, self._dry_run, self._awake = now, dry_run, awake
        self._kept: frozenset[str] = frozenset()
        """Sessions whose process is not confirmed gone."""
        self._unknown: frozenset[str] = frozenset()
        """Projects whose sessions nobody can tell."""

    def all(self, artifacts_of: str | None) -> Iterator[Freed]:
        """One after the other; one that fails stops no other."""
        yield from self._look()
        yield self._transcripts()
        yield self._runs()
        yield from self._events()
        yield self._segments()
        yield self._logs()
        yield from self._artifacts(artifacts_of)
        yield from self._discarded()

    def _before(self, days: int) -> int:
        """Epoch ms; what is older than this goes."""
        return self._now - days * _DAY if days else 0

    def _is_old(self, moment: int, before: int) -> bool:
        """Whether a moment lies before another one, by clocks that are right."""
        return self._now - self._awake.age(moment, self._now) < before

    def _older(self, path: Path, before: int) -> bool:
        """Whether neither `path` nor anything directly in it was written since `before` (epoch ms)."""
        return all(self._is_old(moment, before) for moment in _written(path))

    def _look(self) -> Iterator[Freed]:
        kept, unknown = set(), set()
        for name, folder in folders(self._home).items():
            try:
                with closing(open_project(folder, read_only=True)) as db:
                    kept |= {session.id for session in present_sessions(db)}
            except MoziError as error:
                unknown.add(name)
                yield Freed(kind="sessions", where=name, problem=f"its sessions are left alone: {error}")
        self._kept, self._unknown = frozenset(kept), frozenset(unknown)

    def _may_go(self, folder: Path) -> bool:
        """Whether the session of `folder` has ended for certain."""
        if folder.name in self._kept or is_alive(folder):
            return False
        return not self._unknown or started(folder).get("project") not in self._unknown | {None}

    def _transcripts(self) -> Freed:
        before, count, size = self._before(self._policy.transcripts_days), 0, 0
        for folder in session_folders(self._home):
            if not self._older(folder, before) or not self._may_go(folder):
                continue
            for name in _within(folder):
                if name not in _OF_A_SESSION and not name.startswith("."):
                    count, size = count + 1, size + _size(folder / name)
                    if not self._dry_run:
                        remove_tree(*of_session(folder, name))
        return Freed(kind="transcripts", count=count, size=size)

    def _runs(self) -> Freed:
        before, count, size = self._before(self._policy.runs_days), 0, 0
        runs = sorted(path for path in self._home.runs.iterdir() if path.is_dir())
        try:
            with closing(open_home(self._home.state_db, read_only=True)) as db:
                present = (scheduler_status(db) or {}).get("run")
        except MoziError as error:
            return Freed(kind="runs", problem=str(error))
        for run in (run for run in runs[:-1] if run.name != present):  # either may be in charge
            sessions = list(run.glob("agents/*/*"))
            old = self._older(run / "state", before) and all(self._older(folder, before) for folder in sessions)
            if old and all(self._may_go(folder) for folder in sessions):
                count, size = count + 1, size + _size(run)
                self._remove(run)
        return Freed(kind="runs", count=count, size=size)

    def _events(self) -> Iterator[Freed]:
        for name, folder in folders(self._home).items():
            try:
                with closing(open_project(folder)) as db:
                    yield Freed(kind="events", where=name, count=self._forget_events(db))
            except MoziError as error:
                yield Freed(kind="events", where=name, problem=str(error))
        try:
            with closing(open_home(self._home.state_db)) as db:
                yield Freed(kind="events", count=self._forget_events(db))
        except MoziError as error:
            yield Freed(kind="events", problem=str(error))

    def _forget_events(self, db: Database) -> int:
        before = self._before(self._policy.events_days)
        return (old_events if self._dry_run else forget_events)(db, before)

    def _segments(self) -> Freed:
        """The scheduler notices that they are gone; it removes the oldest by itself."""
        before, count, size = self._before(self._policy.inbox_days), 0, 0
        try:
            db = open_home(self._home.state_db, read_only=True)
        except MoziError as error:
            return Freed(kind="inbox", problem=str(error))
        with closing(db):
            read = [s for s in segments(db) if s.state == SegmentState.CLOSED and self._is_old(s.last_growth, before)]
        for segment in read:
            path = self._inbox.parent / segment.name
            if path.is_file() and path.stat().st_ino == segment.ino and path.stat().st_size == segment.offset:
                count, size = count + 1, size + segment.offset
                self._remove(path)
        return Freed(kind="inbox", count=count, size=size)

    def _logs(self) -> Freed:
        before, count, size = self._before(self._policy.logs_days), 0, 0
        for pattern in ("moziplus.log.*", "crash-*.log", "*.log.gz"):
            for path in self._home.logs.glob(pattern):
                if path.is_file() and self._older(path, before):
                    count, size = count + 1, size + _size(path)
                    self._remove(path)
        return Freed(kind="logs", count=count, size=size)

    def _artifacts(self, project: str | None) -> Iterator[Freed]:
        before = self._before(self._policy.archived_artifacts_days)
        for name, folder in archived_folders(self._home).items():
            if (folder / "artifacts").is_symlink() or not (folder / "artifacts").is_dir():
                continue
            try:
                if name != project and not self._archived_before(folder, before):
                    continue
            except MoziError as error:
                yield Freed(kind="artifacts", where=name, problem=f"they are left alone: {error}")
                continue
            if alive := living(self._home, name):
                yield Freed(kind="artifacts", where=name, problem=f"they are left alone: {who(alive[0])} is at work")
                continue
            size, count = _size(folder / "artifacts"), len(list((folder / "artifacts").iterdir()))
            if not self._dry_run:
                with closed_for_moving(folder):  # nobody takes it out meanwhile
                    _remove_protected(folder / "artifacts")
            yield Freed(kind="artifacts", where=name, count=count, size=size)

    def _discarded(self) -> Iterator[Freed]:
        """Refs of work that was put away, whose time is over."""
        for name, folder in folders(self._home).items():
            count = 0
            try:
                with closing(open_project(folder, read_only=self._dry_run)) as db:
                    for row in filter(self._is_over, old_discards(db, self._now)):
                        count += 1
                        if not self._dry_run and row.discarded and row.discarded_tip:
                            forget(Repository.holding(Path(row.repository)), row.discarded, row.discarded_tip)
                            forget_discarded(db, row.task_id, by=SCHEDULER, now=self._now)
                yield Freed(kind="discarded", where=name, count=count)
            except (MoziError, OSError) as error:
                yield Freed(kind="discarded", where=name, problem=str(error))

    def _is_over(self, row: TaskWorktree) -> bool:
        """Whether discarded work was kept for as long as it was to be."""
        days = self._policy.discarded_days * _DAY
        told = (row.discarded_until or 0) - days
        return self._awake.age(told, self._now) >= min(days, self._now - told)

    def _archived_before(self, folder: Path, before: int) -> bool:
        with closing(open_archived(folder)) as db:
            return self._is_old(changed_at(db), before)

    def _remove(self, path: Path) -> None:
        if self._dry_run:
            return
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _within(folder: Path) -> list[str]:
    """What is in a session's folder; nothing where an agent put a link there instead."""
    try:
        return entries(*of_session(folder))
    except OSError:
        return []


def _written(path: Path) -> list[int]:
    """Epoch ms when what is directly in a folder was written, else the path itself; one to come where nobody can tell."""
    try:
        stamps = [path.lstat().st_mtime_ns]
        if path.is_dir():
            with os.scandir(path) as entries:
                stamps = [entry.stat(follow_symlinks=False).st_mtime_ns for entry in entries] or stamps
    except OSError:
        return [_TO_COME]
    return [stamp // 1_000_000 for stamp in stamps]


def _size(path: Path) -> int:
    """Bytes of a file, or of all files in a folder; links are not followed."""
    if not path.is_dir() or path.is_symlink():
        return path.lstat().st_size
    return sum(Path(place, name).lstat().st_size for place, _, names in os.walk(path) for name in names)


def _remove_protected(folder: Path) -> None:
    """Remove a folder in which, as in its parent, nobody may write."""
    parent, mode = folder.parent, stat.S_IMODE(folder.parent.stat().st_mode)
    parent.chmod(mode | stat.S_IWUSR)
    try:
        for place, names, _ in os.walk(folder):
            for inside in (place, *(os.path.join(place, name) for name in names)):
                if not os.path.islink(inside):
                    os.chmod(inside, 0o700)
        shutil.rmtree(folder)
    finally:
        parent.chmod(mode)
