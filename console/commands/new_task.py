"""Owns how a task is asked for: what one may have, and what is wrong with it. What it may follow on is the blackboard's."""

from __future__ import annotations

from dataclasses import dataclass

from console.blackboard.writes import tasks as writes
from console.commands.context import Context
from console.commands.text import Line, Prose, names
from console.records.budget import Limit
from console.records.task import OnFailure, Task, TaskKind
from console.when import moment

__all__ = ("CreateTask", "When", "create", "moment_of", "new_task")

KEY_MAX = 200
DRAFT = "a draft"
"""Why a task is held that is not to start yet."""

When = str | int
"""A moment in words (`18:00`, `2d`, ISO 8601), which count from when the request is carried out, or epoch ms."""


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
    cap: Limit = Limit()
    """Of its own, in place of what every task may use."""
    draft: bool = False
    """It is held until somebody releases it."""


def create(context: Context, asked: CreateTask) -> Task:
    """Create it. Raises UsageError, NotFound and Conflict as the blackboard does, StaleFence where the claim has ended."""
    key = None if asked.key is None else f"create:{asked.key[:KEY_MAX]}"
    new = new_task(context, asked)
    with context.claimed() as db:
        made = writes.create_task(db, new, by=context.by, now=context.now, key=key)
        if not asked.draft or made.created_at != context.now:  # it was made before, and may have been let go since
            return made
        return writes.hold_task(db, made.id, reason=DRAFT, by=context.by, now=context.now)


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
        deadline=moment_of(asked.deadline, context.now, last_of_day=True),
        not_before=moment_of(asked.not_before, context.now),
        after=asked.after,
        parent=asked.parent,
        reviews=context.team.reviews(asked.reviews),
        expect=tuple(str(Line(path)) for path in asked.expect),
        on_failure=asked.on_failure,
        undo=str(asked.undo) or None,
        kind=asked.kind,
        cap=_cap(asked.cap),
    )


def _cap(cap: Limit) -> Limit:
    if not cap.any:
        return cap
    from console.commands.caps import checked  # few tasks have one

    return checked(cap)


def moment_of(given: When | None, now: int, *, last_of_day: bool = False) -> int | None:
    """Epoch ms of what was given. Raises UsageError for words that are no moment."""
    return moment(given, now, last_of_day=last_of_day) if isinstance(given, str) else given
