"""Promises what a list repaints: nothing for equal data, one line for one change, two for a step of the cursor."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from textual.app import App, ComposeResult

from widgets.cells import Line
from widgets.line_list import LineList
from widgets.painted import Look


def _draw(row: tuple[int, str], cells: int, look: Look) -> tuple[Line, ...]:
    return (((f"{row[1]} {look.now}", "text"),),)


class _Host(App[None]):
    def compose(self) -> ComposeResult:
        """One list."""
        yield LineList(
            draw=_draw,
            key=lambda row: row[0],
            heading=lambda look, cells: (("HEAD", "title"),),
            text_of=lambda row: row[1],
        )


@asynccontextmanager
async def shown(n: int, height: int = 11) -> AsyncIterator[LineList]:
    """A list of n rows in a small terminal."""
    app = _Host()
    async with app.run_test(size=(30, height)) as pilot:
        pane = app.query_one(LineList)
        pane.styles.height = height
        pane.focus()
        await pilot.pause()
        pane.show(rows(n))
        await pilot.pause()
        yield pane


def rows(n: int) -> tuple[tuple[int, str], ...]:
    """Rows with keys from 0."""
    return tuple((key, f"row {key}") for key in range(n))


async def test_equal_rows_repaint_nothing() -> None:
    async with shown(100) as pane:
        assert pane.show(rows(100)) == 0
        assert pane.repaint(Look()) == 0


async def test_one_changed_row_repaints_one_line() -> None:
    async with shown(100) as pane:
        changed = tuple((key, "changed" if key == 3 else text) for key, text in rows(100))
        assert pane.show(changed) == 1


async def test_a_change_out_of_sight_repaints_nothing() -> None:
    async with shown(100) as pane:
        changed = tuple((key, "changed" if key == 90 else text) for key, text in rows(100))
        assert pane.show(changed) == 0


async def test_a_step_of_the_cursor_repaints_two_lines_and_the_place_in_the_title() -> None:
    async with shown(100) as pane:
        pane.cursor = 0
        before = dict(pane._painted)
        pane.move(1)
        assert sum(1 for y, line in pane._painted.items() if before.get(y) != line) == 3


async def test_the_cursor_stays_on_its_row_when_others_come_and_go() -> None:
    async with shown(10) as pane:
        pane.move(5)
        pane.show(tuple(row for row in rows(10) if row[0] not in (0, 2)))
        assert pane.row == (5, "row 5")
        pane.show(tuple(row for row in rows(10) if row[0] != 5))
        assert pane.row is not None and pane.cursor == 3


async def test_the_cursor_stays_in_sight_to_both_ends_and_by_pages() -> None:
    async with shown(1000) as pane:
        pane.to_end(True)
        assert (pane.cursor, pane.top) == (999, 990)
        pane.page(-0.5)
        assert pane.cursor == 994 and pane.top <= 994
        pane.to_end(False)
        pane.page(1)
        assert pane.cursor == 10


async def test_a_filter_keeps_the_cursor_on_its_row_where_it_can() -> None:
    async with shown(100) as pane:
        pane.move(42)
        pane.filter("2")
        assert pane.row == (42, "row 42")
        pane.filter("nothing has this")
        assert pane.row is None
        pane.filter("")
        assert len(pane.rows) == 100


async def test_an_empty_list_has_no_row_and_takes_every_key() -> None:
    async with shown(0) as pane:
        pane.move(1)
        pane.page(1)
        pane.to_end(True)
        pane.choose()
        assert pane.row is None
