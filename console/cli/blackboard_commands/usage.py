"""Owns `blackboard usage`: reports what a session has spent; each report adds to those before."""

from __future__ import annotations

import argparse

from console.cli.blackboard_commands.call import Call
from console.commands.sessions import Spent, note_spent

__all__ = ("arguments", "run")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Tokens and US dollars."""
    parser.add_argument("--tokens", type=int, default=0, metavar="N", help="tokens since the last report")
    parser.add_argument("--cost", type=float, default=0.0, metavar="X", help="US dollars since the last report")


def run(call: Call) -> None:
    """Add it to the session."""
    session_id, fence = call.desk.need_claim()
    spent = Spent(session=session_id, fence=fence, tokens=call.asked.tokens, cost=call.asked.cost)
    with call.desk.context() as context:
        session = note_spent(context, spent)
    record = {"project": call.project, "session": session.id, "tokens": session.tokens, "cost": session.cost}
    call.out.one(record, f"{session.tokens} tokens, {session.cost:.4f} USD in this session so far")
