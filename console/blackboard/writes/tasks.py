"""Owns the operator's and the team's acts on a task itself: create, edit, assign, hold, release, cancel, retry."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from console.blackboard.connection import Database, write
from console.blackboard.writes.dependencies import insert_dependency, refuse_family_circle
from console.blackboard.writes.plans import ensure_plan, plan_edited
from console.blackboard.writes.recovery import take_back_failure
from console.blackboard.writes.reviews import close_reviews
from console.blackboard.writes.rounds import settle_held
from console.blackboard.writes.stamps import as_json, change, move, stamped, the_task
from console.blackboard.writes.stops import ask_to_stop
from console.blackboard.writes.task_ends import ON_THE_WAY_OUT, check_ends, expectations
from console.crash import crash_point
from console.errors import Conflict, UsageError
from console.records.actor import Actor
from console.records.ask import HOLD as WAITS
from console.records.budget import Limit
from console.records.own_caps import stored_caps
from console.records.session import StopReason
from console.records.task import FINAL, OnFailure, Task, TaskKind, TaskStatus
from console.text import one_line

__all__ = (
    "NewTask",
    "assign_task",
    "cancel_task",
    "create_task",
    "edit_task",
    "hold_task",
    "release_task",
    "retry_task",
)

TITLE_MAX = 500
HELD = "held by the operator"
"""The reason of a hold for which none is given."""
BODY_MAX = 200_000
EDITABLE = (
    frozenset({"title", "body", "priority", "tags", "reviews", "deadline", "not_before", "parent"}) | ON_THE_WAY_OUT
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTask:
    """What a task is created with; fields as in records.task.Task, `after` are the ids that it depends on."""

    title: str
    body: str = ""
    assignee: str | None = None
    role: str | None = None
    needs: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    priority: int = 2
    deadline: int | None = None
    not_before: int | None = None
    after: tuple[int, ...] = ()
    parent: int | None = None
    reviews: tuple[str, ...] = ()
    kind: TaskKind = TaskKind.WORK
    expect: tuple[str, ...] = ()
    on_failure: OnFailure = OnFailure.ASK
    undo: str | None = None
    from_task: int | None = None
    schedule: int | None = None
    cap: Limit = field(default_factory=Limit)
    """The most that it may use, in place of what every task may."""


def create_task(db: Database, new: NewTask, *, by: Actor, now: int, key: str | None = None) -> Task:
    """Create a task and its dependencies. The same `key` again gives the first answer and creates nothing.

    Raises UsageError (title, priority, text too long), NotFound (a dependency or the parent), Conflict (archived).
    """
    _check(new.title, new.body, new.priority)
    check_ends(new.on_failure, new.undo)
    with write(db, durable=True):
        if key is not None and (row := db.execute("SELECT answer FROM answers WHERE key = ?", (key,)).fetchone()):
            return the_task(db, json.loads(row["answer"]))
        _refuse_archived(db)
        if new.parent is not None:
            the_task(db, new.parent)
        task_id = _insert(db, new, by, now)
        for needed in dict.fromkeys(new.after):
            insert_dependency(db, task_id, needed, by, now)
        if new.reviews:
            ensure_plan(db, the_task(db, task_id), by, now)
        if key is not None:
            db.execute("INSERT INTO answers (key, answer, at) VALUES (?, ?, ?)", (key, json.dumps(task_id), now))
        crash_point("create_task.before_commit")
    return the_task(db, task_id)


def edit_task(db: Database, task_id: int, changes: Mapping[str, Any], *, by: Actor, now: int) -> Task:
    """Set some of `EDITABLE`. Equal values write nothing. Raises UsageError for an unknown field or a bad value."""
    unknown = set(changes) - EDITABLE
    if unknown:
        raise UsageError(f"cannot edit {', '.join(sorted(unknown))}; editable: {', '.join(sorted(EDITABLE))}")
    with write(db, durable=True):
        task = the_task(db, task_id)
        if task.status in FINAL:
            raise Conflict(f"task #{task_id} is {task.status}; retry or reopen it before you edit it")
        if "expect" in changes:
            changes = {**changes, "expect": expectations(changes["expect"])}
        wanted = {name: value for name, value in changes.items() if getattr(task, name) != value}
        _check(wanted.get("title", task.title), wanted.get("body", task.body), wanted.get("priority", task.priority))
        check_ends(wanted.get("on_failure", task.on_failure), wanted.get("undo", task.undo))
        if wanted.get("parent") is not None:
            refuse_family_circle(db, task_id, wanted["parent"])
        for name in ("tags", "reviews", "expect"):
            if name in wanted:
                wanted[name] = as_json(wanted[name])
        if wanted:
            change(db, task_id, by, now, **wanted)
            plan_edited(db, task, by, now)
    return the_task(db, task_id)


def assign_task(
    db: Database,
    task_id: int,
    *,
    assignee: str | None = None,
    role: str | None = None,
    needs: tuple[str, ...] = (),
    by: Actor,
    now: int,
) -> Task:
    """Say who does it: one agent, a role, or only capabilities; all empty means anyone. Raises Conflict while working."""
    with write(db, durable=True):
        task = the_task(db, task_id)
        if task.status == TaskStatus.WORKING or task.status in FINAL:
            raise Conflict(f"task #{task_id} is {task.status}; it cannot be assigned now")
        if (task.assignee, task.role, task.needs) != (assignee, role, needs):
            change(db, task_id, by, now, assignee=assignee, role=role, needs=as_json(needs), preferred=None)
    return the_task(db, task_id)


def hold_task(db: Database, task_id: int, *, reason: str, rule: str | None = None, by: Actor, now: int) -> Task:
    """Keep the task from going on. A working one is stopped: its fence ends now, its slot is free at confirmed death.

    Holding it twice is fine for the same reason; for another one it raises Conflict, which says what stands. One that waits
    for an answer is then held by a person: an answer alone does not let it go on.
    """
    with write(db, durable=True):
        task = the_task(db, task_id)
        if task.status == TaskStatus.HELD and task.hold_rule == WAITS and rule is None:
            change(db, task_id, by, now, hold_reason=reason or HELD, hold_rule=None)
            return the_task(db, task_id)
        if task.status == TaskStatus.HELD:
            _refuse_other_reason(task, "held", reason, task.hold_reason)
            return task
        back = TaskStatus.PENDING if task.status == TaskStatus.WORKING else task.status
        holding = task.session
        move(
            db,
            task,
            "hold",
            TaskStatus.HELD,
            by,
            now,
            held_from=str(back) if back in (TaskStatus.PENDING, TaskStatus.REVIEW) else None,
            hold_reason=reason or HELD,
            hold_rule=rule,
        )
        if holding is not None:
            ask_to_stop(db, holding, StopReason.HOLD, by, now)
    return the_task(db, task_id)


def release_task(db: Database, task_id: int, *, by: Actor, now: int) -> Task:
    """Let a held task go on where it was. Raises Conflict where it is not held."""
    from console.blackboard.writes.guardrails import note_release  # agents that create tasks need not load it

    with write(db, durable=True):
        task = the_task(db, task_id)
        if task.held_from is None:
            raise Conflict(f"task #{task_id} is {task.status}, not held")
        note_release(db, task, by=by, now=now)
        move(db, task, "unhold", task.held_from, by, now)
        settle_held(db, task_id, by, now)
    return the_task(db, task_id)


def cancel_task(db: Database, task_id: int, *, reason: str = "", by: Actor, now: int) -> Task:
    """End the task for good (retry brings it back). Its agents are stopped, its reviews closed.

    Cancelling twice is fine, but for another reason: that raises Conflict, which says what stands.
    """
    with write(db, durable=True):
        task = the_task(db, task_id)
        if task.status == TaskStatus.CANCELLED:
            _refuse_other_reason(task, "cancelled", reason, task.failure)
            return task
        move(db, task, "cancel", TaskStatus.CANCELLED, by, now, failure=reason or task.failure)
        close_reviews(db, task_id, "the task was cancelled", by, now)
        for row in db.execute("SELECT id FROM sessions WHERE task_id = ? AND gone_at IS NULL", (task_id,)).fetchall():
            ask_to_stop(db, row["id"], StopReason.CANCEL, by, now)
        crash_point("cancel.before_commit")
    return the_task(db, task_id)


def retry_task(db: Database, task_id: int, *, by: Actor, now: int) -> Task:
    """Put a failed or cancelled task back to pending, with all its attempts before it again.

    What followed from its failure is taken back; Conflict while another task is undoing it.
    """
    with write(db, durable=True):
        task = the_task(db, task_id)
        for waiting in take_back_failure(db, task, by, now):
            retry_task(db, waiting, by=by, now=now)
        close_reviews(db, task_id, "the task was retried", by, now, approved_too=True)
        move(db, task, "retry", TaskStatus.PENDING, by, now, attempts=0, retry_at=None)
        ensure_plan(db, the_task(db, task_id), by, now)
    return the_task(db, task_id)


def _refuse_other_reason(task: Task, how: str, reason: str, stands: str | None) -> None:
    if reason and reason != (stands or ""):
        why = f" ({one_line(stands, 200)})" if stands else ""
        raise Conflict(f"task #{task.id} is {how} already{why}; to say more, comment on it")


def _check(title: str, body: str, priority: int) -> None:
    if not title.strip():
        raise UsageError("a task needs a title")
    if len(title) > TITLE_MAX:
        raise UsageError(f"the title has {len(title)} characters; at most {TITLE_MAX} fit, put the rest into the body")
    if len(body) > BODY_MAX:
        raise UsageError(f"the body has {len(body)} characters; at most {BODY_MAX} fit, put the rest into a file")
    if priority not in range(5):
        raise UsageError(f"priority {priority} is not one of 0 (most urgent) to 4")


def _insert(db: Database, new: NewTask, by: Actor, now: int) -> int:
    done = db.execute(
        "INSERT INTO tasks (title, body, priority, assignee, role, needs, tags, reviews, parent, deadline, not_before, kind,"
        " expect, on_failure, undo, from_task, schedule, cap, created_at, created_by, updated_at, actor, origin, in_session)"
        " VALUES (:title, :body, :priority, :assignee, :role, :needs, :tags, :reviews, :parent, :deadline, :not_before,"
        " :kind, :expect, :on_failure, :undo, :from_task, :schedule, :cap, :now, :actor, :now, :actor, :origin, :in_session)",
        stamped(
            by,
            now,
            title=new.title,
            body=new.body,
            priority=new.priority,
            assignee=new.assignee,
            role=new.role,
            needs=as_json(new.needs),
            tags=as_json(new.tags),
            reviews=as_json(new.reviews),
            parent=new.parent,
            deadline=new.deadline,
            not_before=new.not_before,
            kind=str(new.kind),
            expect=as_json(expectations(new.expect)),
            on_failure=str(new.on_failure),
            undo=new.undo,
            from_task=new.from_task,
            schedule=new.schedule,
            cap=stored_caps(new.cap),
        ),
    )
    assert done.lastrowid is not None
    return done.lastrowid


def _refuse_archived(db: Database) -> None:
    row = db.execute("SELECT project, archived FROM project WHERE id = 1").fetchone()
    if row["archived"]:
        raise Conflict(f"project {row['project']} is archived; `moziplus project unarchive` opens it again")
