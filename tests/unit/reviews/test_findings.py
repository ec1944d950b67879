"""Promises of console/reviews/findings.py, gates.py, turns.py and plan_text.py: small things that others rely on."""

from __future__ import annotations

import pytest

from console.errors import UsageError
from console.records.review import Review, ReviewStatus, Seat, SeatKind, SeatStatus, Submission, Verdict, VerdictGiven
from console.records.task import Task
from console.reviews.findings import answers_to, check_answers, numbered
from console.reviews.gates import failed_gates
from console.reviews.plan_text import told_changes
from console.reviews.turns import open_seats, whose_turn, with_agents

REVIEW = Review(id=1, task_id=1, protocol="analysis_review", debate=True)


def said(number: int, *texts: str, round_: int = 1, undone: int | None = None) -> VerdictGiven:
    findings = tuple({"text": text, "path": "a.md", "line": 3} for text in texts)
    return VerdictGiven(
        id=number, review_id=1, round=round_, reviewer=f"r{number}", verdict=Verdict.REQUEST_CHANGES, findings=findings,
        undone_at=undone,
    )  # fmt: skip


SAID = [said(5, "third"), said(2, "first", "second"), said(3, "taken back", undone=9), said(1, "earlier", round_=2)]


def test_findings_are_numbered_in_the_order_of_their_verdicts() -> None:
    assert [(f.number, f.text, f.reviewer, f.place) for f in numbered(SAID, 1)] == [
        (1, "first", "r2", "a.md:3"),
        (2, "second", "r2", "a.md:3"),
        (3, "third", "r5", "a.md:3"),
    ]


def test_answers_are_those_of_the_next_submission() -> None:
    handed_in = [
        Submission(review_id=1, round=1, agent="dev"),
        Submission(review_id=1, round=2, agent="dev", answers=({"finding": 2, "text": "no"},)),
    ]
    assert (answers_to(handed_in, 1), answers_to(handed_in, 2)) == ({2: "no"}, {})


@pytest.mark.parametrize(
    ("answered", "rebuttal", "says"),
    [
        ((1, 2), None, "no answer to finding 3"),
        ((), "  ", "no answer to finding 1, 2, 3"),
        ((1, 2, 3, 4), None, "its findings are 1 to 3"),
        ((1, 1, 2, 3), None, "--answer 1 is given twice"),
    ],
)
def test_a_debate_wants_each_finding_answered_once(answered: tuple[int, ...], rebuttal: str | None, says: str) -> None:
    answers = [{"finding": n, "text": "so"} for n in answered]
    with pytest.raises(UsageError, match=says):
        check_answers(REVIEW, numbered(SAID, 1), answers, rebuttal)


def test_a_rebuttal_answers_all_that_is_left_and_elsewhere_answers_are_free() -> None:
    check_answers(REVIEW, numbered(SAID, 1), [{"finding": 2, "text": "so"}], "the rest stays")
    check_answers(REVIEW, (), [], None)
    plain = Review(id=1, task_id=1, protocol="output_review")
    check_answers(plain, numbered(SAID, 1), [], None)


def test_a_score_at_its_gate_passes_and_one_that_was_not_given_fails_nothing() -> None:
    gates = {"safe": 0.7, "right": 0.5}
    assert (
        failed_gates({"safe": 0.7, "right": 0.5}, gates) == failed_gates(None, gates) == failed_gates({}, gates) == ()
    )
    (failed,) = failed_gates({"safe": 0.69, "other": 0.0}, gates)
    assert failed.told == "safe 0.69 is below its gate 0.70" and failed.told in failed.finding["text"]


def test_whose_turn_it_is() -> None:
    one, two = (Seat(id=i, review_id=1, round=1, reviewer=f"r{i}") for i in (1, 2))
    up = Seat(id=3, review_id=1, round=1, reviewer="boss", kind=SeatKind.ESCALATION)
    seats = (two, one, up, Seat(id=4, review_id=1, round=2, reviewer="r1"))
    assert whose_turn(REVIEW, seats) == (one, two)
    sequence = Review(id=1, task_id=1, protocol="p", in_sequence=True)
    assert whose_turn(sequence, seats) == (one,)
    spoken = Seat(id=1, review_id=1, round=1, reviewer="r1", status=SeatStatus.GIVEN)
    assert whose_turn(sequence, (spoken, two)) == (two,)
    asked = Review(id=1, task_id=1, protocol="p", status=ReviewStatus.ESCALATED, escalated_to="boss")
    assert (whose_turn(asked, seats), with_agents(asked)) == ((up,), True)
    mine = Review(id=1, task_id=1, protocol="p", status=ReviewStatus.ESCALATED, escalated_to="operator")
    assert (open_seats(mine, seats), with_agents(mine)) == ((), False)
    done = Review(id=1, task_id=1, protocol="p", status=ReviewStatus.APPROVED)
    assert (open_seats(done, seats), with_agents(done)) == ((), False)


def test_what_changed_in_a_plan_is_told_and_what_is_too_long_is_counted() -> None:
    before = Task(id=1, title="a", body="one\ntwo\nthree")
    assert told_changes(before, before) == ""
    told = told_changes(before, Task(id=1, title="b", body="one\n2\nthree"))
    assert told.startswith("The title was: a\n") and "-two\n+2" in told
    long = Task(id=1, title="a", body="\n".join(map(str, range(3000))))
    assert told_changes(before, long) == "The body changed:\nit had 3 lines and has 3000"
    wide = Task(id=1, title="a", body="x" * 9000)
    assert "[cut:" in told_changes(before, wide)
