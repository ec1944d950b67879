"""Owns what can be asked about a task that is there: edit, assign, hold, release, cancel, retry or reopen it.

Whatever a request means and whatever is wrong with it is said here, once; what may follow on what is the blackboard's.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import Enum
from typing import TYPE_CHECKING, Any, Final

from console.blackboard.connection import write
from console.blackboard.writes import tasks as writes
from console.commands.context import Context
from console.commands.new_task import When, moment_of
from console.commands.text import Line, Prose, Reason, names
from console.errors import UsageError
from console.records.budget import Limit
from console.records.task import OnFailure, Task

if TYPE_CHECKING:
    from console.records.review import Review

__all__ = (
    "UNCHANGED",
    "AboutTask",
    "AssignTask",
    "EditTask",
    "Unchanged",
    "assign",
    "cancel",
    "edit",
    "hold",
    "release",
    "reopen",
    "retry",
)


class Unchanged(Enum):
    """Stands where a request leaves a field as it is, for None takes its value away."""

    UNCHANGED = "unchanged"


UNCHANGED: Final = Unchanged.UNCHANGED


@dataclass(frozen=True, slots=True, kw_only=True)
class EditTask:
    """What is to change of a task that has not ended; all of it, or nothing."""

    task: int
    title: Line | Unchanged = UNCHANGED
    body: Prose | Unchanged = UNCHANGED
    priority: int | Unchanged = UNCHANGED
    deadline: When | Unchanged | None = UNCHANGED
    not_before: When | Unchanged | None = UNCHANGED
    parent: int | Unchanged | None = UNCHANGED
    tags: tuple[str, ...] | Unchanged = UNCHANGED
    reviews: bool | tuple[str, ...] | Unchanged = UNCHANGED
    expect: tuple[str, ...] | Unchanged = UNCHANGED
    on_failure: OnFailure | Unchanged = UNCHANGED
    undo: Prose | Unchanged = UNCHANGED
    cap: Limit | Unchanged = UNCHANGED
    """All its own caps from now on."""
    after: tuple[int, ...] = ()
    """Further tasks that must be done first."""
    not_after: tuple[int, ...] = ()
    """Tasks that it need not wait for any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignTask:
    """Who is to do it; nobody named means whoever can."""

    task: int
    assignee: Line | None = None
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutTask:
    """A task, and why; for whatever needs no more than that."""

    task: int
    reason: Reason = Reason()


def edit(context: Context, asked: EditTask) -> Task:
    """Make all the changes, or none. Raises UsageError where there is none, Conflict for a task that has ended."""
    from console.blackboard.reads.tasks import get_task
    from console.blackboard.writes.dependencies import add_dependency, remove_dependency
    from console.commands.caps import set_cap

    changes = _changes(context, asked)
    if not changes and not asked.after and not asked.not_after and asked.cap is UNCHANGED:
        raise UsageError("nothing to change: name at least one field of the task")
    db, by, now = context.db, context.by, context.now
    with write(db, durable=True):
        if changes:
            writes.edit_task(db, asked.task, changes, by=by, now=now)
        if asked.cap is not UNCHANGED:
            set_cap(context, asked.task, asked.cap)
        for needed in asked.not_after:
            remove_dependency(db, asked.task, needed, by=by, now=now)
        for needed in asked.after:
            add_dependency(db, asked.task, needed, by=by, now=now)
    return get_task(db, asked.task)


def assign(context: Context, asked: AssignTask) -> Task:
    """Say who does it. Raises UsageError for somebody whom the project has not, Conflict where it is under way or ended."""
    agent, role = context.team.assigned(asked.assignee)
    needs = names(asked.needs, "capability")
    return writes.assign_task(
        context.db, asked.task, assignee=agent, role=role, needs=needs, by=context.by, now=context.now
    )


def hold(context: Context, asked: AboutTask) -> Task:
    """Keep it from going on; whoever works on it is asked to stop. Raises Conflict."""
    return writes.hold_task(context.db, asked.task, reason=asked.reason, by=context.by, now=context.now)


def release(context: Context, asked: AboutTask) -> Task:
    """Let it go on where it was held; at its cap that is raised by as much again. Raises Conflict where it is not held."""
    from console.blackboard.reads.tasks import get_task
    from console.records.guardrail import TASK_BUDGET

    if get_task(context.db, asked.task).hold_rule == TASK_BUDGET:
        from console.commands.caps import RaiseCap, raise_cap

        return raise_cap(context, RaiseCap(task=asked.task)).task
    return writes.release_task(context.db, asked.task, by=context.by, now=context.now)


def cancel(context: Context, asked: AboutTask) -> Task:
    """End it for good; whoever works on it is asked to stop. Raises Conflict."""
    return writes.cancel_task(context.db, asked.task, reason=asked.reason, by=context.by, now=context.now)


def retry(context: Context, asked: AboutTask) -> Task:
    """Put a failed or cancelled one back to pending, with all its attempts. Raises Conflict."""
    return writes.retry_task(context.db, asked.task, by=context.by, now=context.now)


def reopen(context: Context, asked: AboutTask) -> Review:
    """Put it back to review for the operator, while nothing was built on it. Raises Conflict."""
    from console.blackboard.writes.verdicts import reopen_task

    return reopen_task(context.db, asked.task, reason=asked.reason, by=context.by, now=context.now)


def _changes(context: Context, asked: EditTask) -> dict[str, Any]:
    """The fields that are to change, as the blackboard takes them."""
    given = {field.name: getattr(asked, field.name) for field in fields(asked)}
    for name in ("task", "after", "not_after", "cap"):
        del given[name]
    changes = {name: value for name, value in given.items() if value is not UNCHANGED}
    for name in changes.keys() & {"deadline", "not_before"}:
        changes[name] = moment_of(changes[name], context.now, last_of_day=name == "deadline")
    if "tags" in changes:
        changes["tags"] = names(changes["tags"], "tag")
    if "reviews" in changes:
        changes["reviews"] = context.team.reviews(changes["reviews"])
    if "expect" in changes:
        changes["expect"] = tuple(map(Line, changes["expect"]))
    if "undo" in changes:
        changes["undo"] = changes["undo"] or None
    return changes
