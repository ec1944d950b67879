"""Owns the claim in somebody's place: the task stays its assignee's, and its thread says who works on it and why.

Once for each agent in a row: what was said last is not said again at the next attempt.
"""

from __future__ import annotations

from console.blackboard.connection import Database, write
from console.blackboard.writes.claims import Start, claim_task
from console.blackboard.writes.notes import add_comment
from console.records.actor import Actor
from console.records.note import CommentType
from console.records.session import Session

__all__ = ("claim_in_place",)


def claim_in_place(
    db: Database, task_id: int, start: Start, why: str, *, by: Actor, now: int, grace: int = 0
) -> Session:
    """As `claim_task`; `why` is the end of a sentence that begins with the assignee. Raises the same."""
    said = f"{start.agent} works for {start.instead_of}, which {why}"
    with write(db, durable=True):
        session = claim_task(db, task_id, start, by=by, now=now, grace=grace)
        last = db.execute(
            "SELECT body FROM comments WHERE task_id = ? AND comment_type = 'system' ORDER BY id DESC LIMIT 1",
            (task_id,),
        ).fetchone()
        if last is None or last["body"] != said:
            add_comment(db, task_id, said, comment_type=CommentType.SYSTEM, by=by, now=now)
    return session
