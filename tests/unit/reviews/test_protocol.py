"""Promises of console/reviews/protocol.py and of the protocols that ship."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
import yaml

from console.errors import ConfigError
from console.records.policy import Policy
from console.records.review import Review, Seat, SeatStatus, Verdict, VerdictGiven
from console.reviews.confidence import confidence_of
from console.reviews.protocol import Protocol, protocol_from
from console.reviews.round import Settled, settle
from console.reviews.terms import terms_of
from console.settings.yaml_file import parse
from tests.repository import ROOT

SHIPPED = sorted((ROOT / "config" / "review_protocols").glob("*.yaml"))


def test_the_four_protocols_ship() -> None:
    assert [path.stem for path in SHIPPED] == ["analysis_review", "final_review", "output_review", "plan_review"]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_protocol_says_what_it_asks(path: Any) -> None:
    protocol = protocol_from(yaml.safe_load(path.read_text(encoding="utf-8")), name=path.stem, source=path.name)
    assert protocol.description and protocol.reviewers
    assert set(protocol.questions) == set(protocol.rubric)
    terms = terms_of(protocol, Policy(), seats=len(protocol.reviewers))
    assert terms.max_rounds == (5 if path.stem == "analysis_review" else 3)
    assert (terms.debate, terms.in_sequence) == (path.stem == "analysis_review", path.stem == "final_review")
    assert dict(terms.gates) == {"analysis_review": {"evidence": 0.6}, "final_review": {"safety": 0.7}}.get(
        path.stem, {}
    )


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
        {"quorum": 0},
        {"quorum": True},
        {"quorum": 2},
        {"quorum": 3, "reviewers": ["a", "b"]},
        {"order": "random"},
        {"debate": "yes"},
        {"round_timeout": -1},
        {"round_timeout": 1.5},
        {"rubric": {"a": {"gate": 2}}},
        {"rubric": {"a": {"gate": True}}},
        {"max_rounds": True},
        {"confidence_threshold": float("nan")},
        {"escalate_to": 3},
        {"escalate_to": []},
        {"escalate_to": ["a", "b c"]},
    ],
)
def test_a_wrong_value_is_refused(values: dict[str, Any]) -> None:
    with pytest.raises(ConfigError):
        protocol_from(values, name="mine")


def test_what_is_no_mapping_is_refused() -> None:
    with pytest.raises(ConfigError, match="expected keys and values"):
        protocol_from(["reviewers"], name="mine")  # type: ignore[arg-type]


def test_what_a_protocol_leaves_out_the_settings_say() -> None:
    policy = Policy(review_max_rounds=4, review_debate_max_rounds=6, review_threshold=0.9, review_round_timeout=60)
    plain = terms_of(Protocol(name="mine"), policy, seats=1, ladder=("boss",))
    assert (plain.max_rounds, plain.threshold, plain.round_timeout, plain.ladder) == (4, 0.9, 60, ("boss",))
    own = Protocol(name="mine", max_rounds=2, confidence_threshold=0.0, round_timeout=0)
    assert terms_of(own, policy, seats=1) == replace(plain, max_rounds=2, threshold=0.0, round_timeout=0, ladder=())
    assert terms_of(Protocol(name="mine", debate=True), policy, seats=1).max_rounds == 6


@pytest.mark.parametrize(
    ("quorum", "seats", "needed"),
    [("all", 3, None), ("majority", 3, 2), ("majority", 4, 3), ("majority", 1, 1), (2, 3, 2)],
)
def test_a_quorum_is_so_many_approvals(quorum: str | int, seats: int, needed: int | None) -> None:
    protocol = protocol_from({"quorum": quorum, "reviewers": ["@a", "@b", "@c"]}, name="mine")
    assert terms_of(protocol, Policy(), seats=seats).quorum == needed


def test_a_gate_and_a_ladder_are_read_as_they_are_written() -> None:
    values = {"rubric": {"safe": {"gate": 1}, "fast": 2}, "escalate_to": "boss", "order": "sequence"}
    protocol = protocol_from(values, name="mine")
    assert (dict(protocol.gates), protocol.escalate_to, protocol.order) == ({"safe": 1.0}, ("boss",), "sequence")
    assert protocol_from({"escalate_to": ["@lead", "operator"]}, name="mine").escalate_to == ("@lead", "operator")


def test_the_example_of_the_page_is_a_protocol_and_its_numbers_are_right() -> None:
    (text,) = re.findall(r"```yaml\n(.*?)```", (ROOT / "docs" / "reviews.md").read_text("utf-8"), re.DOTALL)
    protocol = protocol_from(yaml.safe_load(text), name="orders")
    terms = terms_of(protocol, Policy(), seats=3, ladder=("pangtong-fujunshi",))
    review = Review(id=1, task_id=1, protocol="orders", max_rounds=terms.max_rounds, threshold=terms.threshold,
                    rubric=dict(terms.rubric), gates=dict(terms.gates), quorum=terms.quorum, ladder=terms.ladder)  # fmt: skip
    seats = [Seat(id=i, review_id=1, round=1, reviewer=f"r{i}", status=SeatStatus.GIVEN) for i in (1, 2, 3)]

    def said(*words: tuple[Verdict, float]) -> Settled | None:
        verdicts = []
        for n, (verdict, limits) in enumerate(words, 1):
            scores = {"limits": limits, "reason": 0.6}
            verdicts.append(
                VerdictGiven(id=n, review_id=1, round=1, seat_id=n, reviewer=f"r{n}", verdict=verdict, scores=scores,
                             confidence=confidence_of(scores, terms.rubric))
            )  # fmt: skip
        return settle(review, seats, verdicts)

    approve, changes, reject = Verdict.APPROVE, Verdict.REQUEST_CHANGES, Verdict.REJECT
    outvoted, gated, against = (
        said((approve, 0.8), (changes, 0.9), (approve, 0.8)),
        said((approve, 0.9), (approve, 0.6), (approve, 0.9)),
        said((approve, 0.9), (reject, 0.9), (approve, 0.9)),
    )
    assert outvoted is not None and (outvoted.status, outvoted.confidence) == ("approved", 0.75)
    assert gated is not None and gated.status == "changes_requested"
    assert against is not None and (against.status, against.to) == ("escalated", "pangtong-fujunshi")


def test_texts_of_a_protocol_stay_as_they_were_written_and_numbers_are_numbers() -> None:
    text = (
        "description: 15:00\nreviewers: ['@NO', 3.10, 007]\nquorum: 2\norder: parallel\ndebate: yes\nmax_rounds: 4\n"
        "rubric: {1e3: 2, care: {asks: 000001, weight: .5, gate: 0.6}}\nescalate_to: 0x1F\nround_timeout: ~\n"
    )
    found = protocol_from(parse(text, "mine.yaml").values, name="mine")
    assert (found.description, found.reviewers, found.quorum) == ("15:00", ("@NO", "3.10", "007"), 2)
    assert (found.debate, found.max_rounds, found.round_timeout) == (True, 4, None)
    assert (dict(found.rubric), dict(found.questions)) == ({"1e3": 2.0, "care": 0.5}, {"care": "000001"})
    assert (dict(found.gates), found.escalate_to) == ({"care": 0.6}, ("0x1F",))
    with pytest.raises(ConfigError, match="max_rounds: expected a number of rounds from 1 to 100, found 0x0"):
        protocol_from(parse("max_rounds: 0x0", "mine.yaml").values, name="mine")
