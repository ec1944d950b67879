"""Promises of console/reviews/confidence.py."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.errors import UsageError
from console.records.review import Verdict
from console.reviews.confidence import check_scores, confidence_of, lowest

RUBRIC = {"correctness": 3.0, "tests": 1.0}


def test_confidence_is_the_mean_weighted_by_the_rubric() -> None:
    assert confidence_of({"correctness": 1.0, "tests": 0.0}, RUBRIC) == 0.75


def test_scores_of_exactly_the_threshold_reach_it() -> None:
    thirds = {"a": 1.0, "b": 1.0, "c": 1.0}
    assert confidence_of(dict.fromkeys(thirds, 0.7), thirds) == 0.7


@pytest.mark.parametrize("scores", [None, {}, {"correctness": 1.0}])
def test_without_every_score_there_is_no_confidence(scores: dict[str, float] | None) -> None:
    assert confidence_of(scores, RUBRIC) is None


def test_without_a_rubric_there_is_no_confidence() -> None:
    assert confidence_of({"mood": 1.0}, None) is None
    assert confidence_of({"mood": 1.0}, {"mood": 0.0}) is None


def test_a_round_is_as_sure_as_its_least_sure_seat() -> None:
    assert lowest([0.9, None, 0.4]) == 0.4
    assert lowest([None]) is None


def test_an_approval_needs_every_score_and_is_told_which() -> None:
    with pytest.raises(UsageError, match=r"an approval needs a score for tests.*scores correctness, tests"):
        check_scores({"correctness": 1.0}, RUBRIC)


@pytest.mark.parametrize("verdict", [Verdict.REQUEST_CHANGES, Verdict.REJECT, Verdict.ABSTAIN])
def test_other_verdicts_may_leave_scores_out(verdict: Verdict) -> None:
    assert check_scores({}, RUBRIC, verdict=verdict) == {}
    assert check_scores({"tests": 0}, RUBRIC, verdict=verdict) == {"tests": 0.0}


def test_an_unknown_score_is_refused_with_the_names_that_exist() -> None:
    with pytest.raises(UsageError, match=r"unknown score vibes.*scores correctness, tests"):
        check_scores({"correctness": 1, "tests": 1, "vibes": 1}, RUBRIC)


@pytest.mark.parametrize("value", [-0.01, 1.01, math.nan, math.inf, True])
def test_a_score_outside_0_to_1_is_refused(value: float) -> None:
    with pytest.raises(UsageError, match="score tests=.* is not a number from 0 to 1"):
        check_scores({"correctness": 1, "tests": value}, RUBRIC)


def test_everything_wrong_is_said_at_once() -> None:
    with pytest.raises(UsageError, match=r"unknown score vibes; score vibes=2 .*; an approval needs"):
        check_scores({"vibes": 2}, RUBRIC)


@given(st.dictionaries(st.sampled_from("abcd"), st.tuples(st.floats(0.1, 9), st.floats(0, 1)), min_size=1))
def test_confidence_lies_between_the_lowest_and_the_highest_score(sheet: dict[str, tuple[float, float]]) -> None:
    scores = {name: score for name, (_, score) in sheet.items()}
    found = confidence_of(scores, {name: weight for name, (weight, _) in sheet.items()})
    assert found is not None
    assert min(scores.values()) - 1e-6 <= found <= max(scores.values()) + 1e-6
