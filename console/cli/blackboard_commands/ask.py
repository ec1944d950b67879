"""Owns `blackboard ask`: asks the operator, and waits for the answer or hands the task back until there is one."""

from __future__ import annotations

import argparse
import time

from console.blackboard.reads.asks import get_ask
from console.cli.blackboard_commands.call import Call
from console.cli.reference import numbered
from console.cli.words import given, line, lines
from console.commands import asks
from console.errors import Unavailable, UsageError
from console.records.ask import Ask, AskKind, AskStatus, Risk

__all__ = ("arguments", "run")

WAIT = "100s"
"""How long it waits where nothing else is said: shells of agents give a command two minutes."""
STEP = 0.3
"""Seconds between two looks. The blackboard is let go of in between: whoever archives or restores it need not wait."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """What is asked, what may be answered, and who waits."""
    parser.add_argument("text", metavar="TEXT", nargs="?", help="the question; - reads stdin")
    parser.add_argument("--option", action="append", default=[], metavar="A", help="an answer to choose from; repeat")
    parser.add_argument("--kind", choices=[str(k) for k in AskKind], default="question", help="%(choices)s")
    parser.add_argument(
        "--about", action="append", default=[], metavar="K=V", help="what it is about: command, path, tool, host, diff"
    )
    parser.add_argument("--risk", choices=[str(r) for r in Risk], help="what may come of it: %(choices)s")
    parser.add_argument("--default", metavar="A", help="what holds where nobody answers within --wait")
    parser.add_argument("--wait", metavar="TIME", help=f"wait so long for the answer: 90s, 10m; {WAIT} if not said")
    parser.add_argument(
        "--end-turn", action="store_true", help="do not wait: end your turn, the task goes on with the answer"
    )
    parser.add_argument("--again", metavar="N", help="wait on for ask N, which you asked before")


def run(call: Call) -> None:
    """Ask, then print the answer."""
    from console.when import span

    if call.asked.end_turn and (call.asked.wait is None) != (call.asked.default is None):
        raise UsageError("--end-turn goes without --wait, or with it and the --default that then holds")
    seconds = span(call.asked.wait or WAIT)
    found = _asked(call, seconds)
    call.tell()  # before the wait: whoever ends that may end it for good
    if call.asked.end_turn and found.status == AskStatus.OPEN:
        return _parked(call, found)
    return _print(call, _answered(call, found.id, seconds))


def _asked(call: Call, seconds: int) -> Ask:
    asked = call.asked
    with call.desk.context() as context:
        if asked.again is not None:
            found = asks.as_it_stands(context, numbered(asked.again, "ask"))
            return asks.park(context, found.id) if asked.end_turn else found
        if asked.text is None:
            raise UsageError("say what you ask: `blackboard ask TEXT`")
        kind = AskKind(asked.kind)
        question = asks.Question(
            task=call.task_id,
            text=lines(asked.text),
            kind=kind,
            options=asks.plain_options(tuple(map(line, asked.option)), kind),
            about=dict(map(_pair, asked.about)),
            risk=None if asked.risk is None else Risk(asked.risk),
            seconds=seconds if asked.default is not None else None,
            fallback=None if asked.default is None else line(asked.default),
            end_turn=asked.end_turn,
        )
        return asks.ask(context, question)


def _pair(text: str) -> tuple[str, str]:
    name, mark, value = text.partition("=")
    if not mark or not name.strip():
        raise UsageError(f"--about {text[:40]!r}: write it as command=TEXT")
    return str(line(name)), given(
        value
    )  # as it is: what a rule looks at must not be hidden; it is stored without secrets


def _answered(call: Call, number: int, seconds: int) -> Ask:
    """The ask once it is settled. Raises Unavailable where nobody has answered in time, Conflict where nobody will."""
    until = time.monotonic() + seconds
    while _is_open(call, number) and (left := until - time.monotonic()) > 0:
        time.sleep(min(STEP, left))
    with call.desk.context() as context:
        found = asks.as_it_stands(context, number)
        if found.status != AskStatus.OPEN:
            asks.hear(context, number)
            return found
    raise Unavailable(
        f"ask #{number} is not answered yet: `blackboard ask --again {number}` waits on;"
        f" `blackboard ask --again {number} --end-turn` hands the task back until it is, then end your turn"
    )


def _is_open(call: Call, number: int) -> bool:
    """By a look that writes nothing: what is said to an agent meanwhile waits for a command that lives to tell it."""
    with call.reading.blackboard(read_only=True) as db:
        found = get_ask(db, number)
    return found.status == AskStatus.OPEN and (found.expires_at is None or call.clock.now() < found.expires_at)


def _parked(call: Call, found: Ask) -> None:
    record = {**_record(call, found), "parked": True}
    call.out.one(record, f"ask #{found.id} waits for its answer; end your turn now: the task goes on with it")


def _print(call: Call, found: Ask) -> None:
    head = "nobody answered; the default holds" if found.status == AskStatus.EXPIRED else f"{found.answered_by} answers"
    call.out.one(_record(call, found), lambda: f"{head}: {found.said}" if found.said else head)


def _record(call: Call, found: Ask) -> dict[str, object]:
    return {
        "project": call.project,
        "task": found.task_id,
        "ask": found.id,
        "status": found.status,
        "choice": found.choice,
        "answer": found.answer,
        "by": found.answered_by,
        "how": found.answered_how,
        "parked": found.parked,
    }
