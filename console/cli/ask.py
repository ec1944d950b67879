"""`moziplus ask`: lists what agents ask, shows one, and answers it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from console.cli.nouns import every_board, one_board, project_option
from console.cli.options import Here, group, pass_here
from console.cli.output import Column
from console.errors import UsageError
from console.records.ask import AskKind, AskStatus
from console.text import one_line

if TYPE_CHECKING:
    from console.api.ask import Ask
    from console.blackboard.connection import Database
    from console.records.ask import Ask as AskRecord

__all__ = ("ACTIONS", "ask")

ACTIONS = {"answer": "answer"}
"""Command to the id of the console's action that does the same."""

_COLUMNS = (
    Column("ASK", lambda r: f"{r.project}#{r.ask}"),
    Column("KIND", "kind", words=True),
    Column("STATUS", "status", words=True),
    Column("TASK", lambda r: f"#{r.task}"),
    Column("BY", "by"),
    Column("SINCE", "at"),
    Column("WHAT", lambda r: one_line(r.text, 400), most=100, gives=True),
    Column("OPTIONS", lambda r: ", ".join(option.label for option in r.options), most=60, gives=True),
    Column("ANSWER", "said", most=60, gives=True),
)
_number = click.argument("number", metavar="N")


@group("ask")
def ask() -> None:
    """See and answer what agents ask."""


@ask.command("list", prints="ask.Ask", each=True)
@project_option
@click.option("--all", "every", is_flag=True, help="Settled ones too, newest first.")
@click.option("--limit", type=click.IntRange(1, 100_000), default=200, show_default=True, help="At most so many.")
@pass_here
def list_(here: Here, project: str | None, every: bool, limit: int) -> None:
    """List what waits for an answer, oldest first."""
    from console.api.ask import Ask
    from console.blackboard.reads.asks import list_asks, open_asks

    def read(name: str, db: Database) -> list[Ask]:
        found = list_asks(db, limit=limit) if every else open_asks(db)
        return [Ask.of(name, one) for one in found]

    rows = every_board(here, project, read)
    rows.sort(key=lambda row: row.at or "", reverse=every)
    here.out.many(rows[:limit], _COLUMNS, empty="nobody asks anything")


@ask.command("show", prints="ask.Ask")
@_number
@project_option
@pass_here
def show(here: Here, number: str, project: str | None) -> None:
    """Show one ask, whole."""
    from console.api.ask import Ask
    from console.blackboard.reads.asks import get_ask

    with one_board(here, number, project, read_only=True) as (place, ask_id, db):
        record = get_ask(db, ask_id)
        found, hint = Ask.of(place, record), _hint(db, place, record)
    here.out.one(found, lambda: "\n".join((_whole(found), *hint)))


@ask.command("answer", prints="ask.Ask")
@_number
@click.argument("text", metavar="[OPTION|TEXT]", required=False)
@project_option
@click.option("--reason", metavar="TEXT", help="Goes along with an option; - reads stdin.")
@click.option(
    "--decide", is_flag=True, help="Record it as a decision: the same question is answered by it from now on."
)
@click.option(
    "--for",
    "scope",
    type=click.Choice(["task", "project"]),
    default="project",
    show_default=True,
    help="For what `always` holds.",
)
@click.option("--yes", is_flag=True, help="Write the rule that `always` makes; without it the rule is only shown.")
@pass_here
def answer(
    here: Here,
    number: str,
    text: str | None,
    project: str | None,
    reason: str | None,
    decide: bool,
    scope: str,
    yes: bool,
) -> None:
    """Answer an ask: by an option (its number, or what it says), by `always`, or in words of your own."""
    from console.api.ask import Ask
    from console.blackboard.reads.asks import get_ask
    from console.cli import words
    from console.commands import asks, leave

    said, why = words.lines(text), words.lines(reason)
    with one_board(here, number, project) as (place, ask_id, db):
        before = get_ask(db, ask_id)
        if leave.wants_always(before, said) and not yes:
            raise UsageError(_would_write(before, scope))
        asked = asks.Answer(ask=ask_id, said=said, words=why, decide=decide, scope=leave.Scope(scope))
        found = asks.answer(here.asking(db, place), asked)
        hint = _hint(db, place, found)
    here.out.one(Ask.of(place, found), "\n".join((f"answered {place}#{ask_id}: {one_line(found.said, 300)}", *hint)))


def _would_write(found: AskRecord, scope: str) -> str:
    from console.commands.leave import proposed, shown

    return f"this rule would be written for the {scope}; nothing is answered yet, --yes does both: {shown(proposed(found))}"


def _hint(db: Database, place: str, found: AskRecord) -> tuple[str, ...]:
    """That leave for the same was given again and again, where a rule could give it."""
    from console.blackboard.reads.leave import same_answers
    from console.cli.in_words import in_words
    from console.commands.leave import OFTEN

    if found.kind != AskKind.APPROVAL or (times := same_answers(db, found)) < OFTEN:
        return ()
    which = found.id if found.status == AskStatus.OPEN else "N"
    return (in_words(f"answered so {times} times: `moziplus ask answer {place}#{which} always` makes a rule of it"),)


def _whole(found: Ask) -> str:
    from console.cli.in_words import in_words

    lines = [f"{found.project}#{found.ask}  {in_words(found.kind)}  {in_words(found.status)}"]
    lines += [f"task #{found.task}, {found.by}, {found.at}", "", found.text]
    lines += [f"  {number} {option.label}" for number, option in enumerate(found.options, start=1)]
    lines += [f"{name}: {value}" for name, value in found.about.items()]
    if found.rule is not None:
        lines.append(f"{in_words('rule')}: {found.rule}")
    if found.risk is not None:
        lines.append(f"{in_words('risk')}: {in_words(found.risk)}")
    if found.expires_at is not None:
        lines.append(in_words(f"expires at {found.expires_at}; then: {found.default or '-'}"))
    if found.answered_at is not None:
        lines += ["", f"{found.answered_by or '-'}, {found.answered_at}: {found.said}"]
    return "\n".join(lines)
