"""Owns `blackboard ask`: asks the operator, and waits for the answer or hands the task back until there is one."""

from __future__ import annotations

import argparse

from console.cli.blackboard_commands.call import Call
from console.cli.blackboard_commands.waiting import until_settled
from console.cli.reference import referenced
from console.cli.words import given, line, lines
from console.commands import asks
from console.errors import UsageError
from console.records.ask import Answered, Ask, AskKind, AskStatus, Risk

__all__ = ("arguments", "run")

WAIT = "100s"
"""How long it waits where nothing else is said: shells of agents give a command two minutes."""


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

    seconds = span(call.asked.wait or WAIT)
    found = _asked(call, seconds)
    call.tell()  # before the wait: whoever ends that may end it for good
    if call.asked.end_turn and found.status == AskStatus.OPEN:
        return _parked(call, found)
    return _print(call, until_settled(call, found.id, seconds))


def _asked(call: Call, seconds: int) -> Ask:
    asked = call.asked
    with call.desk.context() as context:
        if asked.again is not None:
            if asked.text or asked.option or asked.default or asked.about:
                raise UsageError("--again waits on for what was asked: it goes with --wait or --end-turn alone")
            found = asks.as_it_stands(context, referenced(asked.again, call.project)[1])
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
            seconds=None if asked.wait is None and (asked.end_turn or asked.default is None) else seconds,
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


def _parked(call: Call, found: Ask) -> None:
    record = {**_record(call, found), "parked": True}
    call.out.one(record, f"ask #{found.id} waits for its answer; end your turn now: the task goes on with it")


def _print(call: Call, found: Ask) -> None:
    who = f"{found.answered_by}, the lead," if found.answered_how == Answered.LEAD else found.answered_by
    head = f"{'a rule' if found.answered_how == Answered.RULE else who} answers"
    if found.status == AskStatus.EXPIRED:
        head = "nobody answered; the default holds"
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
