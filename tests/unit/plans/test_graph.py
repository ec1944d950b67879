"""Promises of console/plans/graph.py: circles are found exactly where there are some, and an order where there is one."""

from __future__ import annotations

from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from console.plans.graph import CIRCLES_MAX, circles, in_order, in_tree, levels

NAMES = "abcdef"
Waits = dict[str, list[str]]
SMALL: st.SearchStrategy[Waits] = st.dictionaries(
    st.sampled_from(NAMES[:5]), st.lists(st.sampled_from(NAMES), max_size=3), max_size=5
)


def any_order(waits: Waits) -> bool:
    """Whether some order at all puts each after what it waits for, tried one by one."""
    edges = [(name, other) for name, others in waits.items() for other in others if other in waits]
    return any(
        all(order.index(other) < order.index(name) for name, other in edges) for order in permutations(waits)
    )  # a name that waits for itself is in no order


@given(SMALL)
def test_a_circle_is_named_exactly_where_no_order_exists(waits: Waits) -> None:
    assert bool(circles(waits)) == (not any_order(waits))


@given(SMALL)
def test_what_is_named_is_a_circle(waits: Waits) -> None:
    for circle in circles(waits):
        assert circle[0] == circle[-1] and len(set(circle)) == len(circle) - 1
        assert all(other in waits[name] for name, other in zip(circle, circle[1:], strict=False))


@given(SMALL)
def test_the_order_has_all_that_is_not_behind_a_circle_each_after_what_it_waits_for(waits: Waits) -> None:
    order = in_order(waits)
    assert (len(order) == len(waits)) == any_order(waits)
    for n, name in enumerate(order):
        assert {other for other in waits[name] if other in waits} <= set(order[:n])


@given(SMALL)
def test_a_level_is_one_more_than_the_deepest_that_is_waited_for(waits: Waits) -> None:
    depth = levels(waits)
    for name, level in depth.items():
        assert level == max((depth[other] + 1 for other in waits[name] if other in waits), default=0)


@given(SMALL)
def test_each_is_drawn_once_below_the_deepest_that_it_waits_for_at_its_level(waits: Waits) -> None:
    waits = {name: waits[name] for name in in_order(waits)}  # a circle cannot be drawn, and no blackboard has one
    depth, placed = levels(waits), in_tree(waits)
    assert sorted(one.name for one in placed) == sorted(waits)
    for n, one in enumerate(placed):
        assert len(one.rails) == depth[one.name]
        assert one.above is None or one.above in {before.name for before in placed[:n]} & set(waits[one.name])
        goes_on = [other.name for other in placed[n + 1 :] if other.above == one.above]
        assert not one.rails or one.rails[-1] == bool(goes_on), "a line goes on to whom stands below the same one"


def test_the_order_is_that_of_the_file_where_nothing_speaks_against_it() -> None:
    assert in_order({"c": [], "a": [], "b": ["a"]}) == ["c", "a", "b"]


def test_a_thousand_in_a_row_and_a_great_tangle_are_no_trouble() -> None:
    row = {str(n): [str(n + 1)] for n in range(1000)}
    assert in_order(row)[0] == "999" and levels(row)["0"] == 999
    tangle = {str(n): [str(m) for m in range(60)] for n in range(60)}
    assert len(circles(tangle)) == CIRCLES_MAX
