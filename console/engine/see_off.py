"""Owns that sessions which are to stop do stop: whoever is in charge has a moment for it, then each runner's lock decides.

It needs no database that can be read, and never takes a session for stopped of which something is found.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from console.backends import traits_of
from console.blackboard.connection import open_home, open_project
from console.blackboard.reads.sessions import get_session
from console.blackboard.writes.home import ask
from console.blackboard.writes.sessions import request_stop
from console.clock import Clock
from console.engine.bounded import Slow, bounded
from console.engine.emergency import COURTESY, hangs
from console.engine.in_charge import Holder, InCharge, holder, take
from console.engine.settling import settle
from console.engine.strays import at_work, stop_for_certain
from console.errors import MoziError, Unavailable
from console.home import Home
from console.keeping.living import Lock, lock_of
from console.records.actor import Actor
from console.records.request import RequestKind
from console.records.session import Session, StopReason

__all__ = ("SeenOff", "Wanted", "at_it", "row_of", "see_off", "wait_while", "wanted_of", "who_is_in_charge", "works")

PATIENCE = 30.0
"""Seconds in which what runs elsewhere must be seen to end, where nobody but this process is in charge."""
BUSY_MS = 1000
_PAUSE = 0.1


@dataclass(slots=True)
class Wanted:
    """The session that is meant, as far as its blackboard, or else its folder, tells of it."""

    project: str
    """Empty where nobody can tell."""
    session: Session
    known: bool
    """Its row was read."""
    folder: Path | None
    asked: str = ""
    """The request that was left for whoever is in charge."""
    notes: list[str] = field(default_factory=list)

    @property
    def who(self) -> str:
        """In words."""
        on = f" on {self.project}#{self.session.task_id}" if self.project and self.session.task_id else ""
        return f"{self.session.agent}{on} (session {self.session.id})"


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenOff:
    """What came of it."""

    stopped: tuple[Wanted, ...] = ()
    """Nothing of them is left."""
    ending: tuple[Wanted, ...] = ()
    """They run elsewhere, and whoever is in charge is ending them."""
    alive: tuple[Wanted, ...] = ()
    """Something of them lives, or may."""
    by_lock: bool = False
    """Whoever is in charge did not see to it in time."""
    who: Holder | None = None
    """Who is in charge and left something alive; None where nobody is."""


def wanted_of(home: Home, project: str, session: Session) -> Wanted:
    """A session by its row; where its folder lies now, for the home may have been moved."""
    folder = next(iter(home.runs.glob(f"*/agents/*/{session.id}")), None)
    return Wanted(project, session, True, folder or (None if session.folder is None else Path(session.folder)))


def at_it(home: Home, project: str, sessions: Iterable[Session]) -> list[Wanted]:
    """Those of a project's sessions of which something runs."""
    return [each for each in (wanted_of(home, project, session) for session in sessions) if works(home, each)]


def see_off(
    home: Home,
    wanted: Sequence[Wanted],
    *,
    by: Actor,
    clock: Clock,
    environ: Mapping[str, str] | None,
    patience: float = PATIENCE,
    halt: threading.Event | None = None,
) -> SeenOff:
    """Stop these sessions, at least one and all of one project, for certain; gives what came of those that were at work.

    With an `environ` this process takes charge for it where nobody is; without, it leaves the rows to whoever will be.
    Once `halt` is set, whoever is in charge has had its moment.
    """
    before = [each for each in wanted if works(home, each)]
    held = None if environ is None else _take(home, clock)
    late = False
    try:
        if held is not None and environ is not None:
            call = partial(_end_here, home, held, wanted, by, clock, environ, patience)
            _try(wanted, call, patience + COURTESY)
        else:
            _try(wanted, partial(_ask, home, wanted, by, clock), COURTESY)
            late = _wait_for_holder(home, wanted, halt)
        which = {each.session.id: each.folder for each in wanted if each.folder is not None}
        stop_for_certain(home, which, wanted[0].session.stop_reason or StopReason.OPERATOR)
    finally:
        if held is not None:
            held.release()
    return _found(home, before, late)


def works(home: Home, wanted: Wanted) -> bool:
    """Whether something of it runs. What runs elsewhere leaves nothing here: its row is all that tells of it."""
    if wanted.session.id in at_work(home):
        return True
    if traits_of(wanted.session.backend).own_process:
        return False
    row = row_of(home, wanted)
    return row is None or row.gone_at is None


def row_of(home: Home, wanted: Wanted) -> Session | None:
    """Its row as it stands now, None where that cannot be read."""
    if not wanted.known:
        return None
    with suppress(MoziError, OSError):
        folder = home.project_folder(wanted.project)
        with closing(open_project(folder, read_only=True, busy_ms=BUSY_MS)) as db:
            return get_session(db, wanted.session.id)
    return None


def who_is_in_charge(home: Home) -> Holder | None:
    """None where nobody is, or where that cannot be found out."""
    try:
        return holder(home)
    except OSError:
        return None


def wait_while(goes_on: Callable[[], bool], seconds: float, halt: threading.Event | None = None) -> None:
    """Until it does not go on, at most so long."""
    until = time.monotonic() + seconds
    while goes_on() and time.monotonic() < until and not (halt is not None and halt.is_set()):
        time.sleep(_PAUSE)


def _take(home: Home, clock: Clock) -> InCharge | None:
    try:
        return take(home, mode="session stop", clock=clock)
    except OSError:
        return None  # a full disk takes no name of ours; the lock is asked all the same


def _try(wanted: Sequence[Wanted], call: Callable[[], None], seconds: float) -> None:
    """What a database is needed for; where that cannot be used, the lock alone decides."""
    try:
        bounded(call, seconds)
    except (MoziError, OSError, Slow) as error:
        for each in wanted:
            each.notes.append(str(error))


def _end_here(
    home: Home,
    held: InCharge,
    wanted: Sequence[Wanted],
    by: Actor,
    clock: Clock,
    environ: Mapping[str, str],
    patience: float,
) -> None:
    if not all(each.known for each in wanted):
        raise Unavailable("its blackboard cannot be read or does not know it; the next scheduler settles what is to be")
    project = wanted[0].project
    with closing(open_project(home.project_folder(project), busy_ms=BUSY_MS)) as db:
        for each in wanted:
            if each.session.stop_reason is None:
                request_stop(db, each.session.id, StopReason.OPERATOR, by=by, now=clock.now())
    ids = frozenset(each.session.id for each in wanted)
    asyncio.run(settle(home, held, project, clock, environ, sessions=ids, patience=patience))


def _ask(home: Home, wanted: Sequence[Wanted], by: Actor, clock: Clock) -> None:
    """A row that asks for the stop is all that whoever is in charge needs."""
    for each in wanted:
        if each.session.stop_reason is None:
            wish = {"project": each.project, "session": each.session.id}
            with closing(open_home(home.state_db, busy_ms=BUSY_MS)) as db:
                each.asked = ask(db, RequestKind.STOP_SESSION, wish, by=by, now=clock.now()).id


def _wait_for_holder(home: Home, wanted: Sequence[Wanted], halt: threading.Event | None) -> bool:
    """Give it its moment; whether it let that pass."""

    def busy() -> bool:
        return any(_busy(home, each) for each in wanted)

    if not hangs(who_is_in_charge(home)):
        wait_while(busy, COURTESY, halt)
    return busy()


def _busy(home: Home, wanted: Wanted) -> bool:
    if not traits_of(wanted.session.backend).own_process or wanted.folder is None:
        return works(home, wanted)
    return lock_of(wanted.folder) is Lock.HELD


def _found(home: Home, before: Sequence[Wanted], late: bool) -> SeenOff:
    left = [each for each in before if works(home, each)]
    who = who_is_in_charge(home) if left else None
    sees_to_it = who is not None and not hangs(who)
    ending = [each for each in left if sees_to_it and traits_of(each.session.backend).elsewhere]
    return SeenOff(
        stopped=tuple(each for each in before if each not in left),
        ending=tuple(ending),
        alive=tuple(each for each in left if each not in ending),
        by_lock=late,
        who=who,
    )
