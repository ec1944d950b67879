"""Owns the operator's actions on a task that is there: comment, assign, retry, hold, release, raise its cap, cancel, reopen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.actions import reversing
from console.actions.action import Act, Action, Context, Done, Target
from console.i18n import N_, _
from console.records.guardrail import TASK_BUDGET
from console.records.task import FINAL, TRANSITIONS, TaskStatus

if TYPE_CHECKING:
    from console.blackboard.connection import Database
    from console.commands.tasks import AboutTask

__all__ = ("ACTIONS",)


def _task_id(act: Act) -> int:
    if act.target.task is not None:
        return act.target.task.id
    assert act.target.review is not None
    return act.target.review.task_id


def _about(act: Act) -> AboutTask:
    from console.commands.tasks import AboutTask
    from console.commands.text import Reason

    return AboutTask(task=_task_id(act), reason=Reason(act.text))


def _none(target: Target) -> str | None:
    return _("There is no task here.") if target.task is None else None


def _no_assign(target: Target) -> str | None:
    if target.task is None:
        return _none(target)
    ended = target.task.status in FINAL or target.task.status == TaskStatus.WORKING
    return _("Only a task that nobody works on can be assigned.") if ended else None


def _assign(db: Database, act: Act) -> Done:
    from console.commands import tasks
    from console.commands.text import Line

    assert act.target.task is not None
    needs = () if act.text and not act.text.startswith("@") else act.target.task.needs
    asked = tasks.AssignTask(task=_task_id(act), assignee=Line(act.text) or None, needs=needs)
    given = tasks.assign(act.context(db), asked)
    says = _("#{task} is for {who}.").format(task=_task_id(act), who=act.text or _("anybody who can do it"))
    return Done(says=says, task=_task_id(act), left=(given.assignee, given.role, given.needs))


def _comment(db: Database, act: Act) -> Done:
    from console.commands import comments
    from console.commands.text import Prose

    review = act.target.review
    said = comments.Say(task=_task_id(act), text=Prose(act.text), review=None if review is None else review.id)
    comments.say(act.context(db), said)
    return Done(says=_("Commented on #{task}.").format(task=_task_id(act)))


def _no_retry(target: Target) -> str | None:
    if target.task is None:
        return _none(target)
    may = target.task.status in (TaskStatus.FAILED, TaskStatus.CANCELLED)
    return None if may else _("Only a failed or cancelled task can be retried.")


def _retry(db: Database, act: Act) -> Done:
    from console.commands import tasks

    tasks.retry(act.context(db), _about(act))
    return Done(says=_("#{task} is pending again.").format(task=_task_id(act)), task=_task_id(act))


def _no_hold(target: Target) -> str | None:
    if target.task is None:
        return _none(target)
    may = any(old == target.task.status for old, _new in TRANSITIONS["hold"])
    return None if may else _("Only a pending, working or reviewed task can be held.")


def _hold(db: Database, act: Act) -> Done:
    from console.commands import tasks

    held = tasks.hold(act.context(db), _about(act))
    return Done(says=_("#{task} is held.").format(task=_task_id(act)), left=held.hold_reason)


def _no_release(target: Target) -> str | None:
    if target.task is None:
        return _none(target)
    if target.task.hold_rule == TASK_BUDGET:
        return _("It is at its cap: raise that.")
    return None if target.task.status == TaskStatus.HELD else _("This task is not held.")


def _no_raise(target: Target) -> str | None:
    if target.task is None:
        return _none(target)
    return _("This task has ended.") if target.task.status in FINAL else None


def _is_at_cap(target: Target) -> bool:
    return target.task is not None and target.task.hold_rule == TASK_BUDGET


def _raise(db: Database, act: Act) -> Done:
    from console.blackboard.reads.usage import cap_of
    from console.commands.caps import RaiseCap, raise_cap

    before = cap_of(db, _task_id(act))
    to = raise_cap(act.context(db), RaiseCap(task=_task_id(act))).to
    left = cap_of(db, _task_id(act))
    says = _("#{task} may use {to} now, and goes on.") if _is_at_cap(act.target) else _("#{task} may use {to} now.")
    return Done(says=says.format(task=_task_id(act), to=to), task=_task_id(act), before=before, left=left)


def _release(db: Database, act: Act) -> Done:
    from console.commands import tasks

    tasks.release(act.context(db), _about(act))
    return Done(says=_("#{task} goes on.").format(task=_task_id(act)), task=_task_id(act))


def _no_cancel(target: Target) -> str | None:
    if target.task is None:
        return _none(target)
    return _("This task has ended.") if target.task.status in FINAL else None


def _cancel(db: Database, act: Act) -> Done:
    from console.commands import tasks

    tasks.cancel(act.context(db), _about(act))
    return Done(says=_("#{task} is cancelled; retry brings it back.").format(task=_task_id(act)))


def _no_reopen(target: Target) -> str | None:
    if target.task is None:
        return _none(target)
    may = any(old == target.task.status for old, _new in TRANSITIONS["reopen"])
    if not may:
        return _("Only a done, pending or failed task can be reopened.")
    return None if target.task.begun else _("Nobody has worked on it yet: there is no result to judge again.")


def _reopen(db: Database, act: Act) -> Done:
    from console.commands import tasks

    tasks.reopen(act.context(db), _about(act))
    return Done(says=_("#{task} waits for your review again.").format(task=_task_id(act)))


_TASK = frozenset({Context.TASK})
_GROUP = N_("Tasks")

ACTIONS = (
    Action(
        id="assign",
        title=N_("assign"),
        keys=("a",),
        group=_GROUP,
        contexts=_TASK,
        danger=True,
        asks=N_("Who is to do it?"),
        picks_agent=True,
        why_disabled=_no_assign,
        perform=_assign,
        back=reversing.assign,
        hint=26,
    ),
    Action(
        id="comment",
        title=N_("comment"),
        keys=("c",),
        group=_GROUP,
        contexts=frozenset({Context.TASK, Context.REVIEW}),
        danger=True,
        bulk=True,
        asks=N_("Comment"),
        text_required=True,
        perform=_comment,
        final=N_("Agents may have read it; another comment says what is right."),
        hint=15,
    ),
    Action(
        id="retry",
        title=N_("retry"),
        keys=("t",),
        group=_GROUP,
        contexts=_TASK,
        danger=True,
        bulk=True,
        why_disabled=_no_retry,
        perform=_retry,
        back=reversing.retry,
        hint=13,
    ),
    Action(
        id="hold",
        title=N_("hold"),
        keys=("b",),
        group=_GROUP,
        contexts=_TASK,
        danger=True,
        bulk=True,
        asks=N_("Why is it held? (may stay empty)"),
        why_disabled=_no_hold,
        perform=_hold,
        back=reversing.hold,
    ),
    Action(
        id="raise_cap",
        title=N_("raise its cap"),
        keys=("+",),
        group=_GROUP,
        contexts=_TASK | {Context.SESSION},
        danger=True,
        bulk=True,
        why_disabled=_no_raise,
        perform=_raise,
        back=reversing.raise_cap,
        hint=12,
        hint_where=_is_at_cap,
    ),
    Action(
        id="release",
        title=N_("release"),
        keys=("B",),
        group=_GROUP,
        contexts=_TASK,
        danger=True,
        bulk=True,
        why_disabled=_no_release,
        perform=_release,
        back=reversing.release,
        hint=13,
    ),
    Action(
        id="cancel",
        title=N_("cancel"),
        keys=("D",),
        group=_GROUP,
        contexts=_TASK,
        danger=True,
        bulk=True,
        question=N_("Cancel {what}? Its agent is stopped."),
        why_disabled=_no_cancel,
        perform=_cancel,
        back=reversing.cancel,
        hint=40,
    ),
    Action(
        id="reopen",
        title=N_("reopen"),
        keys=("X",),
        group=_GROUP,
        contexts=_TASK,
        danger=True,
        question=N_("Reopen {what}? Its result waits for your verdict again."),
        why_disabled=_no_reopen,
        perform=_reopen,
        final=N_("It waits for your verdict: approve it, and it stands as before."),
    ),
)
