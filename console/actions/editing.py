"""Owns the operator's actions that write a task as a text: make one, edit one.

What the text means is the business of `commands.task_form`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.actions import reversing
from console.actions.action import Act, Action, Context, Done, Target
from console.i18n import N_, _
from console.records.task import FINAL

if TYPE_CHECKING:
    from console.blackboard.connection import Database

__all__ = ("ACTIONS", "DRAFTED")

DRAFTED = "\x00draft\n"
"""Before a text that is to become a draft; nobody can type it."""
_FORM = "---\n"


def _no_new(target: Target) -> str | None:
    return None if target.project else _("There is no project here.")


def _new(db: Database, act: Act) -> Done:
    """Of a title, with a text below it, or of a form."""
    from console.commands import new_task
    from console.commands.task_form import create_by_form
    from console.commands.text import Line, Prose

    text, draft = act.text.removeprefix(DRAFTED), act.text.startswith(DRAFTED)
    if text.startswith(_FORM):
        made = create_by_form(act.context(db), text, draft=draft)
    else:
        title, _line_end, body = text.partition("\n")
        made = new_task.create(act.context(db), new_task.CreateTask(title=Line(title), body=Prose(body), draft=draft))
    if draft:
        return Done(says=_("#{task} is a draft: held until you release it.").format(task=made.id), before=made.id)
    says = _("#{task} is made; a free agent takes it.").format(task=made.id)
    return Done(says=says, task=made.id, before=made.id)


def _no_edit(target: Target) -> str | None:
    if target.task is None:
        return _("There is no task here.")
    return _("This task has ended.") if target.task.status in FINAL else None


def _edit(db: Database, act: Act) -> Done:
    from console.commands.task_form import EditByForm, edit_by_form, parted

    assert act.target.task is not None
    before, after = parted(act.text)
    asked = EditByForm(task=act.target.task.id, before=before, after=after)
    found = edit_by_form(act.context(db), asked)
    return Done(says=_("#{task} is changed.").format(task=found.id), task=found.id)


ACTIONS = (
    Action(
        id="new_task",
        title=N_("new task"),
        keys=("n",),
        group=N_("Tasks"),
        contexts=frozenset({Context.PROJECT, Context.TASK, Context.BOARD}),
        danger=True,
        asks=N_("What is to be done? Its title; an output review follows"),
        text_required=True,
        drafts=True,
        of_project=True,
        why_disabled=_no_new,
        perform=_new,
        back=reversing.new_task,
        hint=25,
    ),
    Action(
        id="edit_task",
        title=N_("edit"),
        keys=("e",),
        group=N_("Tasks"),
        contexts=frozenset({Context.TASK}),
        danger=True,
        asks=N_("in your editor"),
        why_disabled=_no_edit,
        perform=_edit,
        back=reversing.edit_task,
        hint=24,
    ),
)
