"""Owns the demo's proof: what a blackboard's own change feed says that was gone through. It believes nothing else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from console.blackboard.changes import Cursor, changes, head
from console.blackboard.connection import Database
from console.blackboard.reads.needs import needs
from console.blackboard.reads.reviews import thread
from console.blackboard.reads.tasks import tally
from console.records.event import Event

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
    begun: dict[int | None, int] = {}
    for event in events:
        if (event.entity, event.kind) == ("session", "created"):
            begun.setdefault(event.task, event.seq)
    kept = [(task, needed) for task, needed in edges if task in begun and done.get(needed, 1 << 62) < begun[task]]
    broken = [edge for edge in edges if edge[0] in begun and edge not in kept]
    if not kept or broken:
        return ""
    task, needed = kept[-1]
    return f"{len(kept)} kept; #{task} began only when #{needed} was done"


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


THINGS: dict[str, Callable[[Database, Sequence[Event]], str]] = {
    "dependencies": _dependencies,
    "changes_requested": _changes_requested,
    "rebuttal": _rebuttal,
    "escalation": _escalation,
    "retry": _retry,
    "alert": _alert,
}
"""What a demo must go through (DESIGN §11), in the order of the summary."""
