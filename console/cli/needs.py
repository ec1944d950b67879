"""`moziplus needs`: what needs the operator, one line each, with the command that answers it. It answers nothing itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from console.cli.in_words import in_words
from console.cli.nouns import every_board, of_home, project_option
from console.cli.options import Here, command, pass_here
from console.cli.output import Column
from console.days import shown
from console.text import one_line

if TYPE_CHECKING:
    from console.api.need import Need as Shown
    from console.blackboard.connection import Database
    from console.records.need import Need

__all__ = ("needs",)

_COLUMNS = (
    Column("KIND", "kind", words=True),
    Column(
        "WHAT",
        lambda r: f"{r.project}#{r.task}" if r.project and r.task else r.project or in_words("home"),
    ),
    Column("SINCE", "since"),
    Column("TITLE", "title", most=60, gives=True),
    Column("WHY", "reason", most=120, gives=True, words=True),
    Column("ANSWER", "answer"),
)


_PAUSE = 1.0
"""Seconds between two looks at what needs the operator, where that is followed."""


@command("needs", prints="need.Need", each=True)
@project_option
@click.option("--follow", "-f", is_flag=True, help="Go on: a plain line for what comes up, and for what is settled.")
@pass_here
def needs(here: Here, project: str | None, follow: bool) -> None:
    """List what needs you: urgent alerts, questions, reviews, other alerts, failed, held and blocking tasks, each by age.

    Each has its alert in `moziplus alert list`; the console shows the same under NEEDS YOU, in the same order. With
    --follow each line is a whole sentence, for a pipe or for who hears the screen.
    """
    from console.api.need import Need as Shown

    found = _waiting(here, project)
    here.out.many([Shown.of(need) for need in found], _COLUMNS, empty="nothing needs you")
    known = {_key(need): Shown.of(need) for need in found}
    while follow:
        here.out.pause(_PAUSE)
        now = {_key(need): Shown.of(need) for need in _waiting(here, project)}
        for key, need in now.items():
            if key not in known:
                here.out.line(need, _told(here, in_words("needs you"), need))
        for key, need in known.items():
            if key not in now:
                here.out.say(_told(here, in_words("settled"), need))
        known = now


def _key(need: Need) -> tuple[object, ...]:
    return need.kind, need.project, need.task_id, need.ask_id, need.review_id, need.alert_id


def _told(here: Here, what: str, need: Shown) -> str:
    """One thing as a sentence."""
    about = f"{need.project}#{need.task}" if need.project and need.task else need.project or in_words("home")
    parts = (in_words(need.kind), about, need.title, in_words(need.reason), need.answer and f"→ {need.answer}")
    said = "  ".join(one_line(part, 200) for part in parts if part)
    return f"{shown(here.now())[-5:]}  {what}: {said}"


def _waiting(here: Here, project: str | None) -> list[Need]:
    from console.blackboard.reads.needs import needs as waiting
    from console.records.need import in_order

    def read(name: str, db: Database) -> list[Need]:
        return [*waiting(db, name)]

    found: list[Need] = []
    if project is None:
        found = [*_now(here), *of_home(here, lambda db: read("", db))]
    found += every_board(here, project, read)
    return sorted(found, key=in_order)


def _now(here: Here) -> tuple[Need, ...]:
    """What shows by itself, whoever is in charge; settings that are wrong hide nothing."""
    from console.engine.home_now import needs_now
    from console.settings.load import settings_as_far_as_right

    settings, problems = settings_as_far_as_right(here.home, here.environ)
    return needs_now(here.home, settings, problems, here.now())
