"""Owns asks that no session waits for: their task is held until they are answered, and then goes on."""

from __future__ import annotations

from console.blackboard.connection import Database, write
from console.blackboard.reads.asks import get_ask
from console.blackboard.writes.claims import check_fence
from console.blackboard.writes.stamps import STAMP, change, stamped, the_task
from console.errors import UsageError
from console.records.actor import Actor
from console.records.ask import HOLD, Ask, AskStatus
from console.records.task import TaskStatus
from console.text import one_line

__all__ = ("go_on", "park", "park_all")


def park(db: Database, ask_id: int, *, fence: int | None = None, by: Actor, now: int) -> Ask:
    """Nobody waits for it from now on: its task is held until it is answered, and then goes to the same agent again.

    A session that works on the task is stopped for that, which costs no attempt. Does nothing where it is parked or
    settled. Raises UsageError for a review's (whoever reviews abstains, or waits) and for one of another agent's task,
    StaleFence where the claim of whoever hands the task back has ended.
    """
    from console.blackboard.writes.tasks import hold_task

    with write(db, durable=True):
        ask = get_ask(db, ask_id)
        if ask.status != AskStatus.OPEN or ask.parked:
            return ask
        if fence is not None and by.session is not None and check_fence(db, by.session, fence).task_id != ask.task_id:
            raise UsageError(f"ask #{ask_id} is of task #{ask.task_id}, which is not yours")
        task = the_task(db, ask.task_id)
        waits = task.status == TaskStatus.HELD and task.hold_rule == HOLD
        if not (waits or task.status in (TaskStatus.WORKING, TaskStatus.PENDING)) or _reviews(db, ask, by):
            raise UsageError(
                f"task #{task.id} is {task.status} and cannot wait for an answer; wait for it yourself, with --wait"
            )
        db.execute(f"UPDATE asks SET parked = 1, {STAMP} WHERE id = :id", stamped(by, now, id=ask_id))
        if ask.session is not None:
            change(db, task.id, by, now, preferred=ask.asker)
        if waits:
            return get_ask(db, ask_id)
        hold_task(db, task.id, reason=f"waits for an answer: {one_line(ask.body, 200)}", rule=HOLD, by=by, now=now)
    return get_ask(db, ask_id)


def park_all(db: Database, session_id: str, *, by: Actor, now: int) -> bool:
    """The agent of the session ended its turn and did not hand in: what it asked is what its task waits for.

    Where all of it was answered before its end, and it did not hear of that, the task goes on at once. False where it asks
    nothing, or its claim has ended.
    """
    with write(db, durable=True):
        found = db.execute(
            "SELECT a.id, a.task_id, a.status FROM asks a JOIN tasks t ON t.id = a.task_id AND t.session = a.session"
            " WHERE a.session = ? AND a.source IN ('blackboard', 'comment')"
            " AND (a.status = 'open' OR a.status IN ('answered', 'expired') AND a.heard_at IS NULL)",
            (session_id,),
        ).fetchall()
        waits = [row["id"] for row in found if row["status"] == AskStatus.OPEN]
        for number in waits:
            park(db, number, by=by, now=now)
        if found and not waits:
            _begin_again(db, found[0]["task_id"], by, now)
    return bool(found)


def _begin_again(db: Database, task_id: int, by: Actor, now: int) -> None:
    """As if it had been parked and answered right after."""
    from console.blackboard.writes.tasks import hold_task, release_task

    change(db, task_id, by, now, preferred=by.name)
    hold_task(db, task_id, reason="was answered", rule=HOLD, by=by, now=now)
    release_task(db, task_id, by=by, now=now)


def go_on(db: Database, ask: Ask, by: Actor, now: int) -> None:
    """The task of a parked ask goes on, unless another one keeps it."""
    from console.blackboard.writes.tasks import release_task

    task = the_task(db, ask.task_id)
    others = db.execute(
        "SELECT 1 FROM asks WHERE task_id = ? AND parked = 1 AND status = 'open' LIMIT 1", (ask.task_id,)
    ).fetchone()
    if task.status == TaskStatus.HELD and task.hold_rule == HOLD and others is None:
        release_task(db, task.id, by=by, now=now)


def _reviews(db: Database, ask: Ask, by: Actor) -> bool:
    """Whether a reviewer asked, or would hand back what an author has asked."""
    found = db.execute("SELECT 1 FROM sessions WHERE id IN (?, ?) AND seat_id IS NOT NULL", (ask.session, by.session))
    return found.fetchone() is not None
