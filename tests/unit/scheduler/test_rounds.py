"""Promises of console/scheduler/rounds.py: no review waits for nobody."""

from __future__ import annotations

from console.records.project import ProjectState
from console.records.review import ReviewStatus, SeatStatus
from console.scheduler.actions import Escalate, PrepareRound, StartSeat
from tests.play import NOW, SECOND, Play, agent, present, review, seat, session, view, waiting

DEV, REV, REV2, LEAD = agent("dev"), agent("rev", "reviewer"), agent("rev2", "reviewer"), agent("lead", "lead")
TEAM = (DEV, REV, LEAD)


def prepared(*reviewers: str) -> PrepareRound:
    return PrepareRound(project="p", review_id=1, round=1, reviewers=reviewers)


def asked(reason: str) -> Escalate:
    return Escalate(project="p", review_id=1, round=1, to="operator", reason=reason)


def test_a_new_round_gets_the_projects_reviewer() -> None:
    Play(view(agents=TEAM, rounds=(waiting(),))).then(prepared("rev"))


def test_without_a_reviewer_the_lead_is_asked() -> None:
    Play(view(agents=(DEV, LEAD), rounds=(waiting(),))).then(prepared("lead"))


def test_the_author_never_reviews_so_the_operator_is_asked() -> None:
    Play(view(agents=(DEV,), rounds=(waiting(),))).then(asked("no eligible reviewer"))
    own = waiting(review(author="lead"))
    Play(view(agents=(DEV, LEAD), rounds=(own,))).then(asked("no eligible reviewer"))


def test_the_one_whom_the_protocol_names_goes_before_the_role() -> None:
    named = view(agents=TEAM, rounds=(waiting(),), reviewers={"output_review": ("lead",)})
    Play(named).then(prepared("lead"))


def test_a_protocol_may_want_two_seats() -> None:
    both = view(agents=TEAM, rounds=(waiting(),), reviewers={"output_review": ("@reviewer", "@lead")})
    Play(both).then(prepared("rev", "lead"))


def test_the_least_busy_reviewer_in_any_project_is_taken() -> None:
    busy = view("q", agents=(REV,), present=(present(session(agent="rev")),))
    Play(view(agents=(DEV, REV, REV2), rounds=(waiting(),)), busy).then(prepared("rev2"))


def test_prepared_seats_start_before_any_task() -> None:
    Play(view(agents=TEAM, rounds=(waiting(review(), seat()),))).then(
        StartSeat(project="p", seat_id=1, task_id=1, agent="rev")
    )


def test_a_seat_waits_for_its_back_off_and_for_the_end_of_its_last_session() -> None:
    late = seat(retry_at=NOW + 5 * SECOND)
    play = Play(view(agents=TEAM, rounds=(waiting(review(), late),))).after(4).then()
    play.after(1).then(StartSeat(project="p", seat_id=1, task_id=1, agent="rev"))
    held = present(
        session(agent="other", seat_id=1), seat=seat(status=SeatStatus.WORKING, fence=1), task_status="review"
    )
    Play(view(agents=TEAM, rounds=(waiting(review(), seat()),), present=(held,))).then()


def test_when_every_reviewer_failed_the_operator_is_asked() -> None:
    empty = waiting(review(), seat(status=SeatStatus.VACANT))
    Play(view(agents=TEAM, rounds=(empty,))).then(asked("no reviewer is left: rev failed every attempt"))


def test_a_round_that_lost_a_seat_after_the_last_verdict_does_not_hang() -> None:
    half = waiting(review(), seat(1, "rev", status=SeatStatus.GIVEN), seat(2, "lead", status=SeatStatus.VACANT))
    Play(view(agents=TEAM, rounds=(half,))).then(asked("lead gave no verdict"))


def test_a_round_that_lost_a_seat_waits_for_the_others() -> None:
    half = waiting(review(), seat(1, "rev"), seat(2, "lead", status=SeatStatus.VACANT))
    Play(view(agents=TEAM, rounds=(half,))).then(StartSeat(project="p", seat_id=1, task_id=1, agent="rev"))


def test_a_reviewer_that_left_the_project_is_not_waited_for() -> None:
    Play(view(agents=(DEV,), rounds=(waiting(review(), seat()),))).then(
        asked("rev is to review it and is no longer an agent of this project")
    )


def test_all_verdicts_given_is_somebody_elses_business() -> None:
    full = waiting(review(), seat(status=SeatStatus.GIVEN))
    Play(view(agents=TEAM, rounds=(full,))).then()


def test_an_escalated_review_and_an_archived_project_are_left_alone() -> None:
    Play(view(agents=TEAM, rounds=(waiting(review(status=ReviewStatus.ESCALATED)),))).then()
    closed = ProjectState(project="p", epoch="e", archived=True)
    Play(view(agents=TEAM, rounds=(waiting(),), state=closed)).then()


def test_a_paused_project_prepares_its_rounds_and_starts_none() -> None:
    paused = ProjectState(project="p", epoch="e", paused_at=NOW)
    Play(view(agents=TEAM, rounds=(waiting(),), state=paused)).then(prepared("rev"))
    Play(view(agents=TEAM, rounds=(waiting(review(), seat()),), state=paused)).then()
