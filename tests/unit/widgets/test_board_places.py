"""Promises of where one stands on a board: in sight, on a card that there is, with no line left empty while there are more."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from widgets.board_places import COLUMNS, Places
from widgets.board_rows import Rows

sizes = st.lists(st.integers(1, 9), max_size=9)
columns = st.builds(
    lambda parts, grouped: Rows(sum(parts), parts if grouped else ()), parts=sizes, grouped=st.booleans()
)
boards = st.lists(columns, min_size=len(COLUMNS), max_size=len(COLUMNS))
fits = st.integers(0, 25)
moves = st.tuples(st.sampled_from(("put", "settle")), st.sampled_from(COLUMNS), st.integers(-5, 90), boards, fits)


@given(st.lists(moves, max_size=30))
def test_whatever_happens_the_cursor_is_on_a_card_in_sight_and_no_line_is_empty_without_need(
    steps: list[tuple[str, int, int, list[Rows], int]],
) -> None:
    places, there = Places(), [Rows(0) for _column in COLUMNS]
    for what, column, index, cards, fit in steps:
        if what == "put":
            places.put(column, index, there, fit)
        else:
            there = cards
        places.settle(there, fit)
        assert there[places.column].cards or not any(rows.cards for rows in there)
        for each in COLUMNS:
            cursor, top, rows = places.cursors[each], places.tops[each], there[each]
            assert 0 <= cursor <= max(0, rows.cards - 1)
            if fit and rows.cards:
                assert top <= rows.line_of(cursor) < top + fit
                assert top == 0 or rows.lines - top >= fit


@given(sizes)
def test_every_line_of_a_column_is_the_head_of_a_group_or_one_card_and_every_card_has_its_line(
    parts: list[int],
) -> None:
    rows = Rows(sum(parts), parts)
    found = [rows.card_at(line) for line in range(rows.lines)]
    assert [card for card in found if card is not None] == [*range(sum(parts))]
    heads = [line for line, card in enumerate(found) if card is None]
    assert [rows.group_at(line) for line in heads] == [*range(len(parts))]
    assert all(rows.card_at(rows.line_of(card)) == card for card in range(rows.cards))


def test_groups_that_were_counted_at_another_instant_are_no_groups() -> None:
    rows = Rows(5, (2, 2))
    assert (rows.lines, rows.group_at(0), rows.card_at(4)) == (5, -1, 4)


def test_while_nothing_is_in_sight_nothing_is_scrolled() -> None:
    places = Places()
    there = [Rows(9), *(Rows(0) for _column in COLUMNS[1:])]
    places.put(0, 5, there, 0)
    assert places.tops == [0] * len(COLUMNS)
    places.settle(there, 20)
    assert (places.cursor, places.tops[0]) == (5, 0)
