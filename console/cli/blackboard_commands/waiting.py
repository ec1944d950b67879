"""Owns the wait for the answer to an ask. It writes nothing until there is one."""

from __future__ import annotations

import time

from console.blackboard.reads.asks import get_ask
from console.cli.blackboard_commands.call import Call
from console.commands import asks
from console.errors import Unavailable
from console.records.ask import Ask, AskStatus

__all__ = ("until_settled",)

STEP = 0.3
"""Seconds between two looks. The blackboard is let go of in between: whoever archives or restores it need not wait."""


def until_settled(call: Call, number: int, seconds: int | None) -> Ask:
    """The ask once it is settled; its agent has heard it. Raises Unavailable where nobody has answered within `seconds`,
    Conflict where nobody will."""
    until = None if seconds is None else time.monotonic() + seconds
    while _is_open(call, number) and (until is None or until > time.monotonic()):
        time.sleep(STEP if until is None else max(0.0, min(STEP, until - time.monotonic())))
    with call.desk.context() as context:
        found = asks.as_it_stands(context, number)
        if found.status != AskStatus.OPEN:
            return asks.hear(context, number)
    raise Unavailable(
        f"ask #{number} is not answered yet: `blackboard ask --again {number}` waits on;"
        f" `blackboard ask --again {number} --end-turn` hands the task back until it is, then end your turn"
    )


def _is_open(call: Call, number: int) -> bool:
    """By a look that writes nothing: what is said to an agent meanwhile waits for a command that lives to tell it."""
    with call.reading.blackboard(read_only=True) as db:
        found = get_ask(db, number)
    return found.status == AskStatus.OPEN and (found.expires_at is None or call.clock.now() < found.expires_at)
