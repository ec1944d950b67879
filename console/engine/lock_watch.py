"""Owns what the scheduler does about locks that do not fit the rows of the open blackboards: it tells of each, and stops who
works without a row; a runner that was suspended goes on. Whom a blackboard does not know when it is opened, `strangers` has
stopped by then.

Never stops one whose blackboard cannot be read: its row may be there. The disk is asked in a thread, never in a tick.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from console.backends import traits_of
from console.clock import Clock
from console.engine.held_locks import Odd, Oddity, by_project, of_board, of_lost_project
from console.engine.observe import World
from console.engine.strays import let_go_on, stop_for_certain
from console.engine.watched import Watched
from console.errors import Conflict, MoziError
from console.home import Home
from console.keeping.living import Lock, living, lock_of, project_of, task_of, who
from console.records.cause import cause_of, sentence
from console.records.session import StopReason
from console.scheduler.actions import EndAlert, RaiseAlert
from console.spawn import spawn

__all__ = ("LockWatch",)

EVERY = 10.0
"""Seconds between two looks at the sessions that are known to run."""
WHOLE = 600.0
"""Seconds between two looks at the folders of every run that is left; nobody else starts sessions here meanwhile."""
PATIENCE = 1.0
"""Seconds that a blackboard, or a start, is waited for."""
_KIND = "locks"
_log = logging.getLogger("moziplus.scheduler")
_WITHOUT_ROW = frozenset({Odd.NO_ROW, Odd.ENDED})


class LockWatch:
    """The held locks of one life of the scheduler."""

    def __init__(self, home: Home, world: World, clock: Clock, ends_only: bool = False) -> None:
        """`ends_only` is a life that starts nothing: it leaves the locks to the next one."""
        self._home = home
        self._world = world
        self._clock = clock
        self._ends_only = ends_only
        self._held: dict[str, Path] = {}
        """Session → folder of all that may run: found by their locks, or by their rows in this life."""
        self._odd: dict[str, Oddity] = {}
        self._stopping: set[str] = set()
        self._looked = self._looked_at_all = -WHOLE
        self._scanned, self._compared = asyncio.Event(), False
        """Whether it is known what earlier lives have left, and whether that was compared with the rows."""
        self._looking: asyncio.Task[None] | None = None

    def poll(self, told: Mapping[str, str]) -> list[RaiseAlert | EndAlert]:
        """Note what runs, as last read, and look where that is due; gives the alerts to raise and to end now."""
        if self._ends_only:
            return []
        for session in self._world.sessions():
            if session.folder is not None and traits_of(session.backend).own_process:
                self._held.setdefault(session.id, Path(session.folder))
        now = self._clock.monotonic()
        if now - self._looked >= EVERY and (self._looking is None or self._looking.done()):
            self._looked = now
            self._looking = spawn(self._look(), name="look at locks")
        return self._alerts(told)

    def _alerts(self, told: Mapping[str, str]) -> list[RaiseAlert | EndAlert]:
        """Given the home's open alerts."""
        if not self._compared:
            return []  # what an earlier life raised may still be so
        wanted = {cause_of(_KIND, session): sentence(_KIND, reason=_told(odd)) for session, odd in self._odd.items()}
        raised: list[RaiseAlert | EndAlert] = [
            RaiseAlert(project="", cause=cause, body=body) for cause, body in wanted.items() if cause not in told
        ]
        over = [cause for cause in sorted(told) if cause.startswith(f"{_KIND}:") and cause not in wanted]
        return raised + [EndAlert(project="", cause=cause) for cause in over]

    async def refuse(self, project: Watched, task_id: int) -> None:
        """Raise Conflict where somebody without a row works on that task, and stop it: the next try finds it gone."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._scanned.wait(), PATIENCE)
        found = [folder for folder in self._held.values() if _is_for(folder, project, task_id)]
        if not found:
            return
        odd = [one for one in await project.call(of_board, found, {}) if one.odd in _WITHOUT_ROW]
        if odd:
            self._odd |= {one.session: one for one in odd}
            self._stop(odd)
            raise Conflict(f"{odd[0].says}; it is stopped first")

    async def close(self) -> None:
        """Look no more."""
        if self._looking is not None:
            self._looking.cancel()
            await asyncio.wait([self._looking])

    async def _look(self) -> None:
        try:
            await self._look_once()
        except OSError as error:
            _log.warning("the locks of sessions cannot be looked at: %s", error)
        finally:
            self._scanned.set()

    async def _look_once(self) -> None:
        now = self._clock.monotonic()
        if now - self._looked_at_all >= WHOLE:
            self._held |= {folder.name: folder for folder in await asyncio.to_thread(living, self._home)}
            self._looked_at_all = now
            self._scanned.set()
        held, self._held = await asyncio.to_thread(_still, dict(self._held))
        for folder in await asyncio.to_thread(let_go_on, held):
            _log.warning("the runner of %s had been stopped (SIGSTOP): it goes on", who(folder))
        before, found = self._odd, {one.session: one for one in await self._compare(held)}
        self._odd, self._compared = found, True
        self._stop([one for session, one in found.items() if session in before])
        if before.keys() != found.keys():
            self._world.notice()

    async def _compare(self, held: Iterable[Path]) -> list[Oddity]:
        projects, odd = by_project(held), []
        for name, project in list(self._world.projects.items()):
            rows = project.known.occupied if project.known is not None else ()
            if not rows and name not in projects:
                continue
            try:
                if name in self._world.set_aside or project.busy:
                    raise Conflict("it does not answer now")
                asked = _compared(project, projects.get(name, []), dict(self._held))
                odd += await asyncio.wait_for(asked, PATIENCE)
            except (MoziError, ValueError, TimeoutError):  # it is not open, or was closed just now, or is slow
                odd += [one for one in self._odd.values() if one.project == name and lock_of(one.folder) is Lock.HELD]
        return odd + of_lost_project(projects, self._world.projects)

    def _stop(self, odd: Iterable[Oddity]) -> None:
        """Those whose fence nobody knows any more: whatever they write is refused."""
        for one in odd:
            if one.odd in _WITHOUT_ROW and one.session not in self._stopping:
                self._stopping.add(one.session)
                spawn(self._until_dead(one), name=f"stop {one.session}")

    async def _until_dead(self, one: Oddity) -> None:
        _log.warning("%s; it is stopped", one.says)
        try:
            which = {one.session: one.folder}
            left = await asyncio.to_thread(stop_for_certain, self._home, which, StopReason.OPERATOR)
            if left:
                _log.warning("%s is not confirmed dead yet; it is tried again", one.who)
        finally:
            self._stopping.discard(one.session)
            self._looked = -WHOLE
            self._world.notice()


async def _compared(project: Watched, held: list[Path], places: dict[str, Path]) -> list[Oddity]:
    """Through the door that is open, for then what was read of it stays as good as it was."""
    door = project.door.now
    if door is None or project.door.changed_below():
        return await project.call(of_board, held, places)
    return await door.call(of_board, held, places)


def _is_for(folder: Path, project: Watched, task_id: int) -> bool:
    if lock_of(folder) is not Lock.HELD or project_of(folder) not in (None, project.id):
        return False
    return project.one_author or task_of(folder) in (None, task_id)


def _still(known: Mapping[str, Path]) -> tuple[list[Path], dict[str, Path]]:
    """The folders whose lock is held, and those of which that may be so later: held, or without a runner so far."""
    held = [folder for folder in known.values() if lock_of(folder) is Lock.HELD]
    unborn = [f for f in known.values() if f not in held and f.is_dir() and not (f / "runner.json").exists()]
    return held, {folder.name: folder for folder in (*held, *unborn)}


def _told(one: Oddity) -> str:
    what = {
        Odd.NO_PROJECT: f"`moziplus session stop {one.session}` stops it",
        Odd.NO_LOCK: "the scheduler ends it and tries again",
    }
    return f"{one.says}; {what.get(one.odd, 'it is stopped')}"
