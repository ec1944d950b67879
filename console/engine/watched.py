"""Owns one project as the scheduler holds it: its connection, what was read last, and what is under way in it.

What was read stays valid while nobody else commits; the proof of life of its sessions is looked at anew each time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Concatenate, ParamSpec, TypeVar

from console.agents.everybody import AllAgents
from console.blackboard.aio import AsyncDatabase
from console.blackboard.changes import data_version, head
from console.blackboard.connection import Database
from console.blackboard.gate import is_closing
from console.blackboard.migrate import Copied
from console.blackboard.reads.scheduling import Occupied, Scheduling, scheduling
from console.blackboard.upkeep import checkpoint, outgrown
from console.clock import Clock
from console.days import start_of_day, start_of_next_day
from console.engine.awake_view import Moments
from console.engine.chronicle import Chronicle
from console.engine.door import Door
from console.engine.protocols import Protocols
from console.engine.time_jumps import Timekeeper
from console.errors import Conflict, Unavailable
from console.records.budget import Usage
from console.records.ending import Life
from console.records.learning import Learning
from console.records.session import Session
from console.reviews.protocol import Protocol
from console.scheduler.snapshot import Present, ProjectView
from console.settings import ProjectSettings

__all__ = ("Watched",)

P = ParamSpec("P")
T = TypeVar("T")

PAGE = 12
"""Ready tasks that are read at first; more where none of them could be started."""
LARGEST_PAGE = 2000


@dataclass(frozen=True, slots=True)
class _Read:
    version: int
    epoch: str
    data: Scheduling


class Watched:
    """One project's blackboard, opened when it is looked at first."""

    def __init__(
        self,
        folder: Path,
        agents: AllAgents,
        protocols: Protocols,
        clock: Clock,
        time: Timekeeper,
        keep: Copied | None = None,
        since: int = 0,
    ) -> None:
        """`keep` as in `Door`; `since` as in `Chronicle`."""
        self.folder = folder
        self.settings: ProjectSettings | None = None
        self.last_start = 0
        """Counts up with every start in the home; the project with the lowest is served first."""
        self.under_way: asyncio.Task[None] | asyncio.Task[bool] | None = None
        """Reading or performing that has not answered yet; the project is left alone meanwhile."""
        self.starts: tuple[Session, ...] = ()
        """Sessions about to be claimed, so that their slots are not given twice meanwhile."""
        self.making = asyncio.Lock()
        """Held by whoever makes a worktree."""
        self.page = PAGE
        self.stale = self._dirty = True  # somebody else may have changed it since it was read
        self._agents, self._protocols = agents, protocols
        self._clock, self._moments = clock, Moments(clock, time, writes=keep is not None)
        self.unsure = True
        """Its blackboard may be another one than its agents began with; they are looked for before anything starts."""
        self.replaced: str | None = None
        """What happened to the blackboard while it was open, for the operator."""
        self._read_by: AsyncDatabase | None = None
        self.door = Door(folder, clock, keep)
        self._read: _Read | None = None
        self._chronicle = Chronicle(folder.name, since)
        self._view: tuple[_Read, ProjectSettings, ProjectView] | None = None

    @property
    def id(self) -> str:
        """The project's id."""
        return self.folder.name

    @property
    def busy(self) -> bool:
        """It does not answer yet."""
        return self.under_way is not None and not self.under_way.done()

    @property
    def known(self) -> Scheduling | None:
        """What was read last."""
        return None if self._read is None else self._read.data

    @property
    def one_author(self) -> bool:
        """Its agents work in one folder, which only one may change at a time."""
        settings = self.settings
        return settings is not None and bool(settings.workdir) and not (settings.worktrees or settings.shared_folder)

    async def call(self, command: Callable[Concatenate[Database, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a command on the project's own thread. What was read counts as old from now on."""
        self._dirty = True  # one's own commits do not move data_version
        door = await self.door.open()
        if self.door.changed_below():
            self.stale = True
            raise Unavailable(f"{self.id}: its blackboard is another file now; it is looked at first")
        try:
            return await door.call(command, *args, **kwargs)
        finally:
            self._dirty = True

    def needs_look(self, now: int) -> bool:
        """Whether what was read last may be old, as far as is known without asking."""
        read = self._read
        return self.stale or self._dirty or read is None or (read.data.due_at is not None and read.data.due_at <= now)

    async def glance(self) -> bool:
        """Ask whether somebody committed since the last look, and note it; cheap."""
        door = self.door.now
        if self._read is None or self._dirty or is_closing(self.folder) or self.door.changed_below():
            self.stale = True
        elif door is None:
            self.stale = self.stale or not self.door.left_as_it_was()
        else:
            self.stale = self.stale or await door.call(data_version) != self._read.version
        return self.stale

    def time_moved(self, *, back: bool) -> None:
        """The time of day jumped: what was read by the old one is read anew; what waits for a moment ahead is tried."""
        self._view, self._dirty, self.stale = None, True, True
        self._moments.moved(back=back)

    async def look(self, settings: ProjectSettings) -> bool:
        """Read anew where something changed or fell due; True where it was read. Raises what opening and reading raise."""
        if is_closing(self.folder):
            await self.close()
            self._read_by = None
            raise Conflict(f"{self.id} is being moved")
        if (why := await self.door.notice()) is not None:
            self.unsure, self.replaced = True, why
        door = await self.door.open()
        now = self._clock.now()
        known = self._read
        due = known is not None and known.data.due_at is not None and known.data.due_at <= now
        same = settings is self.settings
        other = door is not self._read_by  # versions of two connections cannot be compared
        version = None if known is None or self._dirty or due or not same or other else known.version
        self.settings = settings
        self._dirty = self.stale = False
        try:
            await self._moments.mend(door)
            read = await door.call(_look, version, known, settings, now=now, page=self.page)
        except BaseException:
            self._dirty = True
            raise
        if read is None:
            return False
        if known is not None and known.epoch != read.epoch:
            self.unsure = True
            if not other:
                self.replaced = f"{self.id}: its blackboard was written over by another one while it was open"
        self._read, self._read_by = read, door
        await self._chronicle.follow(door.call)
        return True

    def protocol(self, name: str) -> Protocol:
        """A review protocol as it holds here."""
        return self._protocols.get(self.folder, name)

    def view(self, stop_asked: Mapping[str, int] = MappingProxyType({})) -> ProjectView:
        """The project as `decide` sees it; `stop_asked` says of sessions when this scheduler set about stopping them."""
        assert self._read is not None and self.settings is not None
        if self._view is not None and self._view[0] is self._read and self._view[1] is self.settings:
            return self._view[2]
        data = self._read.data
        view = self._new_view(data, self.settings, stop_asked)
        # Without sessions and reviews nothing outside the database can change it.
        self._view = None if data.occupied or data.rounds else (self._read, self.settings, view)
        return view

    def _new_view(self, data: Scheduling, settings: ProjectSettings, stop_asked: Mapping[str, int]) -> ProjectView:
        return ProjectView(
            state=data.state,
            policy=settings.policy,
            agents=settings.agents,
            ready=data.ready,
            unplaced=data.unplaced,
            present=tuple(self._present(o, stop_asked) for o in data.occupied),
            rounds=tuple(self._moments.round(found) for found in data.rounds),
            plans=data.plans,
            graces=data.graces,
            to_apply=data.to_apply,
            failures=data.failures,
            tally=data.tally,
            last_progress_at=self._moments.passed(data.last_progress_at),
            open_causes=data.causes,
            one_author=self.one_author,
            next_due_at=data.retry_at,
            protocols={r.review.protocol: self.protocol(r.review.protocol) for r in data.rounds},
            budgets=settings.guardrails.budgets,
            used=data.used,
            used_today=data.used_today,
            tasks_used=data.tasks_used,
            learning=self._moments.learning(data.learning),
            workload=data.workload,
            schedules=data.schedules,
            asks=data.asks,
            turns=data.turns,
            reports=data.reports,
            needs=data.needs,
            timed_out=data.timed_out,
        )

    def only_its_slots(self) -> ProjectView:
        """The project while it does not answer: its sessions hold their slots, nothing else is known."""
        starting = tuple(Present(session=session, life=Life.UNKNOWN) for session in self.starts)
        view, known = self.view(), self.known
        ends = None if known is None else known.day_ends
        today = view.used_today if ends is None or self._clock.now() < ends else Usage()
        parts = ("ready", "unplaced", "rounds", "to_apply", "failures", "schedules", "reports", "asks", "turns")
        known_no_more = replace(view, learning=Learning(), **dict.fromkeys(parts, ()))  # type: ignore[arg-type]
        return replace(known_no_more, next_due_at=None, present=view.present + starting, used_today=today)

    def turn_page(self) -> bool:
        """Read more ready tasks next time; False where there are no more, or enough were read."""
        if self._read is None or not self.page <= len(self._read.data.ready) < LARGEST_PAGE:
            return False
        self.page = min(self.page * 4, LARGEST_PAGE)
        self._dirty = True
        return True

    async def rest(self) -> None:
        """Close the connection to make room for others; what was read stays valid until somebody commits."""
        known = self._read if self.door.now is self._read_by and not (self._dirty or self.stale) else None
        if not await self.door.rest(None if known is None else known.version):
            self.stale = True

    async def shrink(self) -> None:
        """Write the log of the database back into it where it has grown; looks at its size only."""
        if (door := self.door.now) is not None and outgrown(self.folder / "blackboard.db"):
            await door.call(checkpoint)

    async def close(self) -> None:
        """Let go of the database and its gate; the next look opens them again."""
        self._dirty = True
        await self.door.close()

    def _present(self, occupied: Occupied, stop_asked: Mapping[str, int]) -> Present:
        session = self._moments.session(occupied.session)
        return Present(
            session=session,
            life=(life := self._agents.life(session)),
            ending=self._agents.ending(session) if life is Life.DEAD else None,
            task_status=str(occupied.task.status),
            task_fence=occupied.task.fence,
            seat=occupied.seat,
            review=occupied.review,
            stop_asked_at=stop_asked.get(session.id),
            waited=occupied.waited,
            for_operator=occupied.task.ask is not None,
        )


def _look(
    db: Database, version: int | None, known: _Read | None, settings: ProjectSettings, *, now: int, page: int
) -> _Read | None:
    """None where `version` is still the newest; else everything, with the version that was there before the reading."""
    found = data_version(db)
    if found == version:
        return None
    epoch = head(db).epoch
    same = known is not None and known.epoch == epoch
    read = scheduling(
        db,
        policy=settings.policy,
        now=now,
        limit=page,
        since=start_of_day(now),
        until=start_of_next_day(now),
        task_budgets=settings.guardrails.budgets.task.any or any(agent.cap.any for agent in settings.agents),
        known=known.data if same and known else None,
    )
    return _Read(found, epoch, read)
