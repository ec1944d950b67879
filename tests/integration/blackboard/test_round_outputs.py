"""Promises of outputs by round on a real blackboard: what a round handed in, what is expected, and what a reviewer is told."""

from __future__ import annotations

import pytest

from console.blackboard.reads.briefing import briefing
from console.blackboard.reads.briefing_text import briefing_text
from console.blackboard.reads.outputs import changes_of, handed_in, latest_outputs, outputs_of, rounds_of
from console.blackboard.reads.reviews import list_reviews
from console.blackboard.reads.tasks import get_task
from console.blackboard.writes.outputs import present_round, record_output
from console.blackboard.writes.rounds import prepare_round
from console.blackboard.writes.submissions import end_without_submit, submit
from console.blackboard.writes.tasks import edit_task
from console.errors import Refused, UsageError
from console.records.actor import SCHEDULER, Actor, Origin
from console.records.review import Verdict
from console.reviews.terms import Terms
from tests.boards import BOSS, RUBRIC, Board


def work(board: Board, task_id: int, files: dict[str, str], gone: tuple[str, ...] = ()) -> None:
    """One round: record `files` (name to hash) in a session, hand in."""
    session = board.claim(task_id)
    who = Actor(name=session.agent, origin=Origin.AGENT, session=session.id)
    for name, sha in files.items():
        record_output(
            board.db, task_id, path=f"outputs/{name}", sha256=sha * 64, size=len(sha) * 10, by=who, now=board.now()
        )
    submit(board.db, session.id, session.fence, summary="s", gone=gone, by=who, now=board.now())
    board.gone(session)


@pytest.fixture
def reworked(board: Board) -> Board:
    """A task in its second round: a.md changed, b.md stayed without being recorded again, c.md went, d.md came."""
    task = board.task("the work", reviews=("output_review", "analysis_review"))
    work(board, task.id, {"a.md": "1", "b.md": "2", "c.md": "3"})
    board.verdict(Verdict.REQUEST_CHANGES)
    work(board, task.id, {"a.md": "4", "d.md": "5"}, gone=("outputs/c.md",))
    return board


def names(board: Board, review: int, round_: int) -> list[str]:
    return [output.path.removeprefix("outputs/") for output in handed_in(board.db, review, round_)]


def test_a_round_has_all_that_was_there_when_it_was_handed_in(reworked: Board) -> None:
    assert rounds_of(reworked.db, 1) == (1, 2)
    assert names(reworked, 1, 0) == []
    assert names(reworked, 1, 1) == ["a.md", "b.md", "c.md"]
    assert names(reworked, 1, 2) == ["a.md", "b.md", "d.md"]
    assert [o.path for o in latest_outputs(reworked.db, 1)] == ["outputs/a.md", "outputs/b.md", "outputs/d.md"]
    assert "removed" not in {o.kind for o in outputs_of(reworked.db, 1)}


def test_the_last_two_rounds_are_compared_unless_others_are_asked_for(reworked: Board) -> None:
    changes = changes_of(reworked.db, 1)
    assert changes is not None and (changes.before, changes.after) == (1, 2)
    assert [(c.path[8:], str(c.change)) for c in changes.outputs] == [
        *(("a.md", "changed"), ("b.md", "same"), ("c.md", "removed"), ("d.md", "added")),
    ]
    first = changes_of(reworked.db, 1, (0, 1))
    assert first is not None and {str(c.change) for c in first.outputs} == {"added"}
    for wrong in ((1, 1), (2, 1), (1, 3)):
        with pytest.raises(UsageError):
            changes_of(reworked.db, 1, wrong)


def test_a_second_review_with_the_same_round_numbers_compares_its_own(reworked: Board) -> None:
    reworked.verdict(Verdict.APPROVE)
    second = list_reviews(reworked.db)[0][0]
    assert (second.protocol, second.round) == ("analysis_review", 1)
    assert names(reworked, second.id, 1) == ["a.md", "b.md", "d.md"]
    reworked.verdict(Verdict.REQUEST_CHANGES)
    work(reworked, 1, {"a.md": "6"})
    changes = changes_of(reworked.db, second.id)
    assert changes is not None
    assert [c.path for c in changes.outputs if c.change != "same"] == ["outputs/a.md"]


def test_a_removed_output_may_come_back(reworked: Board) -> None:
    reworked.verdict(Verdict.REQUEST_CHANGES)
    work(reworked, 1, {"c.md": "3"})
    assert names(reworked, 1, 3) == ["a.md", "b.md", "c.md", "d.md"]
    assert [(o.version, o.round) for o in latest_outputs(reworked.db, 1) if o.path == "outputs/c.md"] == [(3, 3)]


def test_a_reviewer_is_told_what_changed_without_asking_from_the_second_round_on(reworked: Board) -> None:
    prepare_round(reworked.db, 1, 2, reviewers=["rev"], terms=Terms(rubric=RUBRIC), by=SCHEDULER, now=1)
    (seat,) = reworked.db.execute("SELECT id FROM seats WHERE round = 2").fetchone()
    text = briefing_text(briefing(reworked.db, 1, seat_id=seat))
    for line in (
        "## What changed in the outputs since round 1",
        "- outputs/a.md: changed, 10 B → 10 B",
        "- outputs/c.md: removed, 10 B",
        "- outputs/d.md: added, 10 B",
        "blackboard read --diff",
    ):
        assert line in text
    assert "outputs/b.md: " not in text
    (first,) = reworked.db.execute("SELECT id FROM seats WHERE round = 1").fetchone()
    assert "What changed" not in briefing_text(briefing(reworked.db, 1, seat_id=first))


# --- what is expected


def test_a_submit_without_an_expected_output_is_refused_and_nothing_is_lost(board: Board) -> None:
    task = board.task("the work", expect=("a.md", "outputs/b.md"))
    assert task.expect == ("outputs/a.md", "outputs/b.md")
    session = board.claim(task.id)
    with pytest.raises(Refused) as refused:
        board.submit(session)
    assert [problem.split()[0] for problem in refused.value.problems] == ["outputs/a.md", "outputs/b.md"]
    assert board.status(task.id) == "working"
    for name in task.expect:
        record_output(board.db, task.id, path=name, sha256="1" * 64, size=1, by=BOSS, now=board.now())
    assert board.submit(session).status == "done"
    assert board.db.execute("SELECT status FROM sessions").fetchone()[0] == "succeeded"


def test_what_was_taken_away_again_is_missing(board: Board) -> None:
    task = board.task("the work", expect=("a.md",), reviews=("output_review",))
    work(board, task.id, {"a.md": "1"})
    board.verdict(Verdict.REQUEST_CHANGES)
    with pytest.raises(Refused):
        work(board, task.id, {}, gone=("outputs/a.md",))
    assert [o.path for o in latest_outputs(board.db, task.id)] == ["outputs/a.md"]


def test_a_second_round_need_not_record_again_what_stayed(board: Board) -> None:
    task = board.task("the work", expect=("a.md",), reviews=("output_review",))
    work(board, task.id, {"a.md": "1"})
    board.verdict(Verdict.REQUEST_CHANGES)
    assert present_round(board.db, task.id) == 2
    work(board, task.id, {})
    assert board.status(task.id) == "review"


@pytest.mark.parametrize("reviews", [(), ("output_review",)])
def test_an_end_without_a_submit_says_what_is_missing(board: Board, reviews: tuple[str, ...]) -> None:
    task = board.task("the work", expect=("a.md",), reviews=reviews)
    session = board.claim(task.id)
    end_without_submit(board.db, session.id, summary="bye", now=board.now())
    ((review, _),) = list_reviews(board.db)
    (summary,) = board.db.execute("SELECT summary FROM submissions").fetchone()
    assert summary == "bye\n\nExpected of it, and not recorded: outputs/a.md"
    assert reviews or "not recorded: outputs/a.md" in (review.reason or "")


def test_expectations_are_edited_like_the_rest_and_told_to_the_agent(board: Board) -> None:
    task = board.task("the work")
    edit_task(board.db, task.id, {"expect": ("a.md", "a.md")}, by=BOSS, now=2)
    assert get_task(board.db, task.id).expect == ("outputs/a.md",)
    text = briefing_text(briefing(board.db, task.id))
    assert f"## Expected outputs\n- {board.folder}/artifacts/{task.id}/outputs/a.md\n" in text
    assert "a submit without one of them is refused" in text
    (before,) = board.db.execute("SELECT count(*) FROM events").fetchone()
    edit_task(board.db, task.id, {"expect": ("outputs/a.md",)}, by=BOSS, now=3)
    assert board.db.execute("SELECT count(*) FROM events").fetchone()[0] == before
    with pytest.raises(UsageError, match="at most 50"):
        edit_task(board.db, task.id, {"expect": [f"{n}.md" for n in range(51)]}, by=BOSS, now=3)
