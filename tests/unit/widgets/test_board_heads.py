"""Promises of the heads of a board: a number is a count that was read, never what a failed read left empty."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult

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
        pane.show(Board(project="p", counts=((TaskStatus.PENDING, 3),)), look)
        assert "Pending 3" in "".join(text for text, _ in pane.line(1))


MANY = Board(
    project="p",
    columns=((Task(id=1, title="a"),), (Task(id=2, title="b", status=TaskStatus.WORKING),), (), ()),
    counts=((TaskStatus.PENDING, 50_000), (TaskStatus.HELD, 12), (TaskStatus.WORKING, 1), (TaskStatus.DONE, 49_987)),
    found=((TaskStatus.PENDING, 50_000), (TaskStatus.HELD, 12), (TaskStatus.WORKING, 1), (TaskStatus.DONE, 49_987)),
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


async def test_what_failed_or_was_cancelled_is_not_counted_as_done_and_what_is_held_not_as_pending() -> None:
    app = _Host()
    ended = ((TaskStatus.DONE, 9), (TaskStatus.FAILED, 2), (TaskStatus.CANCELLED, 1))
    counts = ((TaskStatus.PENDING, 3), (TaskStatus.HELD, 1), *ended)
    async with app.run_test(size=(100, 12)) as pilot:
        pane = app.query_one(BoardColumns)
        pane.show(Board(project="p", counts=counts, found=counts), Look())
        await pilot.pause()
        head = " ".join("".join(text for text, _ in pane.line(1)).split())
        assert head.startswith("○ Pending 3 ‖ 1 ") and head.endswith("✓ Done 9 ✗ 2 – 1"), head
