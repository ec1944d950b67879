"""Owns the view of the agents: what each does now and has done in the last days, and how a reviewer's word has held."""

from __future__ import annotations

from collections.abc import Sequence

from console.app.agents import agent_rows
from console.app.screens.listed import Listed
from console.app.shelf import Shelf
from console.i18n import _
from widgets.agents import AgentRow, agent_heading, agent_line, agent_paragraphs
from widgets.line_list import LineList
from widgets.models import World
from widgets.painted import Look
from widgets.rows import plain
from widgets.text_pane import Paragraph

__all__ = ("Agents",)


class Agents(Listed):
    """Who works now first."""

    VIEW = "agents"

    def names(self) -> tuple[str, str]:
        """Of the panes."""
        return _("AGENTS"), _("AGENT")

    def listing(self) -> LineList:
        """A line an agent."""
        return LineList(
            id="list",
            draw=agent_line,
            key=lambda row: row.id,
            heading=lambda look, cells: agent_heading(_("AGENTS"), cells),
            empty=lambda look: _("Reading…") if not self.known else _("No agents yet. Add one: moziplus agent add"),
            text_of=lambda row: f"{plain(row.label)} {row.id} {row.role} {' '.join(row.projects)}",
        )

    def read(self, shelf: Shelf, world: World, now: int) -> Sequence[AgentRow]:
        """Of all projects."""
        return agent_rows(shelf, world.projects, now)

    def told(self, row: AgentRow, look: Look) -> list[Paragraph]:
        """All that is known of it."""
        return agent_paragraphs(row, look)
