"""What passes from one round to the next on a real blackboard: answers to findings, the reviewers, the children's results."""

from __future__ import annotations

import pytest

from console.blackboard.reads.briefing import briefing
from console.blackboard.reads.briefing_text import briefing_text
from console.blackboard.reads.reviews import open_rounds, thread
from console.blackboard.writes.tasks import NewTask, cancel_task, create_task
from console.blackboard.writes.verdicts import operator_verdict
from console.errors import UsageError
from console.records.review import Verdict
from console.records.session import SessionStatus
from tests.boards import BOSS, Board

APPROVE, CHANGES, REJECT, ABSTAIN = Verdict
GATES = {"correct": 0.6}


def test_in_a_debate_every_finding_has_its_answer_or_all_have_a_rebuttal(reviewed: Board) -> None:
    two = [{"text": "no source", "path": "outputs/a.md", "line": 3}, {"text": "too sure"}]
    reviewed.prepare("a", debate=True, max_rounds=5)
    reviewed.reviewer_says("a", CHANGES, findings=two)
    text = briefing_text(briefing(reviewed.db, 1))
    assert "1. no source [outputs/a.md:3]" in text and "2. too sure" in text and "This is a debate" in text
    session = reviewed.claim(1)
    with pytest.raises(UsageError, match="no answer to finding 2 of output_review"):
        reviewed.submit(session, answers=[{"finding": 1, "text": "added"}])
    with pytest.raises(UsageError, match="findings are 1 to 2"):
        reviewed.submit(session, answers=[{"finding": 3, "text": "added"}])
    with pytest.raises(UsageError, match="twice"):
        reviewed.submit(session, answers=[{"finding": 1, "text": "added"}] * 2)
    assert reviewed.status(1) == "working"
    reviewed.submit(session, answers=[{"finding": 1, "text": "see table 3"}, {"finding": 2, "text": "it is"}])
    reviewed.prepare("a", debate=True, max_rounds=5)
    seat = reviewed.takes("a")
    text = briefing_text(briefing(reviewed.db, 1, seat_id=seat.seat_id))
    assert "1. no source [outputs/a.md:3]\n   answered: see table 3" in text and "answered: it is" in text
    reviewed.says(seat, CHANGES, findings=two)
    reviewed.work(1, rebuttal="as before")
    assert [s.rebuttal for s in thread(reviewed.db, 1).submissions] == [None, None, "as before"]


def test_where_no_debate_is_findings_may_be_answered_and_where_none_are_nothing(reviewed: Board) -> None:
    says_first = [{"text": "no"}]
    reviewed.prepare("a")
    reviewed.reviewer_says("a", CHANGES, findings=says_first)
    reviewed.work(1, answers=[{"finding": 1, "text": "yes"}])
    assert [dict(a) for a in thread(reviewed.db, 1).submissions[1].answers] == [{"finding": 1, "text": "yes"}]
    reviewed.task("plain", reviews=("output_review",))
    with pytest.raises(UsageError, match="no findings"):
        reviewed.work(2, answers=[{"finding": 1, "text": "yes"}])


def test_the_next_round_knows_who_judged_the_last(reviewed: Board) -> None:
    reviewed.prepare("a", "b")
    reviewed.gone(reviewed.takes("b"), SessionStatus.FAILED, counted=True, exhausted=True)
    reviewed.reviewer_says("a", CHANGES)
    reviewed.work(1)
    (found,) = open_rounds(reviewed.db)
    assert (found.review.round, found.before) == (2, ("a",))


def test_a_final_review_waits_for_the_children_and_shows_what_they_left(board: Board) -> None:
    board.task("the whole", reviews=("final_review",))
    for title in ("a part", "another"):
        create_task(board.db, NewTask(title=title, parent=1, reviews=("output_review",)), by=BOSS, now=board.now())
    board.work(1)
    (found,) = open_rounds(board.db)
    assert found.open_children == thread(board.db, 1).open_children == (2, 3)
    cancel_task(board.db, 3, by=BOSS, now=board.now())
    board.work(2, summary="the part is done")
    operator_verdict(board.db, 2, verdict=APPROVE, by=BOSS, now=board.now())
    (found,) = open_rounds(board.db)
    assert found.open_children == thread(board.db, 1).open_children == ()
    seat = board.seat("a")
    text = briefing_text(briefing(board.db, 1, seat_id=seat.seat_id))
    assert "## Its parts" in text and "#2 a part (done)\n> the part is done" in text
    assert "#3 another (cancelled)" in text
