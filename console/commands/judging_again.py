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


def judge_again(db: Database, laws: Laws, *, now: int) -> None:
    """Answer the open approvals that the rules now allow or deny. What they have asked stays asked.

    What an ask was about is stored without secrets: one that had any is left to the operator.
    """
    if laws.unreadable or not any(_may_be_judged(ask, now) for ask in open_asks(db)):
        return
    with write(db, durable=True):
        for ask in open_asks(db):  # anew: somebody may have answered until the lock was had
            if _may_be_judged(ask, now):
                judged = laws.on(db, ask.task_id, ask.asker, ask.about)
                if judged.say != Say.ASK:
                    answer_by_rule(db, ask.id, judged, now=now)


def _may_be_judged(ask: Ask, now: int) -> bool:
    over = ask.expires_at is not None and ask.expires_at <= now
    return ask.kind == AskKind.APPROVAL and not over and HIDDEN not in repr(ask.about)
