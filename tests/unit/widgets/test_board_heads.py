"""Promises of the heads of a board: a number is a count that was read, never what a failed read left empty."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult

from widgets.board import BoardColumns
from widgets.models import Board
from widgets.painted import Look


class _Host(App[None]):
    def compose(self) -> ComposeResult:
        """One board."""
        yield BoardColumns()


@pytest.mark.parametrize(
    ("look", "said"),
    [(Look(), "Pending 0"), (Look(blind=True), "Pending -"), (Look(reading=True), "Pending -")],
    ids=["read", "not read", "not yet read"],
)
async def test_a_board_of_which_nothing_was_read_counts_nothing(look: Look, said: str) -> None:
    app = _Host()
    async with app.run_test(size=(100, 12)) as pilot:
        pane = app.query_one(BoardColumns)
        pane.show(Board(project="p"), look)
        await pilot.pause()
        assert said in "".join(text for text, _ in pane.line(1))
        pane.show(Board(project="p", counts=(3, 0, 0, 0)), look)
        assert "Pending 3" in "".join(text for text, _ in pane.line(1))
