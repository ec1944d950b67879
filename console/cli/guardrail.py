"""`moziplus guardrail`: lists the rules on what agents do, says what they would answer, and takes one back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from console.cli.nouns import named, project_option, the_project
from console.cli.options import Here, group, pass_here
from console.cli.output import Column

if TYPE_CHECKING:
    from console.api.guardrail import ActRule
    from console.blackboard.connection import Database
    from console.commands.acting import Laws

__all__ = ("guardrail",)

_task = click.option("--task", metavar="N", help="The task that it is done for.")


@group("guardrail")
def guardrail() -> None:
    """See the rules on what agents do, and try them."""


@guardrail.command("list", prints="guardrail.ActRule", each=True)
@_task
@project_option
@pass_here
def list_(here: Here, task: str | None, project: str | None) -> None:
    """List the rules of a project, or those that hold for a task, in the order in which they are asked."""
    with _laws(here, task, project) as (laws, number, db):
        rows = list(_rules(laws, db, number))
    here.out.many(
        rows,
        [
            Column("RULE", "name"),
            Column("SAYS", "effect", words=True),
            Column("FROM", "source", words=True),
            Column("WHERE", "match", most=120, gives=True),
            Column("REASON", "reason", most=80, gives=True),
        ],
        empty="no rules: everything that agents ask leave for is asked of you",
    )


@guardrail.command("try", prints="guardrail.Tried")
@click.argument("command", metavar="[COMMAND]", required=False)
@_task
@click.option("--agent", default="", metavar="A", help="Who would do it.")
@click.option("--tool", metavar="T", help="The tool that would do it.")
@click.option("--path", multiple=True, metavar="P", help="A file that it would touch; repeat.")
@click.option("--host", multiple=True, metavar="H", help="A host that it would talk to; repeat.")
@project_option
@pass_here
def try_(
    here: Here,
    command: str | None,
    task: str | None,
    agent: str,
    tool: str | None,
    path: tuple[str, ...],
    host: tuple[str, ...],
    project: str | None,
) -> None:
    """Say what the rules would answer, and change nothing."""
    from console.api.guardrail import Tried

    about = {"command": command or "", "tool": tool or "", "path": list(path), "host": list(host)}
    with _laws(here, task, project) as (laws, number, db):
        found = laws.on(db, number, agent, about)
    tried = Tried(effect=found.say, rule=found.rule or None, reason=found.reason)
    here.out.one(tried, " ".join(part for part in (str(found.say), found.rule, found.reason) if part))


@guardrail.command("remove", prints="guardrail.ActRule")
@click.argument("rule", metavar="RULE")
@_task
@project_option
@pass_here
def remove(here: Here, rule: str, task: str | None, project: str | None) -> None:
    """Take back a rule that was answered with `always`: what it allowed is asked again from now on."""
    from console.api.guardrail import ActRule
    from console.cli import words
    from console.commands.leave import TakeBack, take_back

    place, number = (the_project(here, project), None) if task is None else named(here, task, project)
    with here.blackboard(place) as db:
        gone = take_back(here.asking(db, place), TakeBack(rule=words.line(rule), task=number))
    source, where = ("project", place) if number is None else ("task", f"{place}#{number}")
    here.out.one(ActRule.of(gone, source), f"took back {gone.name} of {where}")


@contextmanager
def _laws(here: Here, task: str | None, project: str | None) -> Iterator[tuple[Laws, int | None, Database]]:
    from console.commands.acting import laws_of
    from console.errors import ConfigError

    place, number = (the_project(here, project), None) if task is None else named(here, task, project)
    with here.blackboard(place, read_only=True) as db:
        laws = laws_of(here.asking(db, place).team, db.path.parent)
        if laws.unreadable:
            raise ConfigError([laws.unreadable])
        yield laws, number, db


def _rules(laws: Laws, db: Database, task: int | None) -> Iterator[ActRule]:
    """What the guardrails deny comes first, for nothing allows it; then what was answered with always; then the rest."""
    from console.api.guardrail import ActRule
    from console.blackboard.reads.leave import leave_of

    sources = (
        ("guardrails", laws.guardrails),
        ("task", () if task is None else leave_of(db, task)),
        ("project", laws.own),
    )
    for source, rules in sources:
        for rule in rules:
            yield ActRule.of(rule, source)
