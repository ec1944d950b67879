"""Owns what the blackboard is told of runs in the gateway: running, words, the lease, tokens and cost.

It has connections of its own, one for each project with such a run, and never holds up a run: what cannot be written
now is written a little later.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from console.agents.gateway_run import Run
from console.agents.going_on import NEVER
from console.blackboard.aio import AsyncDatabase
from console.blackboard.below import Below
from console.blackboard.connection import Database, open_project
from console.blackboard.reads.asks import unsent_asks
from console.blackboard.writes.asks import close_ask, hear
from console.blackboard.writes.claims import renew
from console.blackboard.writes.sessions import add_usage, mark_running, note_conversation, note_word, the_session
from console.blackboard.writes.stamps import the_task
from console.clock import Clock
from console.commands.asks import Question, ask
from console.commands.context import Context, team_of
from console.errors import MoziError, NotFound, StaleFence
from console.home import Home
from console.records.actor import Actor, Origin
from console.records.ask import Ask
from console.records.session import SessionStatus
from console.records.task import TaskStatus

__all__ = ("GatewayBoard",)

P = ParamSpec("P")
T = TypeVar("T")

WORDS = 3.0
"""Seconds between two notes of a word."""
KEPT_MS = 7 * 24 * 3_600_000
"""A session with which nobody went on for so long is archived."""
BUSY_MS = 2000
"""A lock is not waited for any longer: the next turn tries again."""

_log = logging.getLogger("moziplus.gateway")


class GatewayBoard:
    """The blackboards of the projects whose agents are in the gateway."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._doors: dict[str, AsyncDatabase] = {}
        self._opening = asyncio.Lock()

    async def running(self, run: Run) -> bool:
        """`starting` → `running`; False where the operator or recovery was first: the run must be aborted.

        Raises MoziError where the blackboard cannot be written now.
        """
        done = await self._call(run, _mark_running, run.id, now=self._clock.now())
        run.to_mark = False
        return done

    async def tell(self, run: Run, *, last: bool = False) -> None:
        """Renew the lease and note its word, each where it is due. What fails is tried again the next time."""
        now = self._clock.monotonic()
        due = run.renewed_at is None or now - run.renewed_at >= run.spec.lease / 3
        due = due and run.claimed and not run.to_mark and not last
        word = run.word_at if now - run.told_at >= WORDS else None
        word = run.spoke_at if last else word  # its last line is whole only now
        if not due and word is None and run.answered == run.note.answered:
            return
        try:
            if due:
                run.claimed = await self._call(
                    run, _renew, run.id, run.spec.fence, lease_ms=run.spec.lease * 1000, now=self._clock.now()
                )
                run.renewed_at = now
            await self.converses(run)
            if word is not None:
                await self._call(run, note_word, run.id, now=word, last_line=run.log.last_line or None)
                run.told_at = now
                run.word_at = None if run.word_at == word else run.word_at
        except MoziError as error:
            _log.info("the blackboard of %s cannot be told of %s now: %s", run.spec.project, run.id, error)

    async def spent(self, run: Run, tokens: int, cost: float) -> None:
        """What the run has used so far, all told. Never told twice: the note is written first. Raises MoziError."""
        more, dearer = tokens - run.note.tokens, cost - run.note.cost
        if more <= 0 and dearer <= 0:
            return
        told = {"tokens": run.note.tokens, "cost": run.note.cost}
        run.change(durable=False, tokens=max(tokens, run.note.tokens), cost=max(cost, run.note.cost))
        by = _agent(run)
        try:
            await self._call(
                run, add_usage, run.id, run.spec.fence, tokens=max(more, 0), cost=max(dearer, 0.0), by=by,
                now=self._clock.now(),
            )  # fmt: skip
        except MoziError:
            run.change(durable=False, **told)  # nothing was written
            raise

    async def converses(self, run: Run) -> None:
        """In which session of the gateway its model answers; told once. Raises MoziError."""
        if run.answered and not run.note.answered:
            await self._call(run, note_conversation, run.id, run.note.key, now=self._clock.now())
            await asyncio.to_thread(run.change, answered=True)

    async def keeps(self, run: Run) -> bool:
        """Whether its agent may go on with its session of the gateway: it can, and the task is not over."""
        fresh = self._clock.now() - run.note.sent_at < KEPT_MS
        if not (run.note.answered and fresh) or run.note.parted or run.spec.options.get("resume") == NEVER:
            return False
        try:
            return await self._call(run, _is_open, run.spec.task)
        except NotFound:
            return False
        except MoziError:
            return True

    async def ask(self, run: Run, asked: Question) -> Ask:
        """What the run asks stands on the blackboard, or a rule answers it; the same again is the same. Raises MoziError."""
        return await self._call(run, _ask, run, asked, now=self._clock.now())

    async def unsent(self, run: Run, source: str) -> tuple[Ask, ...]:
        """What the run asks, and what was answered and has not got there. Raises MoziError."""
        return await self._call(run, unsent_asks, run.id, source)

    async def close_ask(self, run: Run, ask: int, words: str) -> None:
        """The run waits for it no more. Raises MoziError."""
        await self._call(run, close_ask, ask, words, by=_agent(run), now=self._clock.now())

    async def heard(self, run: Run, asks: Iterable[Ask]) -> None:
        """The answers have got there. Raises MoziError."""
        for one in asks:
            await self._call(run, hear, one.id, by=_agent(run), now=self._clock.now())

    async def keep_only(self, folders: set[str]) -> None:
        """Close the blackboards of other projects."""
        for folder in [f for f in self._doors if f not in folders]:
            await self._doors.pop(folder).close()

    async def close(self) -> None:
        """Close all. Safe to call twice."""
        await self.keep_only(set())

    async def _call(
        self, run: Run, command: Callable[Concatenate[Database, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        folder = run.spec.project_folder
        async with self._opening:
            if folder in self._doors and self._doors[folder].below() != Below.NOTHING:
                await self._doors.pop(folder).close()
            if folder not in self._doors:
                self._doors[folder] = await AsyncDatabase.open(lambda: open_project(Path(folder), busy_ms=BUSY_MS))
        return await self._doors[folder].call(command, *args, **kwargs)


def _ask(db: Database, run: Run, asked: Question, *, now: int) -> Ask:
    team = team_of(Home(Path(run.spec.home)), run.spec.project)
    return ask(Context(db, _agent(run), now, team), asked)


def _is_open(db: Database, task: int) -> bool:
    return the_task(db, task).status not in (TaskStatus.DONE, TaskStatus.CANCELLED)


def _agent(run: Run) -> Actor:
    return Actor(name=run.spec.agent, origin=Origin.SCHEDULER, session=run.id)


def _mark_running(db: Database, session: str, *, now: int) -> bool:
    """Also True where it is running already, as after a restart of the scheduler."""
    if mark_running(db, session, now=now):
        return True
    return the_session(db, session).status in (SessionStatus.RUNNING, SessionStatus.SUCCEEDED)


def _renew(db: Database, session: str, fence: int, *, lease_ms: int, now: int) -> bool:
    try:
        renew(db, session, fence, lease_ms=lease_ms, now=now)
    except (StaleFence, NotFound):
        return False
    return True
