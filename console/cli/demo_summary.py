"""Owns the demo's proof: what a blackboard's own change feed says that was gone through. It believes nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from console.blackboard.changes import Cursor, changes, head
from console.blackboard.connection import Database
from console.blackboard.reads.asks import list_asks
from console.blackboard.reads.guardrails import decisions_on
from console.blackboard.reads.needs import needs
from console.blackboard.reads.reviews import Thread, thread
from console.blackboard.reads.sessions import get_session, sessions_of
from console.blackboard.reads.tasks import list_tasks, tally
from console.records.ask import AskKind, AskStatus
from console.records.event import Event
from console.records.guardrail import TASK_BUDGET, Effect, GuardrailDecision
from console.records.review import PLAN_REVIEW, Verdict
from console.records.session import resumed
from console.records.task import Task, TaskStatus

__all__ = ("THINGS", "Proof", "prove")

NOTICED = ("attention", "urgent")


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What happened, by the feed."""

    went_through: dict[str, str]
    """Thing → where it is seen."""
    missing: tuple[str, ...]
    tasks: dict[str, int]
    """By status."""
    needs_you: tuple[str, ...]
    """What waits for the operator, one line each."""


def prove(db: Database, project: str) -> Proof:
    """Look for each thing in the whole feed."""
    events = _all(db)
    found = {name: look(db, events) for name, look in THINGS.items()}
    return Proof(
        went_through={name: seen for name, seen in found.items() if seen},
        missing=tuple(name for name, seen in found.items() if not seen),
        tasks={str(status): n for status, n in tally(db).counts.items()},
        needs_you=tuple(f"{project}#{need.task_id}: {need.title} ({need.reason})" for need in needs(db, project)),
    )


def _all(db: Database) -> list[Event]:
    cursor = Cursor(epoch=head(db).epoch, seq=0)
    events: list[Event] = []
    while page := changes(db, cursor).events:
        events += page
        cursor = Cursor(epoch=cursor.epoch, seq=page[-1].seq)
    return events


def _dependencies(db: Database, events: Sequence[Event]) -> str:
    """Every session on a task with dependencies began after the last of them was done, and there are some."""
    done = {e.task: e.seq for e in events if (e.entity, e.kind, e.new) == ("task", "status", "done")}
    edges = [(e.task, int(e.new or 0)) for e in events if (e.entity, e.kind) == ("dependency", "created")]
    begun = _begun(db, events)
    kept = [(task, needed) for task, needed in edges if task in begun and done.get(needed, 1 << 62) < begun[task]]
    broken = [edge for edge in edges if edge[0] in begun and edge not in kept]
    if not kept or broken:
        return ""
    task, needed = kept[-1]
    return f"{len(kept)} kept; #{task} began only when #{needed} was done"


def _begun(db: Database, events: Sequence[Event]) -> dict[int | None, int]:
    """Task → where in the feed somebody began to work on it; its reviewers do not count."""
    begun: dict[int | None, int] = {}
    for event in events:
        if (event.entity, event.kind) == ("session", "created") and get_session(db, event.id).seat_id is None:
            begun.setdefault(event.task, event.seq)
    return begun


def _changes_requested(db: Database, events: Sequence[Event]) -> str:
    """Changes requested, then a later submission of the same thread."""
    for event in events:
        if (event.entity, event.kind, event.new) == ("review", "status", "changes_requested"):
            later = [e for e in events if e.seq > event.seq and e.task == event.task and e.entity == "submission"]
            if later:
                return f"#{event.task}, review #{event.id}, handed in again for round {later[0].new}"
    return ""


def _rebuttal(db: Database, events: Sequence[Event]) -> str:
    for event in events:
        if (event.entity, event.kind) != ("review", "created"):
            continue
        for submission in thread(db, int(event.id)).submissions:
            if submission.rebuttal:
                return f"#{event.task}, {submission.agent} in round {submission.round}"
    return ""


def _escalation(db: Database, events: Sequence[Event]) -> str:
    """An escalated review that still waits for the operator."""
    waiting = {need.review_id: need for need in needs(db, "demo") if need.review_id is not None}
    for event in events:
        if (event.entity, event.kind, event.new) == ("review", "status", "escalated") and int(event.id) in waiting:
            return f"#{event.task}, review #{event.id}: {waiting[int(event.id)].reason}"
    return ""


def _retry(db: Database, events: Sequence[Event]) -> str:
    """A session that failed and a later one on the same task that succeeded."""
    ends = [e for e in events if (e.entity, e.kind) == ("session", "status")]
    for event in ends:
        if event.new == "failed":
            for later in ends:
                if later.seq > event.seq and later.task == event.task and later.new == "succeeded":
                    return f"#{event.task}, failed once and then succeeded"
    return ""


def _alert(db: Database, events: Sequence[Event]) -> str:
    for event in events:
        if (event.entity, event.kind) == ("observation", "created") and event.new in NOTICED:
            return f"#{event.task}, level {event.new}, by {event.actor}"
    return ""


def _threads(db: Database, events: Sequence[Event]) -> Iterator[tuple[Event, Thread]]:
    for event in events:
        if (event.entity, event.kind) == ("review", "created"):
            yield event, thread(db, int(event.id))


def _plan_review(db: Database, events: Sequence[Event]) -> str:
    """A plan that was approved, and only then somebody began."""
    begun = _begun(db, events)
    for event, found in _threads(db, events):
        approved = _first(events, "review", event.id, "approved")
        if found.review.protocol == PLAN_REVIEW and 0 < approved < begun.get(event.task, 0):
            return f"#{event.task}, review #{event.id}, approved before anybody began"
    return ""


def _debate(db: Database, events: Sequence[Event]) -> str:
    """A debate in which each finding of a round was answered by its number."""
    for event, found in _threads(db, events):
        rounds = [s.round for s in found.submissions if s.answers]
        if found.review.debate and len(rounds) > 1:
            return f"#{event.task}, review #{event.id}, {len(rounds)} rounds answered finding by finding"
    return ""


def _hard_gate(db: Database, events: Sequence[Event]) -> str:
    """A score below its gate, on a verdict that therefore asks for changes."""
    for event, found in _threads(db, events):
        for given in found.verdicts:
            for name, least in (found.review.gates or {}).items():
                score = (given.scores or {}).get(name, 1.0)
                if score < least and given.verdict == Verdict.REQUEST_CHANGES:
                    return f"#{event.task}, round {given.round}: {name} {score:g} is below {least:g}"
    return ""


def _guardrail_hold(db: Database, events: Sequence[Event]) -> str:
    """A task that a rule holds, and that waits for the operator."""
    for task in list_tasks(db, status=TaskStatus.HELD):
        if task.hold_rule not in (None, TASK_BUDGET):
            return f"#{task.id}, rule {task.hold_rule}: {task.hold_reason}"
    return ""


def _budget_stop(db: Database, events: Sequence[Event]) -> str:
    """A task that was held when it had used up what it may."""
    for task, found in _of_caps(db, Effect.HOLD):
        return f"#{task.id}, rule {found.rule}: {found.reason}"
    return ""


def _cap_raised(db: Database, events: Sequence[Event]) -> str:
    """One of those that the operator gave more, and that went on to its end."""
    for task, found in _of_caps(db, Effect.ALLOW):
        if task.status == TaskStatus.DONE:
            return f"#{task.id}, {found.reason}, and done"
    return ""


def _of_caps(db: Database, effect: Effect) -> Iterator[tuple[Task, GuardrailDecision]]:
    """What was decided on tasks at their caps."""
    for task in list_tasks(db):
        yield from ((task, one) for one in decisions_on(db, task.id) if (one.rule, one.effect) == (TASK_BUDGET, effect))


def _resumed_round(db: Database, events: Sequence[Event]) -> str:
    """A round after the first whose author went on with its own conversation."""
    for event in events:
        if (event.entity, event.kind, event.new) != ("review", "status", "changes_requested"):
            continue
        worked = [one for one in sessions_of(db, event.task or 0) if one.seat_id is None]
        before = resumed(worked)
        for session in worked:
            if session.id in before and session.created_at >= event.at:
                return f"#{event.task}, {session.agent} goes on in session {session.id[:8]}"
    return ""


def _distilled_skill(db: Database, events: Sequence[Event]) -> str:
    for event in events:
        if (event.entity, event.kind, event.new) == ("distillation", "status", "done"):
            members = sum((e.entity, e.kind, e.new) == ("experience", "status", "distilled") for e in events)
            return f"#{event.task}, of {members} experiences"
    return ""


def _scheduled_task(db: Database, events: Sequence[Event]) -> str:
    for task in list_tasks(db, status=TaskStatus.DONE):
        if task.schedule is not None:
            return f"#{task.id} {task.title}, made by schedule {task.schedule}"
    return ""


def _question(db: Database, events: Sequence[Event]) -> str:
    """A question that somebody answered, or whose default holds because nobody did."""
    for ask in list_asks(db):
        if ask.kind == AskKind.QUESTION and ask.status in (AskStatus.ANSWERED, AskStatus.EXPIRED):
            return f"#{ask.task_id}, ask #{ask.id}: {ask.said}"
    return ""


def _leave_by_rule(db: Database, events: Sequence[Event]) -> str:
    """Leave that was asked for and that a guardrail gave."""
    for ask in list_asks(db):
        if ask.kind == AskKind.APPROVAL and ask.rule is not None:
            return f"#{ask.task_id}, ask #{ask.id}, rule {ask.rule}: {ask.said}"
    return ""


def _first(events: Sequence[Event], entity: str, id_: str, status: str) -> int:
    """Where in the feed it came to that status; 0 where it never did."""
    return next((e.seq for e in events if (e.entity, e.id, e.kind, e.new) == (entity, id_, "status", status)), 0)


THINGS: dict[str, Callable[[Database, Sequence[Event]], str]] = {
    "dependencies": _dependencies,
    "changes_requested": _changes_requested,
    "rebuttal": _rebuttal,
    "escalation": _escalation,
    "retry": _retry,
    "alert": _alert,
    "plan_review": _plan_review,
    "debate": _debate,
    "hard_gate": _hard_gate,
    "guardrail_hold": _guardrail_hold,
    "budget_stop": _budget_stop,
    "distilled_skill": _distilled_skill,
    "scheduled_task": _scheduled_task,
    "question": _question,
    "leave_by_rule": _leave_by_rule,
    "cap_raised": _cap_raised,
    "resumed_round": _resumed_round,
}
"""What a demo must go through, in the order of the summary."""
