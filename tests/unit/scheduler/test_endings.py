"""Promises of console/scheduler/endings.py and backoff.py: how a session ends whose process is gone."""

from __future__ import annotations

from typing import Any

import pytest

from console.records.ending import Ending, Life
from console.records.policy import Policy
from console.records.review import SeatStatus
from console.records.session import SessionStatus, StopReason
from console.scheduler.actions import Action, EndSession, StopSession
from console.scheduler.backoff import retry_at
from tests.play import DOWN, NOW, SECOND, Play, present, review, seat, session, view

FIRST_RETRY = retry_at(session(), 1, Policy(), NOW)
HELD_SEAT = seat(status=SeatStatus.WORKING, fence=1, session="s1")


def end(status: SessionStatus, **more: Any) -> EndSession:
    usual: dict[str, Any] = {"counted": False, "failure": None, "retry_at": None}
    return EndSession(**{"project": "p", "session": "s1", "status": status, **usual, **more})


def again(status: SessionStatus, failure: str | None, **more: Any) -> EndSession:
    return end(status, failure=failure, **{"counted": True, "retry_at": FIRST_RETRY, **more})


def ended(ending: Ending | None, **more: Any) -> Play:
    return Play(view(present=(present(life=Life.DEAD, ending=ending, **more),)))


def test_after_a_submit_the_session_ends_as_it_was_settled() -> None:
    submitted = {"status": SessionStatus.SUCCEEDED, "ended_at": NOW}
    ended(Ending(exit_code=0), task_status="review", **submitted).then(end(SessionStatus.SUCCEEDED))
    ended(None, task_status="done", **submitted).then(end(SessionStatus.SUCCEEDED))
    ended(Ending(exit_code=1), task_status="done", **submitted).then(end(SessionStatus.SUCCEEDED))


def test_ending_well_without_a_submit_is_no_failure_and_no_retry() -> None:
    ended(Ending(exit_code=0)).then(end(SessionStatus.SUCCEEDED))


def test_what_somebody_ended_past_us_is_no_attempt_and_holds_its_task() -> None:
    past_us = Ending(exit_code=None, elsewhere=True, failure="somebody ended it in the gateway")
    ended(past_us).then(end(SessionStatus.CANCELLED, failure="somebody ended it in the gateway", hold=True))
    ended(past_us, stop_reason=StopReason.ESTOP).then(end(SessionStatus.CANCELLED))
    ended(past_us, task_status="done", status=SessionStatus.SUCCEEDED, ended_at=NOW).then(end(SessionStatus.SUCCEEDED))


@pytest.mark.parametrize(
    ("ending", "status", "failure"),
    [
        (Ending(exit_code=3), SessionStatus.FAILED, "exit code 3"),
        (Ending(exit_code=None, signal=11), SessionStatus.FAILED, "ended by signal 11"),
        (Ending(exit_code=127, failure="command not found"), SessionStatus.FAILED, "command not found"),
        (Ending(exit_code=None, signal=9, timed_out=True), SessionStatus.TIMED_OUT, "ran out of time"),
        (Ending(exit_code=0, stopped="timeout"), SessionStatus.TIMED_OUT, "ran out of time"),
        (None, SessionStatus.LOST, "its runner was killed"),
    ],
)
def test_a_failed_attempt_counts_and_is_repeated_after_a_back_off(
    ending: Ending | None, status: SessionStatus, failure: str
) -> None:
    ended(ending).then(again(status, failure))


@pytest.mark.parametrize("ending", [Ending(exit_code=75), Ending(exit_code=75, rate_limited=True)])
def test_a_rate_limited_attempt_does_not_count_however_often(ending: Ending) -> None:
    last = ended(ending, attempt=3).decides()
    assert last == [
        end(
            SessionStatus.FAILED,
            failure="rate-limited (exit 75)",
            refused=True,
            retry_at=retry_at(session(), 3, Policy(), NOW),
        )
    ]


def test_the_last_attempt_is_not_repeated() -> None:
    ended(Ending(exit_code=1), attempt=3).then(
        end(SessionStatus.FAILED, counted=True, failure="exit code 1", exhausted=True)
    )
    ended(Ending(exit_code=1), attempt=2).then(
        again(SessionStatus.FAILED, "exit code 1", retry_at=retry_at(session(), 2, Policy(), NOW))
    )


def test_an_e_stopped_attempt_does_not_count_and_starts_again_at_once_after_resume() -> None:
    ended(Ending(exit_code=None, signal=15, stopped="estop")).then(end(SessionStatus.CANCELLED))


@pytest.mark.parametrize("reason", ["cancel", "hold", "operator"])
def test_what_the_operator_stopped_does_not_count(reason: str) -> None:
    ended(Ending(exit_code=None, signal=15, stopped=reason)).then(again(SessionStatus.CANCELLED, None, counted=False))


def test_a_stop_counts_as_one_where_the_runner_died_before_it_could_say_so() -> None:
    asked = {"stop_reason": StopReason.ESTOP, "stop_requested_at": NOW}
    ended(None, **asked).then(end(SessionStatus.CANCELLED))
    ended(Ending(exit_code=1), **asked).then(end(SessionStatus.CANCELLED))
    late = {"stop_reason": StopReason.TIMEOUT, "stop_requested_at": NOW}
    ended(None, **late).then(again(SessionStatus.TIMED_OUT, "ran out of time"))


def test_work_that_ended_well_just_before_the_stop_is_not_thrown_away() -> None:
    asked = {"stop_reason": StopReason.ESTOP, "stop_requested_at": NOW}
    ended(Ending(exit_code=0), **asked).then(end(SessionStatus.SUCCEEDED))


@pytest.mark.parametrize("status", ["held", "cancelled", "pending"])
def test_what_was_taken_from_a_session_is_not_retried_for_it(status: str) -> None:
    ended(Ending(exit_code=1), task_status=status).then(end(SessionStatus.CANCELLED))


def test_an_old_fence_fails_nobody_elses_attempt() -> None:
    ended(Ending(exit_code=1), task_fence=2).then(end(SessionStatus.CANCELLED))


def test_a_session_that_never_came_up_is_lost_after_its_grace_and_does_not_count() -> None:
    starting = present(life=Life.UNBORN, status=SessionStatus.STARTING, started_at=None)
    play = Play(view(present=(starting,))).after(29.9).then().after(0.1)
    lost = retry_at(session(), 1, Policy(), play.now)
    ended = end(SessionStatus.LOST, failure="its runner never came up", retry_at=lost)
    assert ended in play.decides()
    play.project(open_causes=frozenset({"no-show:dev"})).then(ended)


def test_one_that_recovery_has_called_lost_is_ended_at_once() -> None:
    lost = present(life=Life.UNBORN, status=SessionStatus.LOST, started_at=None, ended_at=NOW)
    Play(view(present=(lost,))).then(end(SessionStatus.LOST, retry_at=FIRST_RETRY))


def test_unknown_is_neither_alive_nor_dead() -> None:
    Play(view(present=(present(life=Life.UNKNOWN, backend="gateway"),)), links=DOWN).after(300).then()


def test_an_external_session_ends_with_its_lease_and_is_never_stopped() -> None:
    outside = present(life=Life.UNKNOWN, backend="external", lease_until=NOW + 90 * SECOND)
    play = Play(view(present=(outside,)), estopped=True).after(89).then().after(1)
    lost = retry_at(session(), 1, Policy(), play.now)
    play.then(again(SessionStatus.LOST, "its lease ended without a renewal", retry_at=lost))


def test_an_external_session_whose_task_was_cancelled_counts_nothing() -> None:
    outside = present(life=Life.UNKNOWN, backend="external", lease_until=NOW, task_status="cancelled")
    Play(view(present=(outside,))).then(end(SessionStatus.CANCELLED))


@pytest.mark.parametrize(
    ("ending", "status", "failure"),
    [
        (Ending(exit_code=0), SessionStatus.FAILED, "ended without a verdict"),
        (Ending(exit_code=2), SessionStatus.FAILED, "exit code 2"),
        (None, SessionStatus.LOST, "its runner was killed"),
    ],
)
def test_a_reviewer_that_ends_without_a_verdict_has_failed(
    ending: Ending | None, status: SessionStatus, failure: str
) -> None:
    on_seat: dict[str, Any] = {"seat_id": 1, "seat": HELD_SEAT, "review": review(), "task_status": "review"}
    ended(ending, **on_seat).then(again(status, failure))
    ended(ending, attempt=3, **on_seat).then(end(status, counted=True, failure=failure, exhausted=True))


def test_a_reviewer_whose_seat_was_vacated_is_stopped_and_not_counted() -> None:
    vacated = seat(status=SeatStatus.VACANT, fence=1)
    on_seat: dict[str, Any] = {"seat_id": 1, "seat": vacated, "review": review(), "task_status": "review"}
    Play(view(present=(present(**on_seat),))).then(StopSession(project="p", session="s1", reason=StopReason.CANCEL))
    ended(Ending(exit_code=None, signal=15), **on_seat).then(end(SessionStatus.CANCELLED))


def test_ending_is_for_every_session_that_is_gone() -> None:
    gone = [present(session(name), life=Life.DEAD, ending=Ending(exit_code=0)) for name in ("a", "b")]
    found: list[Action] = Play(view(present=tuple(gone))).decides()
    assert [a.session for a in found if isinstance(a, EndSession)] == ["a", "b"]


def test_back_off_grows_to_its_cap_and_jitter_only_shortens_it() -> None:
    policy = Policy()
    for attempt, full in [(1, 30), (2, 60), (3, 120), (6, 600), (1_000_000, 600)]:
        for name in ("a", "b", "c"):
            wait = retry_at(session(agent=name), attempt, policy, NOW) - NOW
            assert 0.75 * full * SECOND <= wait <= full * SECOND
    assert len({retry_at(session(task_id=n), 1, policy, NOW) for n in range(20)}) > 10
