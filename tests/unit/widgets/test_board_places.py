"""Promises of where one stands on a board: in sight, on a card that there is, with no line left empty while there are more."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from widgets.board_places import COLUMNS, Places

heights = st.lists(st.integers(0, 60), min_size=4, max_size=4)
fits = st.integers(0, 25)
moves = st.tuples(st.sampled_from(("put", "settle")), st.integers(0, 3), st.integers(-5, 70), heights, fits)


@given(st.lists(moves, max_size=30))
def test_whatever_happens_the_cursor_is_on_a_card_in_sight_and_no_line_is_empty_without_need(
    steps: list[tuple[str, int, int, list[int], int]],
) -> None:
    places, there = Places(), [0, 0, 0, 0]
    for what, column, index, cards, fit in steps:
        if what == "put":
            places.put(column, index, there, fit)
        else:
            there = cards
        places.settle(there, fit)
        assert there[places.column] or not any(there)
        for each in COLUMNS:
            cursor, top = places.cursors[each], places.tops[each]
            assert 0 <= cursor <= max(0, there[each] - 1)
            if fit:
                assert top <= cursor < top + fit
                assert top == 0 or there[each] - top >= fit


def test_while_nothing_is_in_sight_nothing_is_scrolled() -> None:
    places = Places()
    places.put(0, 5, [9, 0, 0, 0], 0)
    assert places.tops == [0, 0, 0, 0]
    places.settle([9, 0, 0, 0], 20)
    assert (places.cursor, places.tops[0]) == (5, 0)
