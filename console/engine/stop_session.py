"""Owns the stop of one session: whoever is in charge is asked, and where that does not end it in time, its lock is.

It needs no database that can be read, and never says that a session is stopped whose lock is held.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from console.blackboard.connection import open_home, open_project
from console.blackboard.reads.home import request
from console.blackboard.reads.sessions import find_session, get_session
from console.blackboard.writes.home import ask
from console.blackboard.writes.sessions import request_stop
from console.clock import Clock
from console.engine.bounded import Slow, bounded
from console.engine.emergency import COURTESY, hangs
from console.engine.in_charge import InCharge, holder, take
from console.engine.settling import settle
from console.engine.strays import at_work, stop_for_certain
from console.errors import Conflict, MoziError, NotFound, Unavailable, UsageError
from console.home import Home
from console.keeping.living import project_of, session_folders, started, task_of
from console.records.actor import Actor
from console.records.agent import Backend
from console.records.request import RequestKind
from console.records.session import Session, SessionStatus, StopReason
from console.registry import folders

__all__ = ("Wanted", "look_up", "stop_session")

PATIENCE = 30.0
"""Seconds in which its end must be confirmed where no lock of ours can tell, or written down by whoever is in charge."""
_BUSY_MS = 1000
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


def look_up(home: Home, start: str, project: str | None = None) -> Wanted:
    """The one session whose id begins with `start`. Raises NotFound, UsageError where several do."""
    rows, unread = _rows(home, start, project)
    if len(rows) > 1:
        raise UsageError(f"sessions of {', '.join(p for p, _ in rows)} begin with {start[:40]!r}; add --project")
    if rows:
        ((name, session),) = rows
        by_place = {folder.name: folder for folder in session_folders(home)}
        folder = by_place.get(session.id) or (None if session.folder is None else Path(session.folder))
        return Wanted(name, session, True, folder)
    found = {s: f for s, f in at_work(home).items() if s.startswith(start) and project in (None, project_of(f))}
    if len(found) > 1:
        raise UsageError(f"{len(found)} sessions begin with {start[:40]!r}; give more of the id")
    if not found:
        told = f"; {'; '.join(unread)}" if unread else ""
        raise NotFound(f"no session begins with {start[:40]!r}; `moziplus session list --all` shows them{told}")
    ((_, folder),) = found.items()
    return Wanted(project_of(folder) or "", from_folder(folder), False, folder)


def from_folder(folder: Path) -> Session:
    """As much of a session as its folder tells: who, by the folder's place; the rest is what it was started with."""
    backend, fence = started(folder).get("backend"), started(folder).get("fence")
    return Session(
        id=folder.name,
        task_id=task_of(folder) or 0,
        agent=folder.parent.name,
        backend=backend if isinstance(backend, str) else str(Backend.COMMAND),
        status=SessionStatus.RUNNING,
        fence=fence if isinstance(fence, int) else 0,
        folder=str(folder),
    )


def stop_session(home: Home, wanted: Wanted, *, by: Actor, clock: Clock, environ: Mapping[str, str]) -> Session:
    """Stop it for certain, and give it as it ended.

    Raises Conflict where it has ended, Unavailable where its end is not confirmed in time.
    """
    if wanted.session.gone_at is not None and not _works(home, wanted):
        raise Conflict(f"session {wanted.session.id} has ended: {wanted.session.status}")
    held = _take(home, clock)
    try:
        if held is not None:
            _try(wanted, partial(_end_here, home, held, wanted, by, clock, environ), PATIENCE + COURTESY)
        else:
            _try(wanted, partial(_ask, home, wanted, by, clock), COURTESY)
            _wait(lambda: _works(home, wanted) and not hangs(holder(home)), COURTESY)
        if wanted.folder is not None:
            stop_for_certain(home, {wanted.session.id: wanted.folder}, StopReason.OPERATOR)
    finally:
        if held is not None:
            held.release()
    return _confirmed(home, wanted, in_charge=held is None)


def _rows(home: Home, start: str, project: str | None) -> tuple[list[tuple[str, Session]], list[str]]:
    found, unread = [], []
    try:
        places = folders(home)
    except OSError as error:
        return [], [f"the projects cannot be listed: {error}"]
    for name, folder in places.items():
        if project not in (None, name):
            continue
        try:
            with closing(open_project(folder, read_only=True, busy_ms=_BUSY_MS)) as db:
                match = find_session(db, start)
        except UsageError:
            raise
        except (MoziError, OSError) as error:
            unread.append(str(error))  # a blackboard that cannot be read hides no session of another
            continue
        if match is not None:
            found.append((name, match))
    return found, unread


def _take(home: Home, clock: Clock) -> InCharge | None:
    try:
        return take(home, mode="session stop", clock=clock)
    except OSError:
        return None  # a full disk takes no name of ours; the lock is asked all the same


def _try(wanted: Wanted, call: Callable[[], None], seconds: float) -> None:
    """What a database is needed for; where that cannot be used, the lock alone decides."""
    try:
        bounded(call, seconds)
    except (MoziError, OSError, Slow) as error:
        wanted.notes.append(str(error))


def _end_here(home: Home, held: InCharge, wanted: Wanted, by: Actor, clock: Clock, environ: Mapping[str, str]) -> None:
    if not wanted.known:
        raise Unavailable("its blackboard cannot be read or does not know it; the next scheduler settles what is to be")
    with closing(open_project(home.project_folder(wanted.project), busy_ms=_BUSY_MS)) as db:
        request_stop(db, wanted.session.id, StopReason.OPERATOR, by=by, now=clock.now())
    life = settle(home, held, wanted.project, clock, environ, session=wanted.session.id, patience=PATIENCE)
    asyncio.run(life)


def _ask(home: Home, wanted: Wanted, by: Actor, clock: Clock) -> None:
    wish = {"project": wanted.project, "session": wanted.session.id}
    with closing(open_home(home.state_db, busy_ms=_BUSY_MS)) as db:
        wanted.asked = ask(db, RequestKind.STOP_SESSION, wish, by=by, now=clock.now()).id


def _works(home: Home, wanted: Wanted) -> bool:
    """Whether something of it runs. What runs elsewhere leaves nothing here: its row is all that tells of it."""
    if wanted.session.backend in (Backend.GATEWAY, Backend.EXTERNAL):
        row = _row(home, wanted)
        return row is None or row.gone_at is None
    return wanted.session.id in at_work(home)


def _row(home: Home, wanted: Wanted) -> Session | None:
    if not wanted.known:
        return None
    with suppress(MoziError, OSError):
        folder = home.project_folder(wanted.project)
        with closing(open_project(folder, read_only=True, busy_ms=_BUSY_MS)) as db:
            return get_session(db, wanted.session.id)
    return None


def _confirmed(home: Home, wanted: Wanted, *, in_charge: bool) -> Session:
    """It as it stands now, once whoever is in charge has written that down; the lock says whether it is over."""

    def open_still() -> bool:
        row = _row(home, wanted)
        return row is not None and row.gone_at is None and not hangs(holder(home))

    if in_charge and holder(home) is not None:
        _wait(open_still, PATIENCE)
    if _works(home, wanted):
        raise Unavailable(
            f"session {wanted.session.id} is not confirmed dead yet{_answer(home, wanted)}; see `moziplus status`"
        )
    row = _row(home, wanted)
    if row is not None and row.gone_at is None:
        wanted.notes.append("its process is gone; whoever is in charge next writes that down")
    return row or replace(wanted.session, status=SessionStatus.CANCELLED)


def _wait(goes_on: Callable[[], bool], seconds: float) -> None:
    until = time.monotonic() + seconds
    while goes_on() and time.monotonic() < until:
        time.sleep(_PAUSE)


def _answer(home: Home, wanted: Wanted) -> str:
    """What whoever is in charge answered, where it did."""
    if not wanted.asked:
        return ""
    with suppress(MoziError, OSError), closing(open_home(home.state_db, read_only=True, busy_ms=_BUSY_MS)) as db:
        found = request(db, wanted.asked)
        if found is not None and found.outcome is not None:
            return f" (the scheduler says: {found.outcome})"
    return " (the scheduler has not answered)"
