"""Owns the consumer of the inbox: one per home, called by the scheduler, with threads and connections of its own.

A poll takes what was written, then lets it take effect, each project by itself: one that does not answer keeps its
messages waiting and nobody else's. It never blocks the event loop.
"""

from __future__ import annotations

import asyncio
import fcntl
import logging
import os
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from console.blackboard.aio import AsyncDatabase
from console.blackboard.below import Below
from console.blackboard.connection import open_home, open_project
from console.blackboard.reads.inbox import due, waiting, writers_waiting
from console.blackboard.writes.inbox import forget_messages
from console.clock import Clock, SystemClock
from console.commands.context import Team
from console.errors import ConfigError, MoziError, Unavailable
from console.home import Home
from console.inbox.alerts import FLOOD, tell
from console.inbox.apply import Outcome, apply_at_home, apply_in_project, note_outcomes, refuse
from console.inbox.files import Place
from console.inbox.reading import Look
from console.inbox.tail import Tail
from console.records.inbox import MessageStatus
from console.registry import folders
from console.settings import ProjectSettings, Settings
from console.settings.project import load_project
from console.spawn import spawn

__all__ = ("Applied", "InboxConsumer")

BUDGET = 4 * 1024 * 1024
"""Bytes that one poll reads."""
WAITING_MAX = 100_000
"""Messages that wait for projects which do answer; beyond that the rest stays in the file until they are applied."""
SHARE, BATCH = 200, 1_000
"""Messages in one transaction: of one writer, and in all."""
PATIENCE = 0.25
"""Seconds that a poll waits for the projects; what is not done then goes on by itself."""
STRETCH = 0.2
"""Seconds after which a project that has more to apply waits for the next poll."""
FEW = 8
"""Blackboards that are open at once."""
QUIET_S = 900
"""Seconds without growth after which a renamed file counts as left by its writers; more where tasks may last longer."""
TIDY_MS = 600_000
KEEP_DONE_MS, KEEP_BAD_MS = 86_400_000, 30 * 86_400_000

_log = logging.getLogger("moziplus.inbox")


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What came of the polls since the last answer."""

    taken: int = 0
    """Lines that were read and are kept now."""
    applied: int = 0
    """Messages that are done with; those that changed nothing included."""
    bad: int = 0
    """Lines and messages that went into quarantine."""
    projects: frozenset[str] = frozenset()
    """Whose blackboards were written; an empty name is the home."""
    woken: bool = False
    """Somebody asked for a look by `wake`."""
    more: bool = False
    """Poll again at once: there is more to do."""


class InboxConsumer:
    """Reads and applies what others write into the inbox. Poll from one event loop; close it there, too."""

    def __init__(
        self,
        home: Home,
        settings: Settings | Callable[[], Settings],
        clock: Clock | None = None,
        keep_all: Callable[[], bool] = lambda: False,
    ) -> None:
        """`settings` may be a function, which is asked at each poll: they change while a scheduler runs.

        While `keep_all` says so, nothing is removed for its age.
        """
        self._home, self._keep_all = home, keep_all
        self._settings: Callable[[], Settings] = settings if callable(settings) else lambda: settings
        self._clock = clock or SystemClock()
        self._place: Place | None = None
        self._tail: Tail | None = None
        self._door: AsyncDatabase | None = None
        self._lock: int | None = None
        self._working: dict[str, asyncio.Task[None]] = {}
        self._stuck: dict[str, str] = {}
        self._outcomes: list[Outcome] = []
        self._waiting: dict[str, int] = {}
        self._look = Look()
        self._tidied = 0
        self._polling = asyncio.Lock()
        self._few = asyncio.Semaphore(FEW)

    @property
    def pending(self) -> int:
        """Messages that are read and wait to be applied, and 1 for each of: unread lines, a last line without its end."""
        return sum(self._waiting.values()) + self._look.more + self._look.waits

    @property
    def idle(self) -> bool:
        """Nothing is left to do but for projects that cannot be reached. False before the first poll that may read."""
        if self._lock is None:
            return False
        moving = any(n and project not in self._stuck for project, n in self._waiting.items())
        return not (moving or self._working or self._look.more or self._look.waits)

    @property
    def stuck(self) -> dict[str, str]:
        """Project → why its messages wait."""
        return dict(self._stuck)

    async def poll(self) -> Applied:
        """Take what is new and apply what waits, for about half a second at most.

        Raises what the home's database raises, OSError where the inbox's folder cannot be read; call again later then.
        """
        async with self._polling:
            if not self._take_charge():
                return Applied()
            settings = self._settings()
            self._follow(settings.inbox.path)
            door = await self._opened()
            await self._read(door, settings)
            await self._apply(door, settings)
            return await self._answer(door)

    async def close(self) -> None:
        """Let go of everything; what is under way is waited for. Safe early and twice."""
        if self._working:
            await asyncio.wait(self._working.values(), timeout=15.0)
        if self._door is not None:
            door, self._door = self._door, None
            await door.close()
        if self._lock is not None:
            lock, self._lock = self._lock, None
            os.close(lock)

    def _take_charge(self) -> bool:
        """Hold the lock that makes this the only consumer; the file stays, and the lock ends with its process."""
        if self._lock is not None:
            return True
        descriptor = os.open(self._home.inbox / ".consumer.lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
            return False
        self._lock = descriptor
        return True

    def _follow(self, path: Path) -> None:
        if self._place is None or self._place.path != path:
            self._place = Place(path)
            self._place.prepare()
            self._tail = Tail(self._place, self._keep_all)

    async def _opened(self) -> AsyncDatabase:
        if self._door is not None and self._door.below() != Below.NOTHING:
            door, self._door = self._door, None
            await door.close()
        if self._door is None:
            self._door = await AsyncDatabase.open(lambda: open_home(self._home.state_db))
        return self._door

    async def _read(self, door: AsyncDatabase, settings: Settings) -> None:
        self._waiting = await door.call(waiting)
        held_back = sum(n for project, n in self._waiting.items() if project not in self._stuck) >= WAITING_MAX
        assert self._tail is not None
        self._look = await door.call(
            self._tail.look,
            budget=0 if held_back else BUDGET,
            max_size=settings.inbox.max_size_bytes,
            quiet_ms=max(QUIET_S, settings.policy.task_timeout + 30) * 1000,
            now=self._clock.now(),
        )
        if self._look.taken:
            self._waiting = await door.call(waiting)

    async def _apply(self, door: AsyncDatabase, settings: Settings) -> None:
        if not self._waiting:
            self._stuck.clear()
            return
        known = await door.call(lambda _: folders(self._home))
        for project in self._waiting:
            if project not in self._working:
                work = self._work(project, known, door, settings)
                self._working[project] = spawn(work, name=f"apply the inbox in {project or 'the home'}")
        await asyncio.wait(self._working.values(), timeout=PATIENCE)
        self._working = {project: task for project, task in self._working.items() if not task.done()}

    async def _work(self, project: str, known: dict[str, Path], door: AsyncDatabase, settings: Settings) -> None:
        """Apply what waits for one project, until nothing does or the stretch is over; a few at a time are opened."""
        async with self._few:
            await self._apply_one(project, known, door, settings)

    def _team(self, folder: Path, settings: Settings) -> Team:
        """Whom the project knows. Settings that are wrong keep its messages waiting."""

        def known() -> ProjectSettings:
            try:
                return load_project(settings, folder)
            except ConfigError as error:
                raise Unavailable(f"the settings of the project are wrong: {error}") from None

        return Team(known, (folder / "config", self._home.config))

    async def _apply_one(self, project: str, known: dict[str, Path], door: AsyncDatabase, settings: Settings) -> None:
        until = self._clock.monotonic() + STRETCH
        folder = known.get(project)
        team = self._team(folder, settings) if folder else None
        blackboard: AsyncDatabase | None = None
        try:
            while batch := await door.call(due, project, share=SHARE, limit=BATCH):
                now = self._clock.now()
                if not project:
                    self._outcomes += await door.call(apply_at_home, batch, now=now)
                elif folder is None or team is None:
                    await self._note(door, refuse(batch, self._unknown(project, known)))
                else:
                    if blackboard is None:
                        blackboard = await AsyncDatabase.open(partial(open_project, folder))
                    await self._note(door, await blackboard.call(apply_in_project, batch, team, now=now))
                if self._clock.monotonic() > until:
                    break
            self._stuck.pop(project, None)
        except (MoziError, OSError) as error:
            if self._stuck.get(project) != str(error):
                _log.warning("messages for %s wait: %s", project or "the home", error)
            self._stuck[project] = str(error)
        finally:
            if blackboard is not None:
                await blackboard.close()

    async def _note(self, door: AsyncDatabase, outcomes: list[Outcome]) -> None:
        await door.call(note_outcomes, outcomes, now=self._clock.now())
        self._outcomes += outcomes

    def _unknown(self, project: str, known: dict[str, Path]) -> str:
        if (self._home.projects / "_archived" / project).is_dir():
            return f"project {project} is archived; `moziplus project unarchive {project}` opens it again"
        return f"no project {project}; known: {', '.join(known) or 'none'}"

    async def _answer(self, door: AsyncDatabase) -> Applied:
        outcomes, self._outcomes = self._outcomes, []
        bad = [outcome for outcome in outcomes if outcome.status == MessageStatus.BAD]
        told = {writer: (n, self._look.reasons[writer]) for writer, n in self._look.bad.items()}
        for writer, n in Counter(outcome.message.writer for outcome in bad).items():
            before, reason = told.get(writer, (0, ""))
            first = next(o.reason or "" for o in bad if o.message.writer == writer)
            told[writer] = (before + n, reason or first)
        flood = await door.call(writers_waiting) if sum(self._waiting.values()) > FLOOD else {}
        now = self._clock.now()
        await door.call(tell, self._look, told, flood, now=now)
        if not 0 <= now - self._tidied < TIDY_MS and not self._keep_all():
            self._tidied = now
            await door.call(forget_messages, done_before=now - KEEP_DONE_MS, bad_before=now - KEEP_BAD_MS)
        if self._waiting:
            self._waiting = await door.call(waiting)
        return Applied(
            taken=self._look.taken,
            applied=len(outcomes) - len(bad),
            bad=len(bad) + sum(self._look.bad.values()),
            projects=frozenset(o.message.project for o in outcomes if o.status == MessageStatus.DONE),
            woken=any(o.message.kind == "wake" for o in outcomes),
            more=self._look.more or any(n and p not in self._stuck for p, n in self._waiting.items()),
        )
