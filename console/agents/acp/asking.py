"""Owns what waits for a person in one session: each request of the agent as an ask on the blackboard, until it is settled.

A blackboard that is away for a while is tried again; an agent is never given leave for want of one.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from console.agents.spec import StartSpec
from console.blackboard.connection import Database, open_project
from console.blackboard.reads.asks import get_ask
from console.clock import Clock
from console.commands import asks
from console.commands.asks import Question
from console.commands.context import Context, team_of
from console.errors import MoziError, Unavailable
from console.home import Home
from console.records.actor import Actor, Origin
from console.records.ask import Ask, AskStatus
from console.records.transcript import Entry, EntryKind

__all__ = ("AT_ONCE", "Asking", "Waiting")

STEP = 0.25
"""Seconds between two looks for answers."""
AGAIN = 2.0
"""Seconds after which a blackboard that is away is asked again."""
AT_ONCE = 20
"""Requests that wait at the same time."""


@dataclass(slots=True, kw_only=True)
class Waiting:
    """One request that is not answered."""

    number: object
    """As the agent calls it."""
    question: Question
    settle: Callable[[Ask | None], None]
    """Takes the settled ask; None where nobody will answer any more."""
    ask: int | None = None
    """On the blackboard; None until it stands there."""
    tried: float = field(default=-AGAIN)


class Asking:
    """The requests of one session."""

    def __init__(self, spec: StartSpec, clock: Clock, say: Callable[[Entry], None]) -> None:
        self._spec = spec
        self._clock = clock
        self._say = say
        self._waiting: list[Waiting] = []
        self._looked = 0.0

    def __contains__(self, number: object) -> bool:
        return any(one.number == number for one in self._waiting)

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, waiting: Waiting) -> None:
        """It stands on the blackboard when this returns, unless that is away."""
        self._waiting.append(waiting)
        self._ask(waiting)

    def look(self) -> None:
        """Pass on what was answered since."""
        now = time.monotonic()
        if not self._waiting or now - self._looked < STEP:
            return
        self._looked = now
        for waiting in [*self._waiting]:
            if waiting.ask is not None:
                self._hear(waiting)
            elif now - waiting.tried >= AGAIN:
                self._ask(waiting)

    def give_up(self) -> None:
        """Nobody waits any more."""
        for waiting in [*self._waiting]:
            self._settle(waiting, None)

    def _ask(self, waiting: Waiting) -> None:
        waiting.tried = time.monotonic()
        try:
            with self._context() as context:
                found = asks.ask(context, waiting.question)
        except Unavailable as error:
            self._complain(f"the blackboard is away, it is asked again: {error}")
            return
        except MoziError as error:
            self._complain(f"it could not be asked: {error}")
            self._settle(waiting, None)
            return
        waiting.ask = found.id
        self._say(_entry(found, waiting.question))
        if found.status != AskStatus.OPEN:
            self._hear(waiting)

    def _hear(self, waiting: Waiting) -> None:
        assert waiting.ask is not None
        try:
            if self._is_open(waiting.ask):
                return
            with self._context() as context:
                found = asks.as_it_stands(context, waiting.ask)
                if found.status == AskStatus.OPEN:
                    return
                found = asks.hear(context, found.id)
        except Unavailable:
            return
        except MoziError as error:
            self._complain(str(error))
            self._settle(waiting, None)
            return
        self._say(_entry(found, waiting.question))
        self._settle(waiting, found)

    def _is_open(self, number: int) -> bool:
        with self._blackboard(read_only=True) as db:
            found = get_ask(db, number)
        return found.status == AskStatus.OPEN and (found.expires_at is None or self._clock.now() < found.expires_at)

    @contextmanager
    def _context(self) -> Iterator[Context]:
        """Under the claim of the session. What was said to its agent meanwhile is not told here, so it is not heard here."""
        spec = self._spec
        by = Actor(name=spec.agent, origin=Origin.AGENT, session=spec.session)
        with self._blackboard() as db:
            yield Context(db, by, self._clock.now(), team_of(Home(Path(spec.home)), spec.project), spec.fence)

    @contextmanager
    def _blackboard(self, *, read_only: bool = False) -> Iterator[Database]:
        db = open_project(Path(self._spec.project_folder), read_only=read_only)
        try:
            yield db
        finally:
            db.close()

    def _settle(self, waiting: Waiting, found: Ask | None) -> None:
        self._waiting.remove(waiting)
        waiting.settle(found)

    def _complain(self, text: str) -> None:
        self._say(Entry(kind=EntryKind.STATUS, text=text))


def _entry(found: Ask, question: Question) -> Entry:
    """The ask in the transcript, as it stands."""
    fields: dict[str, Any] = {"ask": found.id, "status": str(found.status)}
    if found.status != AskStatus.OPEN:
        fields |= {"answer": found.said, "by": found.answered_by or "", "how": str(found.answered_how or "")}
    return Entry(kind=EntryKind.ASK, text=str(question.text), id=f"ask-{found.id}", fields=fields)
