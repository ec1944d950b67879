"""Promises of console/reviews/protocol.py and of the protocols that ship."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from console.errors import ConfigError
from console.reviews.protocol import Protocol, protocol_from
from tests.repository import ROOT

SHIPPED = sorted((ROOT / "config" / "review_protocols").glob("*.yaml"))


def test_the_four_protocols_ship() -> None:
    assert [path.stem for path in SHIPPED] == ["analysis_review", "final_review", "output_review", "plan_review"]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_protocol_says_what_it_asks(path: Any) -> None:
    protocol = protocol_from(yaml.safe_load(path.read_text(encoding="utf-8")), name=path.stem, source=path.name)
    assert protocol.description and protocol.reviewers
    assert set(protocol.questions) == set(protocol.rubric)
    assert protocol.max_rounds == (5 if path.stem == "analysis_review" else 3)


def test_an_empty_file_is_a_protocol_with_the_defaults() -> None:
    assert protocol_from({}, name="mine") == Protocol(name="mine")


def test_a_rubric_takes_bare_weights_too() -> None:
    protocol = protocol_from({"rubric": {"speed": 2, "care": {"asks": "Is it?"}}}, name="mine")
    assert dict(protocol.rubric) == {"speed": 2.0, "care": 1.0}
    assert dict(protocol.questions) == {"care": "Is it?"}


def test_everything_wrong_is_said_at_once_with_file_key_and_what_was_expected() -> None:
    with pytest.raises(ConfigError) as caught:
        protocol_from(
            {"reviewers": [], "max_rounds": 0, "confidence_threshold": 7, "rubric": {"a b": 1, "c": -1}, "round": 3},
            name="mine",
            source="mine.yaml",
        )
    assert caught.value.problems == [
        "mine.yaml: reviewers: expected a list of agents or @roles, found []",
        "mine.yaml: max_rounds: expected a number of rounds from 1 to 100, found 0",
        "mine.yaml: confidence_threshold: expected a number from 0 to 1, found 7",
        "mine.yaml: rubric: a score's name is one word without =, found 'a b'",
        "mine.yaml: rubric.c: expected a weight above 0 (up to 1000), found -1",
        "mine.yaml: round: unknown key; expected one of description, reviewers, quorum, order, rubric,"
        " max_rounds, debate, confidence_threshold, escalate_to, round_timeout",
    ]


@pytest.mark.parametrize(
    "values",
    [
        {"reviewers": "@reviewer"},
        {"reviewers": ["@"]},
        {"reviewers": [3]},
        {"reviewers": ["a", "a"]},
        {"reviewers": None},
        {"rubric": {}},
        {"rubric": None},
        {"rubric": {"a": {"wieght": 1}}},
        {"rubric": {"a": {"asks": 3}}},
        {"rubric": {"a": True}},
        {"rubric": {"a": float("nan")}},
        {"rubric": {3: 1}},
        {"quorum": "most"},
        {"max_rounds": True},
        {"confidence_threshold": float("nan")},
        {"escalate_to": 3},
    ],
)
def test_a_wrong_value_is_refused(values: dict[str, Any]) -> None:
    with pytest.raises(ConfigError):
        protocol_from(values, name="mine")


def test_what_is_no_mapping_is_refused() -> None:
    with pytest.raises(ConfigError, match="expected keys and values"):
        protocol_from(["reviewers"], name="mine")  # type: ignore[arg-type]
