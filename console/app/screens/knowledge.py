"""Owns the view of what the home knows and goes by: skills, experiences, schedules, guardrails, budgets, protocols."""

from __future__ import annotations

from collections.abc import Sequence

from console.app.knowledge import knowledge_rows
from console.app.screens.listed import Listed
from console.app.shelf import Shelf
from console.i18n import _
from widgets.knowledge import KnowledgeRow, knowledge_line, knowledge_paragraphs
from widgets.line_list import LineList
from widgets.models import World
from widgets.painted import Look
from widgets.rows import plain
from widgets.text_pane import Paragraph

__all__ = ("Knowledge",)


class Knowledge(Listed):
    """Kind by kind."""

    VIEW = "knowledge"

    def names(self) -> tuple[str, str]:
        """Of the panes."""
        return _("KNOWLEDGE"), _("WHOLE")

    def listing(self) -> LineList:
        """A line a thing."""
        return LineList(
            id="list",
            draw=knowledge_line,
            key=lambda row: (row.kind, row.project, row.name, row.number),
            heading=lambda look, cells: ((_("KNOWLEDGE"), "title"),),
            empty=lambda look: _("Reading…") if not self.known else _("Nothing is known yet."),
            text_of=lambda row: f"{row.kind.told} {row.kind} {row.project} {plain(row.name)} {plain(row.note)}",
        )

    def read(self, shelf: Shelf, world: World, now: int) -> Sequence[KnowledgeRow]:
        """Of the home and all projects."""
        return knowledge_rows(shelf, self.console.home, world.projects, now)

    def told(self, row: KnowledgeRow, look: Look) -> list[Paragraph]:
        """All of it."""
        return knowledge_paragraphs(row, look)
