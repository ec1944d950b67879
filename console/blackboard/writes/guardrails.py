"""Owns what a guardrail's decision does to a task, and its record: once for each task, rule and stage unless it changed.

Never decides: a decision comes in. A rule's hold or denial touches only a task that nobody works on.
"""

from __future__ import annotations

from console.blackboard.connection import Database, write
from console.blackboard.reads.guardrails import text_sha
from console.blackboard.writes.claims import check_fence
from console.blackboard.writes.plans import plan_of
from console.blackboard.writes.reviews import require_review
from console.blackboard.writes.stamps import move, stamped, the_task
from console.crash import crash_point
from console.errors import Conflict, MoziError
from console.records.actor import Actor, Origin
from console.records.ask import HOLD
from console.records.guardrail import TASK_BUDGET, Decision, Effect, Stage
from console.records.review import PLAN_REVIEW, ReviewStatus
from console.records.session import Session
from console.records.task import Task, TaskStatus

__all__ = (
    "before_hand_in",
    "decide_start",
    "hold_handed_in",
    "hold_over_budget",
    "note_raise",
    "note_release",
    "refuse_submit",
)


def decide_start(db: Database, task_id: int, decision: Decision, *, reviewing: bool, by: Actor, now: int) -> bool:
    """Do what was decided before a session starts; whether it may. Raises Conflict where the task moved on meanwhile.

    A reviewer cannot be denied the task itself: the task is held then. A plan review that approved lets it start.
    """
    with write(db, durable=decision.effect != Effect.ALLOW):
        task = the_task(db, task_id)
        _refuse_moved(task, reviewing)
        _record(db, task_id, Stage.DISPATCH, decision, None, by, now)
        if decision.effect == Effect.HOLD or (decision.effect == Effect.DENY and reviewing):
            _hold(db, task, decision, by, now)
        elif decision.effect == Effect.DENY:
            move(db, task, "deny", TaskStatus.FAILED, by, now, failure=f"denied by the guardrail {_told(decision)}")
        elif decision.effect == Effect.REQUIRE_REVIEW:
            require_review(db, task_id, decision.protocol, reason=_why(decision), by=by, now=now)
            return decision.protocol != PLAN_REVIEW or _plan_approved(db, task_id)
        crash_point("guardrail.before_commit")
        return decision.effect == Effect.ALLOW


def hold_over_budget(db: Database, task_id: int, *, reason: str, by: Actor, now: int) -> None:
    """Hold a task that has used up its own budget. Raises Conflict where somebody works on it by now."""
    decision = Decision(rule=TASK_BUDGET, effect=Effect.HOLD, reason=reason)
    with write(db, durable=True):
        task = the_task(db, task_id)
        if task.status == TaskStatus.HELD:
            return
        if task.status not in (TaskStatus.PENDING, TaskStatus.REVIEW):
            raise Conflict(f"task #{task_id} is {task.status} by now")
        _record(db, task_id, Stage.USAGE, decision, None, by, now)
        if task.status == TaskStatus.PENDING:  # whoever worked on it goes on with it
            db.execute(
                "UPDATE tasks SET preferred = coalesce((SELECT agent FROM sessions WHERE task_id = :id AND seat_id IS NULL"
                " ORDER BY created_at DESC, attempt DESC LIMIT 1), preferred) WHERE id = :id",
                {"id": task_id},
            )
        _hold(db, task, decision, by, now)


def note_raise(db: Database, task_id: int, reason: str, *, by: Actor, now: int) -> None:
    """The operator raised the caps of a task; part of that transaction. It is no release: it gives what it says, no more."""
    _insert(
        db, task_id, Stage.USAGE, Decision(rule=TASK_BUDGET, effect=Effect.ALLOW, reason=reason), None, None, by, now
    )


def note_release(db: Database, task: Task, *, by: Actor, now: int) -> None:
    """The operator releases a task that a rule holds: the rule lets this text of the task go from now on.

    Part of the release's own transaction. For the task's budget each release counts: it gives the same amount once more.
    Raises Conflict for an agent: what a rule holds is not for it to release.
    """
    if task.hold_rule is None or task.hold_rule == HOLD:
        return
    if by.origin == Origin.AGENT:
        raise Conflict(f"task #{task.id} is held by the guardrail {task.hold_rule}: only the operator releases it")
    last = db.execute(
        "SELECT stage FROM guardrail_decisions WHERE task_id = ? AND rule = ? ORDER BY id DESC LIMIT 1",
        (task.id, task.hold_rule),
    ).fetchone()
    stage = Stage.DISPATCH if last is None else Stage(last["stage"])
    decision = Decision(rule=task.hold_rule, effect=Effect.ALLOW, reason=f"released by {by.name}")
    _insert(db, task.id, stage, decision, None, text_sha(task), by, now)


def before_hand_in(db: Database, session: Session, decision: Decision | None, by: Actor, now: int) -> bool:
    """Record what was decided on a submission and ask for one more review where it says so, inside the submit.

    Gives whether it has to be held once it is handed in.
    """
    if decision is None or decision.by_default:
        return False
    _record(db, session.task_id, Stage.SUBMIT, decision, session.id, by, now)
    if decision.effect == Effect.REQUIRE_REVIEW:
        require_review(db, session.task_id, decision.protocol, reason=_why(decision), by=by, now=now)
    return decision.effect in (Effect.HOLD, Effect.DENY)


def hold_handed_in(db: Database, session: Session, decision: Decision, by: Actor, now: int) -> None:
    """Hold what was just handed in, inside the submit; release returns it to its review."""
    _hold(db, the_task(db, session.task_id), decision, by, now)


def refuse_submit(db: Database, session_id: str, fence: int, decision: Decision, *, by: Actor, now: int) -> None:
    """Record that a submission is denied, then raise MoziError; the claim goes on, and the agent can mend what is wrong.

    Raises StaleFence where the claim has ended.
    """
    with write(db, durable=True):
        session = check_fence(db, session_id, fence)
        _record(db, session.task_id, Stage.SUBMIT, decision, session_id, by, now)
    raise MoziError(f"the guardrail {_told(decision)}; nothing is handed in: mend it and submit again")


def _refuse_moved(task: Task, reviewing: bool) -> None:
    wanted = (TaskStatus.PENDING, TaskStatus.REVIEW) if reviewing else (TaskStatus.PENDING,)
    if task.status not in wanted:
        raise Conflict(f"task #{task.id} is {task.status} by now")


def _plan_approved(db: Database, task_id: int) -> bool:
    plan = plan_of(db, task_id)
    return plan is not None and plan.status == ReviewStatus.APPROVED


def _hold(db: Database, task: Task, decision: Decision, by: Actor, now: int) -> None:
    move(
        db,
        task,
        "hold",
        TaskStatus.HELD,
        by,
        now,
        held_from=str(task.status),
        hold_reason=_why(decision),
        hold_rule=decision.rule,
    )


def _why(decision: Decision) -> str:
    return decision.reason or f"the guardrail {decision.rule}"


def _told(decision: Decision) -> str:
    return f"{decision.rule}: {decision.reason}" if decision.reason else decision.rule


def _record(
    db: Database, task_id: int, stage: Stage, decision: Decision, session: str | None, by: Actor, now: int
) -> None:
    last = db.execute(
        "SELECT effect, reason, text_sha FROM guardrail_decisions WHERE task_id = ? AND rule = ? AND stage = ?"
        " ORDER BY id DESC LIMIT 1",
        (task_id, decision.rule, str(stage)),
    ).fetchone()
    if last is None or tuple(last) != (str(decision.effect), decision.reason, None):
        _insert(db, task_id, stage, decision, session, None, by, now)


def _insert(
    db: Database,
    task_id: int,
    stage: Stage,
    decision: Decision,
    session: str | None,
    sha: str | None,
    by: Actor,
    now: int,
) -> None:
    db.execute(
        "INSERT INTO guardrail_decisions (task_id, session, stage, rule, effect, reason, text_sha, at, actor, origin,"
        " in_session) VALUES (:task, :session, :stage, :rule, :effect, :reason, :sha, :now, :actor, :origin, :in_session)",
        stamped(
            by,
            now,
            task=task_id,
            session=session,
            stage=str(stage),
            rule=decision.rule,
            effect=str(decision.effect),
            reason=decision.reason,
            sha=sha,
        ),
    )
