"""Promises of the heads of a board: a number is a count that was read, never what a failed read left empty."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult

from console.records.board import Stand
from console.records.task import Task, TaskStatus
from widgets.board import BoardColumns
from widgets.models import Board
from widgets.painted import Look


class _Host(App[None]):
    def compose(self) -> ComposeResult:
        """One board."""
        yield BoardColumns()


@pytest.mark.parametrize(
    ("look", "said"),
    [(Look(), "Ready 0"), (Look(blind=True), "Ready -"), (Look(reading=True), "Ready -")],
    ids=["read", "not read", "not yet read"],
)
async def test_a_board_of_which_nothing_was_read_counts_nothing(look: Look, said: str) -> None:
    app = _Host()
    async with app.run_test(size=(100, 12)) as pilot:
        pane = app.query_one(BoardColumns)
        pane.show(Board(project="p"), look)
        await pilot.pause()
        assert said in "".join(text for text, _ in pane.line(1))
        pane.show(Board(project="p", counts=((Stand.READY, 3),)), look)
        assert "Ready 3" in "".join(text for text, _ in pane.line(1))


THERE = ((Stand.READY, 50_000), (Stand.HELD, 12), (Stand.FAILED, 3), (Stand.WORKING, 1), (Stand.DONE, 49_987))
MANY = Board(
    project="p",
    columns=((Task(id=1, title="a"),), (), (Task(id=2, title="b", status=TaskStatus.WORKING),), (), (), ()),
    counts=THERE,
    found=THERE,
)


@pytest.mark.parametrize("cells", [40, 60, 80, 100, 120, 200])
async def test_a_number_in_a_head_is_never_cut(cells: int) -> None:
    app = _Host()
    async with app.run_test(size=(cells, 12)) as pilot:
        pane = app.query_one(BoardColumns)
        pane.show(MANY, Look())
        await pilot.pause()
        head = "".join(text for text, _ in pane.line(1))
        assert "50000" in head or "50k" in head, head
        assert "49987" in head or "49k" in head, head
        assert "…" not in head, head


async def test_what_is_held_or_has_not_ended_well_stands_by_itself_and_under_its_own_mark() -> None:
    app = _Host()
    counts = (
        *((Stand.READY, 3), (Stand.BLOCKED, 2), (Stand.DONE, 9)),
        *((Stand.HELD, 1), (Stand.FAILED, 2), (Stand.CANCELLED, 1)),
    )
    async with app.run_test(size=(140, 12)) as pilot:
        pane = app.query_one(BoardColumns)
        pane.show(Board(project="p", counts=counts, found=counts), Look())
        await pilot.pause()
        head = " ".join("".join(text for text, _ in pane.line(1)).split())
        assert head == "○ Ready 3 ◌ Blocked 2 ◐ Working 0 ◆ Review 0 ✓ Done 9 ‖ Held 1 ✗ 2 – 1"
