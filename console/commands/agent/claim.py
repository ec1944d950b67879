"""Owns the claim that an agent makes for itself: an external session that takes a task or a review seat.

Such a session is one that somebody else runs: it counts in the limits and ends with its lease. The scheduler claims for
those that it starts; they only acknowledge.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from console.backends import CLAIMED
from console.blackboard.connection import Database, open_home
from console.blackboard.reads.grace import LONGEST, graces
from console.blackboard.writes.claims import Start, claim_seat, claim_task
from console.commands.agent.desk import Desk
from console.commands.agent.guarded_claim import refuse_guarded
from console.commands.agent.lease import EXTERNAL, lease_ms
from console.errors import Conflict, UsageError
from console.home import Home
from console.records.actor import Actor, Origin
from console.records.session import Session

if TYPE_CHECKING:
    from console.records.agent import Agent

__all__ = ("Claim", "Claimed", "claim")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A task, or a review seat, that an agent takes for itself."""

    agent: str
    task: int | None = None
    seat: int | None = None
    lease: int | None = None
    """Seconds."""


class Claimed(NamedTuple):
    """What a claim gives."""

    session: Session
    notes: tuple[str, ...] = ()
    """What could not be looked at."""


def claim(desk: Desk, asked: Claim) -> Claimed:
    """Take it. Raises UsageError, NotFound, and Conflict with the reason, the holder or the rule against it."""
    lease = lease_ms(asked.lease, EXTERNAL)
    start = Start(session=str(uuid.uuid4()), agent=asked.agent, backend=CLAIMED, lease_ms=lease)
    paused = _paused(desk.home)
    by = Actor(name=asked.agent, origin=Origin.AGENT, session=start.session)
    with desk.blackboard() as db:
        task, grace = _task_of(db, asked), _grace(desk, db)
        if asked.seat is None:
            _refuse_unfit(desk, db, task, asked.agent)
        notes = refuse_guarded(desk, db, asked.agent, task, seat=asked.seat, home_paused=paused, grace=grace)
        if asked.seat is None:
            session = claim_task(db, task, start, by=by, now=desk.now(), home_paused=paused, grace=grace)
        else:
            session = claim_seat(db, asked.seat, start, by=by, now=desk.now(), home_paused=paused, grace=grace)
    return Claimed(session, notes)


def _grace(desk: Desk, db: Database) -> int:
    """Seconds; the settings are read only where there may be such a verdict."""
    return desk.settings().policy.review_grace if graces(db, desk.now(), LONGEST) else 0


def _task_of(db: Database, asked: Claim) -> int:
    if asked.seat is not None:
        from console.blackboard.reads.reviews import get_review, get_seat

        return get_review(db, get_seat(db, asked.seat).review_id).task_id
    if asked.task is None:
        raise UsageError("say what is claimed: a task, or a review seat")
    return asked.task


def _refuse_unfit(desk: Desk, db: Database, task_id: int, agent: str) -> None:
    """What the scheduler sees to for the sessions that it starts: role and capabilities fit the task."""
    from console.blackboard.reads.tasks import get_task

    task = get_task(db, task_id)
    if task.role is None and not task.needs:
        return
    member = next((found for found in desk.settings().agents if found.id == agent), None)
    if task.role is not None and (member is None or member.role != task.role):
        raise Conflict(f"task #{task.id} is for the role {task.role}; {agent} has {_role(member)}")
    missing = [need for need in task.needs if member is None or need not in member.capabilities]
    if missing:
        raise Conflict(f"task #{task.id} needs {', '.join(missing)}, which {agent} cannot")


def _role(member: Agent | None) -> str:
    return member.role if member is not None and member.role else "none"


def _paused(home: Home) -> bool:
    from console.blackboard.reads.home import flags

    db = open_home(home.state_db, read_only=True)
    try:
        return bool(flags(db))
    finally:
        db.close()
