"""Owns `blackboard usage`: reports what a session has spent; each report adds to those before."""

from __future__ import annotations

import argparse
import math

from console.blackboard.writes.sessions import add_usage
from console.cli.blackboard_commands.call import Call
from console.errors import UsageError

__all__ = ("arguments", "run")

MOST_TOKENS = 10**12
MOST_COST = 1_000_000.0


def arguments(parser: argparse.ArgumentParser) -> None:
    """Tokens and US dollars."""
    parser.add_argument("--tokens", type=int, default=0, metavar="N", help="tokens since the last report")
    parser.add_argument("--cost", type=float, default=0.0, metavar="X", help="US dollars since the last report")


def run(call: Call) -> None:
    """Add it to the session."""
    session_id, fence = call.need_claim()
    tokens, cost = int(call.asked.tokens), float(call.asked.cost)
    if not 0 <= tokens <= MOST_TOKENS or not math.isfinite(cost) or not 0 <= cost <= MOST_COST:
        raise UsageError("--tokens and --cost are what was spent since the last report: numbers from 0 up")
    with call.blackboard() as db:
        session = add_usage(db, session_id, fence, tokens=tokens, cost=cost, by=call.actor(db), now=call.now())
    record = {"project": call.project, "session": session.id, "tokens": session.tokens, "cost": session.cost}
    call.out.one(record, f"{session.tokens} tokens, {session.cost:.4f} USD in this session so far")
