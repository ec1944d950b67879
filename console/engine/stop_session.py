"""Owns the stop of one session: whoever is in charge is asked, and where that does not end it in time, its lock is.

It needs no database that can be read, and never says that a session is stopped whose lock is held.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

from console.backends import PROCESS
from console.blackboard.connection import open_home, open_project
from console.blackboard.reads.home import request
from console.blackboard.reads.sessions import find_session
from console.clock import Clock
from console.engine.emergency import hangs
from console.engine.see_off import BUSY_MS, Wanted, row_of, see_off, wait_while, wanted_of, who_is_in_charge, works
from console.engine.strays import at_work
from console.errors import Conflict, MoziError, NotFound, Unavailable, UsageError
from console.home import Home
from console.keeping.living import project_of, started, task_of
from console.records.actor import Actor
from console.records.session import Session, SessionStatus
from console.registry import folders

__all__ = ("Wanted", "look_up", "stop_session")

PATIENCE = 30.0
"""Seconds in which its end must be confirmed where no lock of ours can tell, or written down by whoever is in charge."""


def look_up(home: Home, start: str, project: str | None = None) -> Wanted:
    """The one session whose id begins with `start`. Raises NotFound, UsageError where several do."""
    rows, unread = _rows(home, start, project)
    if len(rows) > 1:
        raise UsageError(f"sessions of {', '.join(p for p, _ in rows)} begin with {start[:40]!r}; add --project")
    if rows:
        ((name, session),) = rows
        return wanted_of(home, name, session)
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
        backend=backend if isinstance(backend, str) else PROCESS,
        status=SessionStatus.RUNNING,
        fence=fence if isinstance(fence, int) else 0,
        folder=str(folder),
    )


def stop_session(home: Home, wanted: Wanted, *, by: Actor, clock: Clock, environ: Mapping[str, str]) -> Session:
    """Stop it for certain, and give it as it ended.

    Raises Conflict where it has ended, Unavailable where its end is not confirmed in time.
    """
    if wanted.session.gone_at is not None and not works(home, wanted):
        raise Conflict(f"session {wanted.session.id} has ended: {wanted.session.status}")
    see_off(home, [wanted], by=by, clock=clock, environ=environ, patience=PATIENCE)
    return _confirmed(home, wanted)


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
            with closing(open_project(folder, read_only=True, busy_ms=BUSY_MS)) as db:
                match = find_session(db, start)
        except UsageError:
            raise
        except (MoziError, OSError) as error:
            unread.append(str(error))  # a blackboard that cannot be read hides no session of another
            continue
        if match is not None:
            found.append((name, match))
    return found, unread


def _confirmed(home: Home, wanted: Wanted) -> Session:
    """It as it stands now, once whoever is in charge has written that down; the lock says whether it is over."""

    def open_still() -> bool:
        row = row_of(home, wanted)
        return row is not None and row.gone_at is None and not hangs(who_is_in_charge(home))

    if who_is_in_charge(home) is not None:
        wait_while(open_still, PATIENCE)
    if works(home, wanted):
        raise Unavailable(
            f"session {wanted.session.id} is not confirmed dead yet{_answer(home, wanted)}; see `moziplus status`"
        )
    row = row_of(home, wanted)
    if row is not None and row.gone_at is None:
        wanted.notes.append("its process is gone; whoever is in charge next writes that down")
    return row or replace(wanted.session, status=SessionStatus.CANCELLED)


def _answer(home: Home, wanted: Wanted) -> str:
    """What whoever is in charge answered, where it did."""
    if not wanted.asked:
        return ""
    with suppress(MoziError, OSError), closing(open_home(home.state_db, read_only=True, busy_ms=BUSY_MS)) as db:
        found = request(db, wanted.asked)
        if found is not None and found.outcome is not None:
            return f" (the scheduler says: {found.outcome})"
    return " (the scheduler has not answered)"
