"""Owns what can be asked about a task: create, edit, assign, hold, release, cancel, retry or reopen it.

Whatever a request means and whatever is wrong with it is said here, once; what may follow on what is the blackboard's.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import Enum
from typing import TYPE_CHECKING, Any, Final

from console.blackboard.connection import write
from console.blackboard.writes import tasks as writes
from console.commands.context import Context
from console.commands.text import Line, Prose, Reason, names
from console.errors import UsageError
from console.records.task import OnFailure, Task, TaskKind
from console.when import moment

if TYPE_CHECKING:
    from console.records.review import Review

__all__ = (
    "UNCHANGED",
    "AboutTask",
    "AssignTask",
    "CreateTask",
    "EditTask",
    "Unchanged",
    "When",
    "assign",
    "cancel",
    "create",
    "edit",
    "hold",
    "new_task",
    "release",
    "reopen",
    "retry",
)

KEY_MAX = 200

When = str | int
"""A moment in words (`18:00`, `2d`, ISO 8601), which count from when the request is carried out, or epoch ms."""


class Unchanged(Enum):
    """Stands where a request leaves a field as it is, for None takes its value away."""

    UNCHANGED = "unchanged"


UNCHANGED: Final = Unchanged.UNCHANGED


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateTask:
    """A new task."""

    title: Line
    body: Prose = Prose()
    assignee: Line | None = None
    """An agent of the project, or `@role`."""
    needs: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    priority: int = 2
    deadline: When | None = None
    not_before: When | None = None
    after: tuple[int, ...] = ()
    parent: int | None = None
    reviews: bool | tuple[str, ...] = True
    """Protocols by name; True for the usual one, False for none."""
    expect: tuple[str, ...] = ()
    on_failure: OnFailure = OnFailure.ASK
    undo: Prose = Prose()
    key: str | None = None
    """The same key again creates nothing and gives the first task."""
    kind: TaskKind = TaskKind.WORK


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


def create(context: Context, asked: CreateTask) -> Task:
    """Create it. Raises UsageError, NotFound and Conflict as the blackboard does, StaleFence where the claim has ended."""
    key = None if asked.key is None else f"create:{asked.key[:KEY_MAX]}"
    new = new_task(context, asked)
    with context.claimed() as db:
        return writes.create_task(db, new, by=context.by, now=context.now, key=key)


def new_task(context: Context, asked: CreateTask) -> writes.NewTask:
    """What the blackboard takes, for whoever makes more of it than a task alone. Raises UsageError."""
    agent, role = context.team.assigned(asked.assignee)
    return writes.NewTask(
        title=str(asked.title),
        body=str(asked.body),
        assignee=agent,
        role=role,
        needs=names(asked.needs, "capability"),
        tags=names(asked.tags, "tag"),
        priority=asked.priority,
        deadline=_moment(asked.deadline, context.now, last_of_day=True),
        not_before=_moment(asked.not_before, context.now),
        after=asked.after,
        parent=asked.parent,
        reviews=context.team.reviews(asked.reviews),
        expect=tuple(str(Line(path)) for path in asked.expect),
        on_failure=asked.on_failure,
        undo=str(asked.undo) or None,
        kind=asked.kind,
    )


def edit(context: Context, asked: EditTask) -> Task:
    """Make all the changes, or none. Raises UsageError where there is none, Conflict for a task that has ended."""
    from console.blackboard.reads.tasks import get_task
    from console.blackboard.writes.dependencies import add_dependency, remove_dependency

    changes = _changes(context, asked)
    if not changes and not asked.after and not asked.not_after:
        raise UsageError("nothing to change: name at least one field of the task")
    db, by, now = context.db, context.by, context.now
    with write(db, durable=True):
        if changes:
            writes.edit_task(db, asked.task, changes, by=by, now=now)
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
    """Let it go on where it was held. Raises Conflict where it is not held."""
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
    for name in ("task", "after", "not_after"):
        del given[name]
    changes = {name: value for name, value in given.items() if value is not UNCHANGED}
    for name in changes.keys() & {"deadline", "not_before"}:
        changes[name] = _moment(changes[name], context.now, last_of_day=name == "deadline")
    if "tags" in changes:
        changes["tags"] = names(changes["tags"], "tag")
    if "reviews" in changes:
        changes["reviews"] = context.team.reviews(changes["reviews"])
    if "expect" in changes:
        changes["expect"] = tuple(map(Line, changes["expect"]))
    if "undo" in changes:
        changes["undo"] = changes["undo"] or None
    return changes


def _moment(given: When | None, now: int, *, last_of_day: bool = False) -> int | None:
    return moment(given, now, last_of_day=last_of_day) if isinstance(given, str) else given
