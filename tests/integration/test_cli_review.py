"""Promises of `moziplus review`: the operator's verdict always stands, is listed where it is due, and can be taken back."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.agent import Desk
from tests.program import Done, moziplus

LISTED = {
    *("project", "id", "task", "title", "protocol", "status", "round", "max_rounds", "threshold", "rubric", "author"),
    *(
        "escalated_to",
        "reason",
        "confidence",
        "opened_at",
        "settled_at",
        "gates",
        "quorum",
        "order",
        "debate",
        "ladder",
    ),
    "round_until",
}
SHOWN = LISTED | {"waits_for_children", "submissions", "seats", "verdicts", "comments"}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """With a submission of #1 that waits for a verdict in review 1."""
    desk = Desk(tmp_path)
    desk.claim("--task", str(desk.task("量化", reviews=("output_review",))))
    assert desk("submit", "--summary", "did it").code == 0
    return desk


def review(desk: Desk, *words: str) -> Done:
    return moziplus("review", *words, home=desk.home.path)


def test_a_review_is_listed_shown_and_approved_and_the_verdict_taken_back(desk: Desk) -> None:
    listed = review(desk, "list", "--json").record
    assert set(listed) == LISTED
    assert (listed["title"], listed["status"], listed["author"]) == ("量化", "open", "dev")
    assert "quant#1" in review(desk, "list").out
    assert "did it" in review(desk, "show", "1").out
    approved = review(desk, "approve", "quant#1", "--comment", "good", "--json").record
    assert set(approved) == SHOWN | {"notes"}
    assert (approved["status"], approved["verdicts"][0]["by"]) == ("approved", "operator")
    assert desk.rows("SELECT status FROM tasks") == [{"status": "done"}]
    assert review(desk, "list", "--json").records == []
    undone = review(desk, "reopen", "1", "--undo", "--json").record
    assert (undone["id"], undone["status"], undone["verdicts"][0]["undone"]) == (1, "escalated", True)
    assert desk.rows("SELECT status FROM tasks") == [{"status": "review"}]


def test_changes_and_rejections_carry_their_findings(desk: Desk) -> None:
    asked = review(desk, "request-changes", "1", "--finding", "outputs/a.md:2: wrong", "--json").record
    assert asked["verdicts"][0]["findings"] == [
        {"number": 1, "text": "wrong", "path": "outputs/a.md", "line": 2, "answer": None}
    ]
    assert desk.rows("SELECT status, preferred FROM tasks") == [{"status": "pending", "preferred": "dev"}]
    assert "outputs/a.md:2: wrong" in review(desk, "show", "1").out


def test_a_rejected_task_fails_and_can_be_reopened(desk: Desk) -> None:
    assert review(desk, "reject", "1").code == 2
    assert review(desk, "reject", "1", "--comment", "no use", "--json").record["status"] == "rejected"
    assert desk.rows("SELECT status FROM tasks") == [{"status": "failed"}]
    assert review(desk, "approve", "1").code == 4
    again = review(desk, "reopen", "1", "--reason", "think again", "--json").record
    assert (again["id"], again["status"], again["escalated_to"]) == (2, "escalated", "operator")


def test_escalating_and_commenting_leave_their_words_in_the_thread(desk: Desk) -> None:
    assert review(desk, "escalate", "1", "--to", "nobody").code == 2
    record = review(desk, "escalate", "1", "--reason", "mine", "--json").record
    assert (record["status"], record["escalated_to"], record["reason"]) == ("escalated", "operator", "mine")
    assert review(desk, "escalate", "1").code == 0
    said = review(desk, "comment", "1", "look at \x1b[31mpage 3", "--json").record
    assert [(c["by"], c["body"]) for c in said["comments"]] == [("operator", "look at page 3")]
    assert review(desk, "request-changes", "1").code == 2
    assert review(desk, "show", "9").code == 3


def test_a_round_can_be_given_to_an_agent_who_has_not_spoken(desk: Desk) -> None:
    assert review(desk, "escalate", "1", "--to", "dev").code == 2
    record = review(desk, "escalate", "1", "--to", "rev", "--reason", "hurry", "--json").record
    assert (record["status"], record["escalated_to"], record["reason"]) == ("escalated", "rev", "hurry")
    assert [(s["reviewer"], s["kind"], s["status"]) for s in record["seats"]] == [("rev", "escalation", "waiting")]
    shown = review(desk, "show", "1").out
    assert "rev, to whom it went: waiting" in shown and "then asks    you" in shown


def test_a_plan_waits_for_its_author_and_shows_what_changed(desk: Desk) -> None:
    number = desk.task("sell", reviews=("plan_review",))
    assert review(desk, "request-changes", "2", "--finding", "what?").code == 0
    edited = moziplus("task", "edit", str(number), "--project", "quant", "--title", "sell all", home=desk.home.path)
    assert edited.code == 0
    shown = review(desk, "show", "2").out
    assert "round        2 of ?" in shown and "The title was: sell" in shown and "1. what?" in shown
    assert review(desk, "approve", "2").code == 0
    desk.leave()
    desk.claim("--task", str(number))


def test_stats_tell_whose_confidence_holds(desk: Desk) -> None:
    assert "no agent has given a verdict yet" in review(desk, "stats").out
    assert review(desk, "stats", "--json").records == []
    assert review(desk, "stats", "--project", "nowhere").code == 3
