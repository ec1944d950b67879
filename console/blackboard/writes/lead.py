"""Owns the lead's turn on the blackboard: asked by a task of its own, its answer, and the end of its turn.

Every end that is no answer leaves the ask open: it is the operator's then, and says why. What the lead said is the operator's
to overrule for as long as nobody heard it.
"""

from __future__ import annotations

import json
from typing import Any

from console.blackboard.connection import Database, write
from console.blackboard.reads.asks import get_ask
from console.blackboard.writes.asks import answer_ask
from console.blackboard.writes.notes import add_comment
from console.blackboard.writes.stamps import clean, the_task
from console.blackboard.writes.submissions import submit
from console.blackboard.writes.tasks import NewTask, cancel_task, create_task
from console.crash import crash_point
from console.errors import UsageError
from console.prompts.lead import lead_words
from console.records.actor import SCHEDULER, Actor, Origin
from console.records.ask import Answered, Ask, AskStatus
from console.records.note import CommentType
from console.records.task import FINAL, OF_ASK, Task, TaskStatus
from console.text import one_line

__all__ = ("answer_for_operator", "ask_lead", "end_turn", "pass_on")

WHY_MAX = 500


def ask_lead(db: Database, ask: Ask, agent: str, *, now: int) -> None:
    """Make the task by which `agent` is asked; once for each ask. Part of a transaction."""
    if _known(db, ask.id) is not None:
        return
    title, body = lead_words(ask, the_task(db, ask.task_id))
    new = NewTask(title=title, body=body, assignee=agent, priority=0)
    by = Actor(name=f"{OF_ASK}{ask.id}", origin=Origin.SCHEDULER)
    _note(db, ask.id, create_task(db, new, by=by, now=now).id, None, now)
    crash_point("ask_lead.before_commit")


def answer_for_operator(db: Database, ask_id: int, said: str, *, words: str, fence: int, by: Actor, now: int) -> Ask:
    """The lead's answer, which ends its session as a submit does. Raises as `answer_ask` and `submit`.

    UsageError where the session was not asked this.
    """
    with write(db, durable=True):
        session, task = _mine(db, ask_id, by)
        found = answer_ask(db, ask_id, said, words=words, how=Answered.LEAD, by=by, now=now)
        submit(db, session, fence, summary=f"answered ask #{ask_id}: {found.said}", by=by, now=now)
        if task.status == TaskStatus.WORKING:  # else it says so once more
            told = one_line(found.said, WHY_MAX)
            _say(db, found.task_id, f"{by.name} answers ask #{ask_id} in the operator's place: {told}", by, now)
        crash_point("lead_answers.before_commit")
    return found


def pass_on(db: Database, ask_id: int, why: str, *, fence: int, by: Actor, now: int) -> Ask:
    """The lead leaves it to the operator, which ends its session. Raises UsageError, StaleFence, Conflict as `submit`."""
    with write(db, durable=True):
        session, _ = _mine(db, ask_id, by)
        submit(db, session, fence, summary=f"passed ask #{ask_id} on: {why}", by=by, now=now)
        end_turn(db, ask_id, f"passes it on: {why}", by=by, now=now)
    return get_ask(db, ask_id)


def end_turn(db: Database, ask_id: int, why: str, *, by: Actor = SCHEDULER, now: int) -> None:
    """The lead is asked no more: `why`, as the end of a sentence that begins with its name, where the ask is open still.

    Idempotent. Whoever works on it is stopped.
    """
    with write(db, durable=True):
        known, ask = _known(db, ask_id), get_ask(db, ask_id)
        if known is None:
            return
        task, why = the_task(db, known["task"]), one_line(clean(why) or "has no answer", WHY_MAX)
        is_open = ask.status == AskStatus.OPEN
        if task.status not in FINAL:
            cancel_task(db, task.id, reason=why if is_open else f"ask #{ask_id} is settled", by=by, now=now)
        if not is_open:
            db.execute("DELETE FROM answers WHERE key = ?", (_key(ask_id),))
        elif not known["why"]:
            _note(db, ask_id, task.id, why, now)
            told = f"ask #{ask_id} is the operator's: {task.assignee}, who was asked before, {why}"
            _say(db, ask.task_id, told, by, now)
        crash_point("end_turn.before_commit")


def _mine(db: Database, ask_id: int, by: Actor) -> tuple[str, Task]:
    """(session, task) of whoever was asked this. Raises UsageError for anybody else."""
    row = db.execute("SELECT task_id FROM sessions WHERE id = ?", (by.session,)).fetchone()
    task = None if row is None else the_task(db, row["task_id"])
    if by.session is None or task is None or task.ask != ask_id:
        raise UsageError(f"ask #{ask_id} is not yours to answer: the scheduler asks the lead by a task of its own")
    return by.session, task


def _known(db: Database, ask_id: int) -> dict[str, Any] | None:
    """What is kept of its turn; nothing that somebody else called so passes for it."""
    row = db.execute(
        "SELECT w.answer FROM answers w JOIN tasks t ON t.id = json_extract(w.answer, '$.task') AND t.created_by = ?"
        " WHERE w.key = ?",
        (f"{OF_ASK}{ask_id}", _key(ask_id)),
    ).fetchone()
    return None if row is None else json.loads(row["answer"])


def _note(db: Database, ask_id: int, task_id: int, why: str | None, now: int) -> None:
    db.execute(
        "INSERT INTO answers (key, answer, at) VALUES (?, ?, ?)"
        " ON CONFLICT (key) DO UPDATE SET answer = excluded.answer, at = excluded.at",
        (_key(ask_id), json.dumps({"task": task_id, "why": why}, ensure_ascii=False), now),
    )


def _key(ask_id: int) -> str:
    return f"lead:{ask_id}"


def _say(db: Database, task_id: int, text: str, by: Actor, now: int) -> None:
    add_comment(db, task_id, text, comment_type=CommentType.SYSTEM, by=by, now=now)
