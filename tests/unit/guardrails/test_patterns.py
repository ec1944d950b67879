"""Promises of a rule's words: they find what they say, in time, and what could run away is refused beforehand."""

from __future__ import annotations

import time
from fnmatch import fnmatchcase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.guardrails.patterns import LINE, MOST, any_glob, fault, found_in, is_plain


@pytest.mark.parametrize(
    "pattern",
    [
        r"(a+)+",
        r"(a*)*b",
        r"(a|a)*b",
        r"(?:a?a)*x",
        r"((a+))+",
        r"(?P<n>a|b){2,}",
        r"(?i:x+){3}",
        "a+" * 6,
        "a?" * 11,
    ],
)
def test_what_may_take_for_ever_is_refused(pattern: str) -> None:
    assert fault(pattern) is not None


@pytest.mark.parametrize(
    "pattern", [r"\brm\s+-\S*r\S*\s+/", r"(?i)drop table", r"(foo)+", r"[(+*|]+x", r"a\(b\|c\)+", r"(a|b)?c", "x{2,4}"]
)
def test_what_is_usual_is_taken(pattern: str) -> None:
    assert fault(pattern) is None


@pytest.mark.parametrize("pattern", ["", "(", "[a", "x" * 501, "(?x) a"])
def test_what_is_no_pattern_says_so(pattern: str) -> None:
    assert fault(pattern) is not None


@given(st.text(alphabet="ab()*+?|{}2,[]\\", min_size=1, max_size=14))
def test_whatever_is_taken_compares_a_hostile_text_in_time(pattern: str) -> None:
    if fault(pattern) is None:
        began = time.monotonic()
        found_in([pattern], "a" * 24 + "!")
        assert time.monotonic() - began < 2


def test_a_text_is_looked_at_line_by_line_and_not_without_end() -> None:
    assert found_in(["^b$"], "a\nb\nc")
    assert not found_in(["a.b"], "a\nb")
    assert found_in(["needle"], "x" * (LINE - 3) + "needle")
    assert not found_in(["needle"], "x" * MOST + "needle")


@given(st.text(alphabet="ab*?/", max_size=6), st.text(alphabet="ab/", min_size=1, max_size=6))
def test_a_glob_is_compared_as_the_shell_does_with_stars_that_cross_slashes(glob: str, value: str) -> None:
    assert any_glob([glob], [value]) == fnmatchcase(value, glob)
    if is_plain(glob):
        assert any_glob([glob], [value]) == (glob == value)


def test_nothing_is_matched_by_nothing() -> None:
    assert not any_glob(["*"], [])
    assert not any_glob(["*"], [""])
