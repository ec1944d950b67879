"""Claims, leases and fences: who may work on what, and that nobody writes with a claim that has ended."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from console.blackboard.reads.tasks import get_task, ready_tasks
from console.blackboard.writes.claims import check_fence, claim_seat, claim_task, renew
from console.blackboard.writes.notes import add_comment
from console.blackboard.writes.project import pause_project, resume_project
from console.blackboard.writes.releases import release_claim
from console.blackboard.writes.sessions import mark_lost_if_starting, mark_running, request_stop
from console.blackboard.writes.submissions import end_without_submit, submit
from console.blackboard.writes.tasks import NewTask, cancel_task, create_task, hold_task, release_task, retry_task
from console.blackboard.writes.verdicts import operator_verdict
from console.errors import Conflict, StaleFence, UsageError
from console.records.actor import SCHEDULER, Actor, Origin
from console.records.policy import Policy
from console.records.review import Verdict
from console.records.session import Session, SessionStatus, StopReason
from console.scheduler.backoff import retry_at
from tests.boards import BOSS, Board


def test_a_claim_raises_the_fence_and_names_its_session(board: Board) -> None:
    task = board.task()
    session = board.claim(task.id)
    held = get_task(board.db, task.id)
    assert (held.status, held.fence, held.session, session.fence, session.attempt) == ("working", 1, session.id, 1, 1)


def test_claiming_again_with_the_same_session_is_the_same_claim(board: Board) -> None:
    task = board.task()
    start = board.start("dev")
    first = claim_task(board.db, task.id, start, by=SCHEDULER, now=5)
    assert claim_task(board.db, task.id, start, by=SCHEDULER, now=6) == first
    assert get_task(board.db, task.id).fence == 1


def test_a_second_claim_is_refused_and_names_the_holder(board: Board) -> None:
    task = board.task()
    board.claim(task.id, "zhangfei-dev")
    with pytest.raises(Conflict, match="zhangfei-dev"):
        board.claim(task.id, "other")


@pytest.mark.parametrize(
    "why", ["held", "blocked", "paused", "home", "archived", "date", "assigned", "plan", "unsettled", "done"]
)
def test_a_claim_is_refused_with_its_reason(board: Board, why: str) -> None:
    first = board.task("first")
    words = {"home": "home is paused", "date": "date", "unsettled": "not confirmed ended", "plan": "under review"}
    task = board.task(
        assignee="guanyu-dev" if why == "assigned" else None,
        after=(first.id,) if why == "blocked" else (),
        not_before=10**13 if why == "date" else None,
    )
    if why == "held":
        hold_task(board.db, task.id, reason="wait for data", by=BOSS, now=5)
    if why == "paused":
        pause_project(board.db, by=BOSS, now=5)
    if why == "archived":
        board.db.execute("UPDATE project SET archived = 1, rev = rev + 1")
    if why == "plan":
        board.db.execute(
            "INSERT INTO reviews (task_id, protocol, opened_at, round_at, updated_at) VALUES (?, 'plan_review', 1, 1, 1)",
            (task.id,),
        )
    if why == "unsettled":
        session = board.claim(task.id)
        hold_task(board.db, task.id, reason="", by=BOSS, now=5)
        release_task(board.db, task.id, by=BOSS, now=6)
        assert session.gone_at is None
    if why == "done":
        board.work(task.id)
    with pytest.raises(Conflict, match=words.get(why, why)):
        claim_task(board.db, task.id, board.start("dev"), by=SCHEDULER, now=7, home_paused=why == "home")


def test_a_resumed_project_can_be_claimed_in_again(board: Board) -> None:
    task = board.task()
    pause_project(board.db, reason="lunch", by=BOSS, now=5)
    resume_project(board.db, by=BOSS, now=6)
    assert board.claim(task.id).task_id == task.id


def test_a_stale_fence_is_refused_everywhere_and_names_the_present_holder(board: Board) -> None:
    task = board.task(reviews=("output_review",))
    old = board.claim(task.id, "dev")
    board.gone(old, SessionStatus.LOST, counted=True, failure="gone")
    board.claim(task.id, "guanyu-dev")
    who = Actor(name="dev", origin=Origin.AGENT, session=old.id)
    with pytest.raises(StaleFence, match="guanyu-dev"):
        submit(board.db, old.id, old.fence, summary="late", by=who, now=50)
    with pytest.raises(StaleFence):
        renew(board.db, old.id, old.fence, lease_ms=1000, now=50)
    with pytest.raises(StaleFence):
        add_comment(board.db, task.id, "late", fence=old.fence, by=who, now=50)
    with pytest.raises(StaleFence):
        release_claim(board.db, old.id, old.fence, reason="late", by=who, now=50)


def test_a_cancel_ends_the_fence_at_once_and_keeps_the_slot_until_death(board: Board) -> None:
    task = board.task()
    session = board.claim(task.id)
    assert cancel_task(board.db, task.id, by=BOSS, now=9).status == "cancelled"
    with pytest.raises(StaleFence, match="cancelled"):
        check_fence(board.db, session.id, session.fence)
    retry_task(board.db, task.id, by=BOSS, now=10)
    assert ready_tasks(board.db, now=10**9) == ()
    board.gone(session, SessionStatus.CANCELLED)
    assert [t.id for t in ready_tasks(board.db, now=10**9)] == [task.id]
    row = board.db.execute("SELECT status, stop_reason FROM sessions").fetchone()
    assert tuple(row) == ("cancelled", "cancel")


def test_a_runner_and_recovery_never_both_win_a_starting_session(board: Board) -> None:
    task = board.task()
    first = claim_task(board.db, task.id, board.start("dev"), by=SCHEDULER, now=5)
    assert mark_lost_if_starting(board.db, first.id, now=6)
    assert not mark_running(board.db, first.id, now=7)
    board.gone(first, SessionStatus.LOST)
    second = claim_task(board.db, task.id, board.start("dev"), by=SCHEDULER, now=8)
    assert mark_running(board.db, second.id, now=9)
    assert not mark_lost_if_starting(board.db, second.id, now=10)


def test_a_runner_does_not_start_what_was_asked_to_stop(board: Board) -> None:
    task = board.task()
    session = claim_task(board.db, task.id, board.start("dev"), by=SCHEDULER, now=5)
    request_stop(board.db, session.id, StopReason.OPERATOR, by=BOSS, now=6)
    assert not mark_running(board.db, session.id, now=7)


def test_a_failed_attempt_counts_and_waits_and_the_last_one_fails_the_task(board: Board) -> None:
    task = board.task()
    first = board.claim(task.id)
    board.gone(first, SessionStatus.FAILED, counted=True, failure="exit 1", retry_at=10**9)
    waiting = get_task(board.db, task.id)
    assert (waiting.status, waiting.attempts, waiting.failure, waiting.retry_at) == ("pending", 1, "exit 1", 10**9)
    assert ready_tasks(board.db, now=10**9 - 1) == ()
    second = claim_task(board.db, task.id, board.start("dev"), by=SCHEDULER, now=10**9)
    assert (second.attempt, second.fence) == (2, 2)
    board.gone(second, SessionStatus.FAILED, counted=True, failure="exit 1", exhausted=True)
    assert get_task(board.db, task.id).status == "failed"
    assert retry_task(board.db, task.id, by=BOSS, now=10**9 + 1).attempts == 0


def test_an_attempt_that_does_not_count_leaves_the_number(board: Board) -> None:
    task = board.task()
    board.gone(board.claim(task.id), SessionStatus.FAILED, counted=False, failure="rate-limited")
    assert get_task(board.db, task.id).attempts == 0


def test_a_released_task_rests_as_a_failed_attempt_does(board: Board) -> None:
    task = board.task()
    session = board.claim(task.id)
    who = Actor(name="dev", origin=Origin.AGENT, session=session.id)
    free = release_claim(board.db, session.id, session.fence, reason="not mine", by=who, now=10**9)
    assert (free.status, free.attempts, free.failure) == ("pending", 1, "released: not mine")
    assert free.retry_at == retry_at(session, 1, Policy(), 10**9)
    board.gone(session, SessionStatus.FAILED)
    assert [t.id for t in ready_tasks(board.db, now=10**9 + 30_000)] == [task.id]


def test_the_end_of_a_session_is_settled_once(board: Board) -> None:
    task = board.task()
    session = board.claim(task.id)
    ended = board.gone(session, SessionStatus.FAILED, counted=True, failure="first word")
    assert board.gone(session, SessionStatus.LOST, counted=True, failure="second word") == ended
    assert get_task(board.db, task.id).attempts == 1


def test_a_submit_repeated_is_the_same_submit(board: Board) -> None:
    task = board.task(reviews=("output_review",))
    session = board.claim(task.id)
    who = Actor(name="dev", origin=Origin.AGENT, session=session.id)
    for _ in range(2):
        assert submit(board.db, session.id, session.fence, summary="done", by=who, now=board.now()).status == "review"
    (rounds,) = board.db.execute("SELECT count(*) FROM submissions").fetchone()
    assert rounds == 1


def test_a_task_without_review_is_done_by_its_submit_and_unblocks_the_next(board: Board) -> None:
    first = board.task()
    second = board.task(after=(first.id,))
    assert board.work(first.id).status == "done"
    assert [t.id for t in ready_tasks(board.db, now=10**9)] == [second.id]


def test_an_agent_that_ends_well_without_submit_leaves_the_decision_to_the_operator(board: Board) -> None:
    task = board.task()
    session = board.claim(task.id)
    for _ in range(2):
        end_without_submit(board.db, session.id, summary="I believe it works", now=board.now())
    assert board.status(task.id) == "review"
    review = board.db.execute("SELECT status, escalated_to, reason FROM reviews").fetchone()
    assert (review["status"], review["escalated_to"]) == ("escalated", "operator")


def _says_so(board: Board, session: Session) -> None:
    end_without_submit(board.db, session.id, summary="I still believe it works", now=board.now())


def test_changes_that_the_operator_asked_for_come_back_to_the_operator_with_or_without_a_submit(board: Board) -> None:
    board.task()
    end_without_submit(board.db, board.claim(1).id, summary="I believe it works", now=board.now())
    ways: list[Callable[[Board, Session], object]] = [_says_so, Board.submit, _says_so]
    for round_, hands_in in enumerate(ways, start=2):
        operator_verdict(board.db, 1, verdict=Verdict.REQUEST_CHANGES, comment="show it", by=BOSS, now=board.now())
        assert board.status(1) == "pending"
        hands_in(board, board.claim(1))
        (review,) = board.db.execute("SELECT round, status, escalated_to, reason FROM reviews").fetchall()
        assert tuple(review) == (round_, "escalated", "operator", "the changes you asked for are handed in")


def test_an_external_agent_claims_submits_and_frees_its_slot_by_itself(board: Board) -> None:
    task = board.task()
    session = board.claim(task.id, backend="external")
    assert session.status == "running"
    who = Actor(name="dev", origin=Origin.AGENT, session=session.id)
    submit(board.db, session.id, session.fence, summary="done", by=who, now=board.now())
    (gone,) = board.db.execute("SELECT gone_at FROM sessions").fetchone()
    assert gone is not None


def test_a_reviewer_cannot_submit_and_an_author_cannot_review(board: Board) -> None:
    board.task(reviews=("output_review",))
    board.work(1, "dev")
    seat = board.seat("rev")
    with pytest.raises(UsageError, match="verdict"):
        submit(board.db, seat.id, seat.fence, summary="x", by=SCHEDULER, now=board.now())
    board.db.execute("UPDATE reviews SET author = 'rev'")
    board.gone(seat, SessionStatus.LOST)
    with pytest.raises(Conflict, match="cannot review it"):
        claim_seat(board.db, 1, board.start("rev"), by=SCHEDULER, now=board.now())


def test_the_same_key_creates_a_task_once(board: Board) -> None:
    made = [create_task(board.db, NewTask(title="once"), by=BOSS, now=board.now(), key="k1") for _ in range(3)]
    assert {task.id for task in made} == {made[0].id}


CLAIMER = textwrap.dedent("""
    import sys, uuid
    from pathlib import Path
    from console.blackboard.connection import open_project
    from console.blackboard.reads.tasks import ready_tasks
    from console.blackboard.writes.claims import Start, claim_task
    from console.errors import Conflict
    from console.records.actor import SCHEDULER
    db, mine = open_project(Path(sys.argv[1])), 0
    while ready := ready_tasks(db, now=10**9, limit=8):
        for task in ready:
            try:
                claim_task(db, task.id, Start(session=str(uuid.uuid4()), agent=sys.argv[2], backend="command"),
                           by=SCHEDULER, now=10**9)
                mine += 1
            except Conflict:
                pass
    print(mine)
""")


def test_eight_processes_claim_every_task_exactly_once(board: Board) -> None:
    for number in range(160):
        board.task(f"t{number}")
    claimers = [
        subprocess.Popen(
            [sys.executable, "-c", CLAIMER, str(board.folder), f"agent{i}"],
            stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[3],
        )
        for i in range(8)
    ]  # fmt: skip
    taken = [int(claimer.communicate(timeout=60)[0]) for claimer in claimers]
    assert sum(taken) == 160
    (sessions,) = board.db.execute("SELECT count(DISTINCT task_id) FROM sessions WHERE fence = 1").fetchone()
    assert sessions == 160
