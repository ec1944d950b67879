"""Promises of console/line_diff.py: what `diff -u` says, in a bounded amount of work."""

from __future__ import annotations

import difflib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.line_diff import TooDifferent, line_diff

LINES = st.lists(st.sampled_from("abcd"), max_size=30)


@given(LINES, LINES)
def test_it_says_what_the_standard_library_says(before: list[str], after: list[str]) -> None:
    assert list(line_diff(before, after)) == list(difflib.unified_diff(before, after, lineterm=""))[2:]


def test_a_long_text_of_which_every_other_line_changed_is_soon_compared_and_nothing_is_lost() -> None:
    before = [f"{n} kept" if n % 2 else f"{n} before" for n in range(6000)]
    after = [line.replace("before", "after") for line in [*before[40:80], *before]]
    found = list(line_diff(before, after, work=60_000))
    assert [line[1:] for line in found if line[0] in " -"] == before
    assert [line[1:] for line in found if line[0] in " +"] == after
    assert "-2 before" in found and " 3 kept" in found


@given(LINES, LINES)
def test_what_it_says_of_a_long_text_makes_one_of_the_other(before: list[str], after: list[str]) -> None:
    between = [f"line {n}" for n in range(1001)]
    old, new = [*before, *between, *after], [*after, *between, *before]
    made, at = [], 0
    for line in line_diff(old, new):
        if start := re.match(r"@@ -(\d+)(,0)?", line):
            begin = int(start[1]) - (start[2] is None)
            made += old[at:begin]
            at = begin
        elif line[0] in " -":
            assert old[at] == line[1:]
            at += 1
        made += [line[1:]] if line[0] in " +" else []
    assert [*made, *old[at:]] == new


def test_equal_texts_have_no_lines() -> None:
    assert list(line_diff(["a", "b"], ["a", "b"])) == []


def test_a_change_in_a_long_text_shows_only_what_is_around_it() -> None:
    before = [str(n) for n in range(50_000)]
    after = [*before[:25_000], "new", *before[25_001:]]
    found = list(line_diff(before, after))
    assert found[0] == "@@ -24998,7 +24998,7 @@"
    assert [line for line in found if line[0] in "+-"] == ["-25000", "+new"]


def test_hostile_texts_end_after_a_bounded_amount_of_work() -> None:
    before = [str(n % 150) for n in range(20_000)]
    with pytest.raises(TooDifferent):
        list(line_diff(before, before[::-1]))
    with pytest.raises(TooDifferent):
        list(line_diff(["a"] * 100, ["a"] * 100 + ["b"], work=50))
