"""Owns the ways back of what was done to a task, each by a command, and only while nobody went on from there.

Each takes the act as it was done, whose target is the task as it stood before, and what came of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.actions.action import Act, Done
from console.errors import Conflict
from console.i18n import _
from console.records.budget import Limit
from console.records.task import Task, TaskStatus

if TYPE_CHECKING:
    from console.blackboard.connection import Database

__all__ = ("assign", "cancel", "edit_task", "hold", "new_task", "raise_cap", "release", "retry")

TAKEN_BACK = "taken back by the operator"


def new_task(db: Database, act: Act, done: Done) -> str:
    """It is cancelled, where nobody has begun it."""
    from console.commands import tasks
    from console.commands.text import Reason

    made = done.before
    assert isinstance(made, int)
    _still(db, made, TaskStatus.PENDING, TaskStatus.HELD)
    tasks.cancel(act.context(db), tasks.AboutTask(task=made, reason=Reason(TAKEN_BACK)))
    return _("#{task} is cancelled.").format(task=made)


def edit_task(db: Database, act: Act, done: Done) -> str:
    """What was changed is as it was; what was changed otherwise since is refused, as with any edit."""
    from console.commands.task_form import EditByForm, edit_by_form, parted

    before, after = parted(act.text)
    edit_by_form(act.context(db), EditByForm(task=_before(act).id, before=after, after=before))
    return ""


def assign(db: Database, act: Act, done: Done) -> str:
    """It is for whom it was for."""
    from console.blackboard.reads.tasks import get_task
    from console.commands import tasks
    from console.commands.text import Line

    before = _before(act)
    now = get_task(db, before.id)
    _as_left(before.id, (now.assignee, now.role, now.needs) == done.left)
    who = before.assignee or (f"@{before.role}" if before.role else "")
    tasks.assign(act.context(db), tasks.AssignTask(task=before.id, assignee=Line(who) or None, needs=before.needs))
    return _("#{task} is for {who}.").format(task=before.id, who=who or _("anybody who can do it"))


def retry(db: Database, act: Act, done: Done) -> str:
    """It has ended again; a failed one as cancelled, for nothing failed this time."""
    from console.commands import tasks
    from console.commands.text import Reason

    before = _before(act)
    _still(db, before.id, TaskStatus.PENDING)
    tasks.cancel(act.context(db), tasks.AboutTask(task=before.id, reason=Reason(before.failure or TAKEN_BACK)))
    return _("#{task} is cancelled.").format(task=before.id)


def hold(db: Database, act: Act, done: Done) -> str:
    """It goes on; an agent that was stopped for it starts anew."""
    from console.blackboard.reads.tasks import get_task
    from console.commands import tasks

    before = _before(act)
    _still(db, before.id, TaskStatus.HELD)
    _as_left(before.id, get_task(db, before.id).hold_reason == done.left)
    tasks.release(act.context(db), tasks.AboutTask(task=before.id))
    return _("#{task} goes on.").format(task=before.id)


def release(db: Database, act: Act, done: Done) -> str:
    """It is held for the same reason, where nobody has taken it up."""
    before = _before(act)
    _still(db, before.id, TaskStatus.PENDING, TaskStatus.REVIEW)
    _hold_as(db, act, before)
    return _("#{task} is held.").format(task=before.id)


def raise_cap(db: Database, act: Act, done: Done) -> str:
    """Its own caps are what they were; what it has used by then stays used."""
    from console.blackboard.reads.usage import cap_of
    from console.commands import tasks

    assert isinstance(done.before, Limit) and act.target.task is not None
    _as_left(act.target.task.id, cap_of(db, act.target.task.id) == done.left)
    tasks.edit(act.context(db), tasks.EditTask(task=act.target.task.id, cap=done.before))
    return ""


def cancel(db: Database, act: Act, done: Done) -> str:
    """It stands as before: pending, held or before its reviewers; whoever worked on it starts anew."""
    from console.commands import tasks

    before = _before(act)
    _still(db, before.id, TaskStatus.CANCELLED)
    about = tasks.AboutTask(task=before.id)
    tasks.retry(act.context(db), about)
    if before.status == TaskStatus.HELD:
        _hold_as(db, act, before)
        return _("#{task} is held.").format(task=before.id)
    if before.status == TaskStatus.REVIEW:
        tasks.reopen(act.context(db), about)
        return _("#{task} waits for your review again.").format(task=before.id)
    return _("#{task} is pending again.").format(task=before.id)


def _before(act: Act) -> Task:
    assert act.target.task is not None
    return act.target.task


def _hold_as(db: Database, act: Act, before: Task) -> None:
    from console.commands import tasks
    from console.commands.text import Reason

    tasks.hold(act.context(db), tasks.AboutTask(task=before.id, reason=Reason(before.hold_reason or "")))


def _as_left(task: int, is_so: bool) -> None:
    """Raise Conflict where somebody has said otherwise since."""
    if not is_so:
        raise Conflict(_("#{task} was changed otherwise since; it stays so.").format(task=task))


def _still(db: Database, task: int, *statuses: TaskStatus) -> None:
    """Raise Conflict where it has gone on."""
    from console.blackboard.reads.tasks import get_task

    now = get_task(db, task).status
    if now not in statuses:
        says = _("#{task} has gone on since, and is {status} now.")
        raise Conflict(says.format(task=task, status=_(str(now))))
