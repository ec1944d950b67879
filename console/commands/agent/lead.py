"""Owns what the lead says of an ask that it is asked in the operator's place: its answer, or that it passes."""

from __future__ import annotations

from console.blackboard.reads.asks import get_ask
from console.blackboard.writes import lead as writes
from console.commands.agent.desk import Desk
from console.commands.asks import Answer
from console.commands.leave import wants_always
from console.commands.text import Prose
from console.errors import Conflict, UsageError
from console.records.ask import Ask, AskKind

__all__ = ("answer", "pass_on")


def answer(desk: Desk, asked: Answer) -> Ask:
    """Answer it, which ends the session. Raises UsageError, Conflict where another answer stands, StaleFence."""
    _, fence = desk.need_claim()
    approvals = desk.settings().policy.lead_approvals
    with desk.context() as context:
        before = get_ask(context.db, asked.ask)
        if before.kind == AskKind.APPROVAL:
            _refuse_leave(before, asked, approvals)
        return writes.answer_for_operator(
            context.db, asked.ask, asked.said, words=asked.words, fence=fence, by=context.by, now=context.now
        )


def pass_on(desk: Desk, ask: int, why: Prose) -> Ask:
    """Leave it to the operator, which ends the session. Raises UsageError where no reason is given, StaleFence."""
    _, fence = desk.need_claim()
    if not why:
        raise UsageError("say why it is not yours to answer: --why TEXT; the operator reads it")
    with desk.context() as context:
        return writes.pass_on(context.db, ask, why, fence=fence, by=context.by, now=context.now)


def _refuse_leave(ask: Ask, asked: Answer, approvals: bool) -> None:
    if not approvals:
        raise Conflict(f"ask #{ask.id} wants the operator's leave; no agent gives it: pass it on")
    if wants_always(ask, asked.said):
        raise UsageError("a lead gives leave once: a rule, or leave for ever, is the operator's")
