"""`moziplus needs`: what needs the operator, one line each, with the command that answers it. It answers nothing itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.cli.in_words import in_words
from console.cli.nouns import every_board, of_home, project_option
from console.cli.options import Here, command, pass_here
from console.cli.output import Column

if TYPE_CHECKING:
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


@command("needs", prints="need.Need", each=True)
@project_option
@pass_here
def needs(here: Here, project: str | None) -> None:
    """List what needs you: urgent alerts, questions, reviews, other alerts, failed, held and blocking tasks, each by age.

    Each has its alert in `moziplus alert list`; the console shows the same under NEEDS YOU, in the same order.
    """
    from console.api.need import Need as Shown
    from console.blackboard.reads.needs import needs as waiting
    from console.records.need import in_order

    def read(name: str, db: Database) -> list[Need]:
        return [*waiting(db, name)]

    found: list[Need] = []
    if project is None:
        found = [*_now(here), *of_home(here, lambda db: read("", db))]
    found += every_board(here, project, read)
    here.out.many([Shown.of(need) for need in sorted(found, key=in_order)], _COLUMNS, empty="nothing needs you")


def _now(here: Here) -> tuple[Need, ...]:
    """What shows by itself, whoever is in charge; settings that are wrong hide nothing."""
    from console.engine.home_now import needs_now
    from console.settings.load import settings_as_far_as_right

    settings, problems = settings_as_far_as_right(here.home, here.environ)
    return needs_now(here.home, settings, problems, here.now())
