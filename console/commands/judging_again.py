"""Owns the second look at what agents wait for leave to do: a rule that came after they asked answers them, too."""

from __future__ import annotations

from console.blackboard.connection import Database, write
from console.blackboard.reads.asks import open_asks
from console.blackboard.writes.asks import answer_by_rule
from console.commands.acting import Laws
from console.records.act import Say
from console.records.ask import Ask, AskKind
from console.redact import HIDDEN

__all__ = ("judge_again",)


def judge_again(db: Database, laws: Laws, *, now: int) -> tuple[int, ...]:
    """Answer the open approvals that the rules now allow or deny; gives their numbers. What they have asked stays asked.

    What an ask was about is stored without secrets: one that had any is left to the operator.
    """
    waiting = [ask for ask in open_asks(db) if _may_be_judged(ask, now)]
    if not waiting or laws.unreadable:
        return ()
    answered = []
    with write(db, durable=True):
        for ask in waiting:
            judged = laws.on(db, ask.task_id, ask.asker, ask.about)
            if judged.say != Say.ASK and answer_by_rule(db, ask.id, judged, now=now).said:
                answered.append(ask.id)
    return tuple(answered)


def _may_be_judged(ask: Ask, now: int) -> bool:
    over = ask.expires_at is not None and ask.expires_at <= now
    return ask.kind == AskKind.APPROVAL and not over and HIDDEN not in repr(ask.about)
