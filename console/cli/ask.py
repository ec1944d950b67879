"""`moziplus ask`: lists what agents ask, shows one, and answers it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from console.cli.nouns import every_board, one_board, project_option
from console.cli.options import Here, group, pass_here
from console.cli.output import Column
from console.text import one_line

if TYPE_CHECKING:
    from console.api.ask import Ask
    from console.blackboard.connection import Database

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
        found = Ask.of(place, get_ask(db, ask_id))
    here.out.one(found, lambda: _whole(found))


@ask.command("answer", prints="ask.Ask")
@_number
@click.argument("text", metavar="[OPTION|TEXT]", required=False)
@project_option
@click.option("--reason", metavar="TEXT", help="Goes along with an option; - reads stdin.")
@click.option(
    "--decide", is_flag=True, help="Record it as a decision: the same question is answered by it from now on."
)
@pass_here
def answer(here: Here, number: str, text: str | None, project: str | None, reason: str | None, decide: bool) -> None:
    """Answer an ask: by an option (its number, or what it says), or in words of your own."""
    from console.api.ask import Ask
    from console.cli import words
    from console.commands import asks

    said, why = words.lines(text), words.lines(reason)
    with one_board(here, number, project) as (place, ask_id, db):
        asked = asks.Answer(ask=ask_id, said=said, words=why, decide=decide)
        found = asks.answer(here.asking(db, place), asked)
    here.out.one(Ask.of(place, found), f"answered {place}#{ask_id}: {one_line(found.said, 300)}")


def _whole(found: Ask) -> str:
    from console.cli.in_words import in_words

    lines = [f"{found.project}#{found.ask}  {in_words(found.kind)}  {in_words(found.status)}"]
    lines += [f"task #{found.task}, {found.by}, {found.at}", "", found.text]
    lines += [f"  {number} {option.label}" for number, option in enumerate(found.options, start=1)]
    lines += [f"{name}: {value}" for name, value in found.about.items()]
    if found.risk is not None:
        lines.append(f"{in_words('risk')}: {in_words(found.risk)}")
    if found.expires_at is not None:
        lines.append(in_words(f"expires at {found.expires_at}; then: {found.default or '-'}"))
    if found.answered_at is not None:
        lines += ["", f"{found.answered_by or '-'}, {found.answered_at}: {found.said}"]
    return "\n".join(lines)
