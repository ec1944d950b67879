"""Owns the operator's action on asks: answer one, by an option or in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.actions.action import Act, Action, Context, Done, Target
from console.i18n import N_, _
from console.records.ask import AskKind, AskStatus
from console.text import one_line

if TYPE_CHECKING:
    from console.blackboard.connection import Database

__all__ = ("ACTIONS",)


def _no_answer(target: Target) -> str | None:
    if target.ask is None:
        return _("Nobody asks anything here.")
    return None if target.ask.status == AskStatus.OPEN else _("Nobody waits for this answer any more.")


def _answer(db: Database, act: Act) -> Done:
    """By an option: what follows on lines of its own goes along. Else all of it is the answer.

    After `always` follows for what it holds.
    """
    from console.commands import asks
    from console.commands.leave import ALWAYS, Scope
    from console.commands.text import Prose

    ask = act.target.ask
    assert ask is not None
    said, _line_end, words = act.text.partition("\n")
    if said == ALWAYS and ask.kind == AskKind.APPROVAL:
        asked = asks.Answer(ask=ask.id, said=Prose(ALWAYS), scope=Scope(words or Scope.PROJECT))
    elif ask.option(said) is None:
        asked = asks.Answer(ask=ask.id, said=Prose(act.text))
    else:
        asked = asks.Answer(ask=ask.id, said=Prose(said), words=Prose(words))
    found = asks.answer(act.context(db), asked)
    says = _("Answered #{task}: {what}.").format(task=found.task_id, what=one_line(found.said, 60))
    return Done(says=says, task=found.task_id if found.parked else None)


ACTIONS = (
    Action(
        id="answer",
        title=N_("answer"),
        keys=("a",),
        group=N_("Asks"),
        contexts=frozenset({Context.ASK}),
        danger=True,
        asks=N_("Your answer"),
        text_required=True,
        picks_option=True,
        why_disabled=_no_answer,
        perform=_answer,
        final=N_("The agent goes on by your answer; a comment tells it what is right."),
        hint=9,
    ),
)
