"""Promises of widgets/painted.py: a pane's lines are as wide as it is, whatever it was told of its size."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult
from textual.geometry import Size

from widgets.cells import Line
from widgets.painted import Painted


class Filled(Painted):
    """Letters from edge to edge."""

    def line(self, y: int) -> Line:
        """As wide as can be."""
        return (("x" * 200, "text"),)


class Small(App[None]):
    """One pane."""

    def compose(self) -> ComposeResult:
        """It."""
        yield Filled()


@pytest.mark.parametrize("width", [30, 50])
async def test_a_line_never_runs_over_into_what_stands_beside_it(width: int) -> None:
    async with Small().run_test(size=(40, 10)) as pilot:
        pane = pilot.app.query_one(Filled)
        assert len(pane.render_line(0).text) == 40
        pilot.app.screen._refresh_layout(Size(width, 10))  # as a switch of views does, before the pane hears of it
        assert len(pane.render_line(0).text) == width
