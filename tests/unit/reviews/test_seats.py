"""Promises of console/reviews/seats.py."""

from __future__ import annotations

from console.records.agent import Agent
from console.reviews.seats import choose_reviewers

DEV, ONE, TWO, LEAD = (
    Agent(id="dev", role="developer"),
    Agent(id="one", role="reviewer"),
    Agent(id="two", role="reviewer"),
    Agent(id="lead", role="lead"),
)
TEAM = (DEV, ONE, TWO, LEAD)


def test_the_one_named_reviews() -> None:
    assert choose_reviewers(["two"], TEAM, authors={"dev"}) == ("two",)


def test_a_role_takes_the_least_busy_and_the_first_of_equals() -> None:
    assert choose_reviewers(["@reviewer"], TEAM, authors={"dev"}) == ("one",)
    assert choose_reviewers(["@reviewer"], TEAM, authors={"dev"}, load=lambda a: int(a is ONE)) == ("two",)


def test_who_cannot_be_reached_now_comes_last_but_comes() -> None:
    assert choose_reviewers(["@reviewer"], TEAM, authors={"dev"}, reachable=lambda a: a is TWO) == ("two",)
    assert choose_reviewers(["@lead"], TEAM, authors={"dev"}, reachable=lambda a: False) == ("lead",)


def test_the_author_never_reviews_even_where_named() -> None:
    assert choose_reviewers(["one"], TEAM, authors={"one"}) == ("two",)
    assert choose_reviewers(["@reviewer"], (ONE, LEAD), authors={"one"}) == ("lead",)


def test_without_a_reviewer_the_lead_is_asked_and_without_a_lead_nobody() -> None:
    assert choose_reviewers(["@auditor"], (DEV, LEAD), authors={"dev"}) == ("lead",)
    assert choose_reviewers(["@auditor"], (DEV,), authors={"dev"}) == ()
    assert choose_reviewers(["@auditor"], (DEV, LEAD), authors={"lead"}) == ()


def test_two_seats_are_two_agents() -> None:
    assert choose_reviewers(["@reviewer", "@reviewer"], TEAM, authors={"dev"}) == ("one", "two")
    assert choose_reviewers(["@reviewer", "@lead"], (DEV, LEAD), authors={"dev"}) == ("lead",)
