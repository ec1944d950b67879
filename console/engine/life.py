"""Owns one life of the scheduler: everything that it holds while it is in charge, and its tick.

A tick looks, lets `decide` decide, and performs. It waits for nobody: what does not answer goes on by itself, and its
project is left alone until it has.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

from console.agents.base import LocalAgents
from console.backends import PROCESS
from console.blackboard.reads.notes import is_acknowledged
from console.blackboard.writes.home import forget_requests
from console.clock import Clock
from console.crash import crash_point
from console.engine.awake import KeepAwake
from console.engine.deadlines import next_deadline
from console.engine.hands import Hands, MakeAgents, put_together
from console.engine.home_alerts import REPLACED, home_alerts
from console.engine.home_here import Where
from console.engine.idle import nothing_moves, waits_for
from console.engine.in_charge import InCharge
from console.engine.journal import Journal
from console.engine.observe import PATIENCE
from console.engine.pages import pages_to_turn
from console.engine.tidy import Tidier
from console.engine.time_jumps import CAUSE as CLOCK
from console.engine.wakes import Wakes
from console.home import Home
from console.quiet import Quiet
from console.records.session import Session
from console.scheduler.actions import Action, EndAlert, RaiseAlert, StartSeat, StartTask
from console.scheduler.decide import decide
from console.scheduler.snapshot import Snapshot
from console.spawn import spawn

__all__ = ("SchedulerLife",)

Filter = Callable[[Action], bool]
AGAIN = 1.0
"""Seconds until a decision is tried once more, where performing it changed nothing."""

KEPT = 7 * 24 * 3600 * 1000
"""Milliseconds for which answered requests are kept."""
PARTING = 3.0
"""Seconds that each step of the end may take."""
TIDY = 60.0
"""Seconds between two looks at worktrees that are no longer needed."""

_log = logging.getLogger("moziplus.scheduler")


class SchedulerLife:
    """From taking charge to letting go."""

    def __init__(self, held: InCharge, hands: Hands, wakes: Wakes, clock: Clock, only: Filter | None) -> None:
        self.ticks = 0
        self._held = held
        self._hands = hands
        self._wakes = wakes
        self._clock = clock
        self._only = only
        self._journal = Journal(hands.run.path / "state")
        self._awake = KeepAwake()
        self._last: Sequence[Action] = ()
        self._tidying: asyncio.Task[None] | None = None
        self._tidied = -TIDY
        self._tidier = Tidier()
        self._quiet = False
        """The last tick found nothing to do and nothing to wait for."""
        self.waits_for = ""
        """The limits that keep it from being idle, in words."""
        self.lost = False
        """The lock that everybody asks is no longer the one that is held."""
        self.failing = False
        """Everything that the last tick tried failed, as on a full disk."""
        self._quiet_log = Quiet(_log)
        self._deadline: int | None = None
        self._under_way: set[asyncio.Task[bool]] = set()
        self._noticing = [
            spawn(hands.watch.notice(), name="watch folders"),
            spawn(hands.watch.poll(), name="poll databases"),
        ]
        if hands.inbox is not None:
            self._noticing.append(spawn(hands.inbox.follow(), name="follow the inbox"))

    @classmethod
    async def begin(
        cls,
        home: Home,
        held: InCharge,
        wakes: Wakes,
        clock: Clock,
        environ: Mapping[str, str],
        only: Filter | None = None,
        local: MakeAgents = LocalAgents,
    ) -> SchedulerLife:
        """Put a life together; `only` says which actions it may perform. Raises ConfigError where the settings are wrong."""
        hands = await put_together(home, held, wakes, clock, environ, ends_only=only is not None, local=local)
        if hands.world.time.doubt is None:
            await hands.home_watch.publish(forget_requests, before=clock.now() - KEPT)
        _log.info("in charge of %s: %s, run %s", home.path, held.holder, hands.run.id)
        return cls(held, hands, wakes, clock, only)

    @property
    def over(self) -> bool:
        """It was asked to end, and may."""
        return self._hands.performer.leaving or self._hands.requests.let_go or self.lost

    @property
    def gives_way(self) -> bool:
        """It ends because somebody else is to be in charge."""
        return self._hands.requests.let_go or self.lost

    @property
    def interval(self) -> float:
        """Seconds between two timed ticks."""
        return float(self._hands.settings.current.daemon.tick_interval)

    def pause_until(self) -> float:
        """Seconds until something falls due by the clock alone; may be negative."""
        now, mono = self._clock.now(), self._clock.monotonic()
        due = [at for at in (self._hands.world.due_at(), self._deadline) if at is not None]
        found = [(min(due) - now) / 1000 + 0.001] if due else []
        if (retry := self._hands.world.next_try()) is not None:
            found.append(retry - mono)
        return min(found, default=3600.0)

    async def tick(self, causes: frozenset[str]) -> None:
        """One pass over everything."""
        hands = self._hands
        began = self._clock.monotonic()
        self._held.beat()
        if not self._is_here():
            return
        snapshot = await hands.world.look()
        await hands.requests.answer_all()
        snapshot = replace(snapshot, draining=hands.world.draining)
        hands.agents.adopt(hands.world.sessions())
        now = hands.world.seen_at
        decided = decide(snapshot, hands.settings.current.policy, now)
        actions = self._possible(decided)
        await hands.settings.look_again(hands.world.projects[name].folder for name in list(hands.world.projects))
        seen = (view for view in snapshot.projects if view.id in hands.world.looked_at)
        actions += hands.performer.faults.alerts(seen, decided)
        actions += self._of_home(await self._of_the_clock())
        actions += hands.locks.poll(hands.home_watch.alerts)
        self.ticks += 1
        self._deadline = next_deadline(snapshot, now)
        self.failing = False
        if actions:
            self._journal.note(snapshot, actions, now=now, causes=sorted(causes))
            crash_point("tick.decided")
            await self._perform(actions)
            crash_point("tick.performed")
        self._read_on(snapshot, decided)
        self._quiet = not actions and self._nothing_moves(snapshot)
        self.waits_for = "" if actions else waits_for(snapshot, self._clock)
        hands.publisher.offer(snapshot, now, round((self._clock.monotonic() - began) * 1000))
        _log.debug("Tick %d (%s): %d action(s)", self.ticks, ", ".join(sorted(causes)), len(actions))
        at_work = any(view.present for view in snapshot.projects)
        self._awake.follow(at_work and hands.settings.current.daemon.keep_awake)
        self._tidy_now_and_then()
        moved = hands.world.time_moved()  # since `now` was read, which then says nothing of what is old
        if hands.chores is not None and not moved:
            time = hands.world.time
            hands.chores.poll(now, hands.settings.current, doubted=time.doubt is not None, awake=time.awake)

    async def _of_the_clock(self) -> dict[str, str]:
        """Cause of an alert → what is wrong with the clock; nothing once the operator has seen it."""
        time = self._hands.world.time
        if time.doubt is not None and await self._hands.home_watch.publish(is_acknowledged, CLOCK):
            time.trust()
        return {} if time.doubt is None else {CLOCK: time.doubt}

    async def is_idle(self) -> bool:
        """Whether nothing can move before somebody outside does something; asks the databases once more."""
        if not self._quiet or not (self._hands.inbox is None or await self._hands.inbox.is_settled()):
            return False
        if self._hands.chores is not None and self._hands.chores.busy:
            return False
        if await self._hands.world.changed():
            self._wakes.tell("unread")
            return False
        return True

    async def end(self) -> None:
        """Let go of everything; agents go on. The lock is the caller's to release, and a disk that hangs must not keep it."""
        hands = self._hands
        side = [*self._noticing, *([self._tidying] if self._tidying is not None else [])]
        for task in side:
            task.cancel()
        hands.performer.halt()
        await asyncio.wait([*side, *self._under_way, *hands.performer.starting], timeout=PARTING)
        if hands.performer.leaving:
            await _within(hands.requests.drained(), PARTING)
        self._awake.close()
        parts = (hands.locks, hands.publisher, hands.agents, hands.inbox, hands.chores, hands.world, hands.home_watch)
        for part in parts:
            if part is not None:
                await _within(part.close(), PARTING)
        _log.info("no longer in charge: run %s has ended", hands.run.id)

    def _of_home(self, clock: dict[str, str]) -> list[RaiseAlert | EndAlert]:
        """The home's alerts, with that of its `clock`. What happened once is told until an alert says it."""
        world, watch = self._hands.world, self._hands.home_watch
        happened = {f"{REPLACED}{project}": body for project, body in world.replaced.items()}
        if watch.changed_below is not None:
            happened[f"{REPLACED}home"] = watch.changed_below
        for cause in [cause for cause, body in happened.items() if watch.alerts.get(cause) == body]:
            del happened[cause]
            if cause == f"{REPLACED}home":
                watch.changed_below = None
            world.replaced.pop(cause.removeprefix(REPLACED), None)
        problems = self._hands.settings.all_problems | clock
        return home_alerts(watch.alerts, world.set_aside, problems, happened, world.newer)

    def _is_here(self) -> bool:
        """Whether the home still lies where it lay: else this tick looks at nothing, and writes into nothing."""
        where = self._hands.here.look()
        if where == Where.HERE:
            self._quiet_log.over("the home")
            return True
        self._quiet_log.say("the home", f"{self._hands.home_path} is {where}")
        self._quiet, self.lost = False, where == Where.NEW_LOCK
        return False

    def _possible(self, actions: Sequence[Action]) -> list[Action]:
        """Without those for projects that do not answer now."""
        looked_at = self._hands.world.looked_at
        found = [action for action in actions if not _project(action) or _project(action) in looked_at]
        return found if self._only is None else [action for action in found if self._only(action)]

    async def _perform(self, actions: Sequence[Action]) -> None:
        """Let every project's actions go on side by side; wait a moment for all of them."""
        for action in actions:
            if isinstance(action, StartTask | StartSeat):
                self._hands.world.served(action.project)  # in the order of the decision, whichever is quicker
        begun = []
        for project, group in groupby(sorted(actions, key=_project), key=_project):
            begun.append(self._begin(project, list(group)))
        done, late = await asyncio.wait(begun, timeout=PATIENCE)
        for task in late:
            task.add_done_callback(lambda _: self._wakes.tell("performed"))
        self.failing = bool(done) and not late and not any(task.result() for task in done)
        if list(actions) != list(self._last) and any(task.result() for task in done):
            self._wakes.tell("acted")
        else:
            asyncio.get_running_loop().call_later(AGAIN, self._wakes.tell, "again")
        self._last = list(actions)

    def _begin(self, project: str, actions: Sequence[Action]) -> asyncio.Task[bool]:
        task = spawn(self._hands.performer.perform_all(actions), name=f"perform in {project or 'the home'}")
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        if project:
            watched = self._hands.world.projects[project]
            watched.under_way = task
            watched.starts = tuple(_placeholder(a) for a in actions if isinstance(a, StartTask | StartSeat))
        return task

    def _read_on(self, snapshot: Snapshot, actions: Sequence[Action]) -> None:
        """Where a full page of ready tasks had none for an agent that is free, the next look reads further."""
        world, most = self._hands.world, self._hands.settings.current.policy.max_global_agents
        for project in pages_to_turn(snapshot, actions, most):
            if project in world.looked_at and world.turn_page(project):
                self._wakes.tell("page")

    def _tidy_now_and_then(self) -> None:
        """By the way, and never in it: git takes its time."""
        free = self._tidying is None or self._tidying.done()
        if free and self._only is None and self._clock.monotonic() - self._tidied >= TIDY:
            self._tidied, days = self._clock.monotonic(), self._hands.settings.current.retention.discarded_days
            self._tidying = spawn(self._tidier.tidy(self._hands.world, self._clock, days), name="tidy")

    def _nothing_moves(self, snapshot: Snapshot) -> bool:
        acting = any(not task.done() for task in self._under_way)
        return nothing_moves(snapshot, self._hands.world) and not acting and not self._hands.agents.pending


async def _within(work: Coroutine[Any, Any, None], seconds: float) -> None:
    await asyncio.wait([spawn(work, name="part")], timeout=seconds)


def _project(action: Action) -> str:
    return getattr(action, "project", "")


def _placeholder(action: StartTask | StartSeat) -> Session:
    seat = action.seat_id if isinstance(action, StartSeat) else None
    return Session(id="", task_id=action.task_id, seat_id=seat, agent=action.agent, backend=PROCESS, fence=0)
