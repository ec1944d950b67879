"""Owns the submit: the work of a session is handed in; in a git worktree its diff goes along as an output.

What is not fit is refused before anything is handed in, with every reason at once: nothing is lost, the agent mends it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from console.blackboard.connection import Database
from console.blackboard.reads.asks import asks_of, open_asks
from console.blackboard.reads.sessions import get_session
from console.blackboard.writes import submissions as writes
from console.blackboard.writes.claims import check_fence
from console.commands.agent.before_submit import look_before_submit
from console.commands.agent.desk import Desk
from console.commands.agent.guarded import asked_of_guardrails
from console.commands.text import Prose
from console.errors import StaleFence, UsageError
from console.records.ask import Ask, AskStatus
from console.records.task import Task

__all__ = ("Answer", "HandedIn", "Submit", "submit")

SUMMARY_MAX = 100_000
ANSWER_MAX = 20_000
FAILURE_MAX = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is said to one finding of the round before, as `blackboard read` numbers them."""

    finding: int
    text: Prose

    def __post_init__(self) -> None:
        """Raises UsageError for one that says nothing, or too much."""
        if not self.text:
            raise UsageError(f"the answer to finding {self.finding} is empty")
        if len(self.text) > ANSWER_MAX:
            raise UsageError(
                f"the answer to finding {self.finding} has more than {ANSWER_MAX} characters; say what matters"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Submit:
    """What was done, and the answer to findings."""

    summary: Prose
    rebuttal: Prose = Prose()
    answers: tuple[Answer, ...] = ()


class HandedIn(NamedTuple):
    """What came of it."""

    task: Task
    again: bool
    """It was handed in before, and that stands."""
    unanswered: tuple[Ask, ...] = ()
    """What its agent had asked, and nobody answers any more."""


def submit(desk: Desk, asked: Submit) -> HandedIn:
    """Record the diff, then hand in. Raises UsageError, StaleFence, Refused with all that is not fit, Conflict."""
    session, fence = desk.need_claim()
    if not asked.summary:
        raise UsageError("the summary is empty: `blackboard submit --summary 'what was done and where it is'`")
    if len(asked.summary) + len(asked.rebuttal) > SUMMARY_MAX:
        raise UsageError(f"summary and rebuttal have at most {SUMMARY_MAX} characters; put the rest into an output")
    _record_diff(desk)
    gone = look_before_submit(desk)
    decision = asked_of_guardrails(desk, session, fence)
    answers = [{"finding": answer.finding, "text": answer.text} for answer in asked.answers]
    with desk.blackboard() as db:
        by, now = desk.actor(db), desk.now()
        again = get_session(db, session).ended_at is not None
        open_before = {ask.id for ask in open_asks(db) if ask.session == session}
        task = writes.submit(
            db, session, fence,
            summary=asked.summary, rebuttal=asked.rebuttal or None, answers=answers, decision=decision, gone=gone,
            by=by, now=now,
        )  # fmt: skip
        unanswered = tuple(
            ask for ask in asks_of(db, task.id) if ask.id in open_before and ask.status == AskStatus.CLOSED
        )
    return HandedIn(task, again, unanswered)


def _record_diff(desk: Desk) -> None:
    """Nothing for a task without a worktree, or where the claim has ended: the submit itself then says so."""
    with desk.blackboard(read_only=True) as db:
        task = _task_with_worktree(desk, db)
        if task is None:
            return
        from console.blackboard.reads.worktrees import worktree_row

        known = worktree_row(db, task.id)
    from console.commands.agent.diff import kept_diff
    from console.commands.agent.output import record
    from console.commands.observations import Observe, observe

    kept, failure = kept_diff(task, known, desk.task_folder(task.id))
    with desk.context() as context:
        if kept is not None:
            record(context, task.id, kept, "diff")
        elif failure is not None:
            why = Prose(f"the diff of this submission could not be recorded: {failure[:FAILURE_MAX]}")
            observe(context, Observe(text=why, task=task.id))


def _task_with_worktree(desk: Desk, db: Database) -> Task | None:
    from console.blackboard.reads.tasks import get_task

    try:
        session = check_fence(db, *desk.need_claim())
    except StaleFence:
        return None
    task = get_task(db, session.task_id)
    return task if task.work_folder and session.seat_id is None else None
