"""Promises of console/scheduler/rounds.py: no review waits for nobody."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from console.records.policy import Policy
from console.records.project import ProjectState
from console.records.review import ReviewStatus, SeatKind, SeatStatus
from console.records.task import TaskStatus
from console.reviews.protocol import Protocol
from console.scheduler.actions import EndRound, PrepareRound, StartSeat
from tests.play import NOW, SECOND, Play, agent, present, review, seat, session, view, waiting

DEV, REV, REV2, LEAD = agent("dev"), agent("rev", "reviewer"), agent("rev2", "reviewer"), agent("lead", "lead")
TEAM = (DEV, REV, LEAD)


def prepared(*reviewers: str, ladder: tuple[str, ...] = ()) -> PrepareRound:
    return PrepareRound(project="p", review_id=1, round=1, reviewers=reviewers, ladder=ladder)


def ended(*seats: int, reason: str) -> EndRound:
    return EndRound(project="p", review_id=1, round=1, seats=seats, reason=reason)


def by(**fields: Any) -> dict[str, Protocol]:
    """The protocol of the review as a project has it."""
    return {"output_review": Protocol(**{"name": "output_review", **fields})}


def test_a_new_round_gets_the_projects_reviewer() -> None:
    Play(view(agents=TEAM, rounds=(waiting(),))).then(prepared("rev"))


def test_without_a_reviewer_the_lead_is_asked() -> None:
    Play(view(agents=(DEV, LEAD), rounds=(waiting(),))).then(prepared("lead"))


def test_the_author_never_reviews_so_nobody_does() -> None:
    Play(view(agents=(DEV,), rounds=(waiting(),))).then(prepared())
    own = waiting(review(author="lead"))
    Play(view(agents=(DEV, LEAD), rounds=(own,))).then(prepared())


def test_the_one_whom_the_protocol_names_goes_before_the_role() -> None:
    named = view(agents=TEAM, rounds=(waiting(),), protocols=by(reviewers=("lead",)))
    Play(named).then(prepared("lead"))


def test_a_protocol_may_want_two_seats() -> None:
    both = view(agents=TEAM, rounds=(waiting(),), protocols=by(reviewers=("@reviewer", "@lead")))
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


def test_a_round_whose_last_seat_fell_vacant_is_looked_at_once_more() -> None:
    empty = waiting(review(), seat(status=SeatStatus.VACANT))
    Play(view(agents=TEAM, rounds=(empty,))).then(ended(reason=""))
    half = waiting(review(), seat(1, "rev", status=SeatStatus.GIVEN), seat(2, "lead", status=SeatStatus.VACANT))
    Play(view(agents=TEAM, rounds=(half,))).then(ended(reason=""))


def test_a_round_that_lost_a_seat_waits_for_the_others() -> None:
    half = waiting(review(), seat(1, "rev"), seat(2, "lead", status=SeatStatus.VACANT))
    Play(view(agents=TEAM, rounds=(half,))).then(StartSeat(project="p", seat_id=1, task_id=1, agent="rev"))


def test_a_reviewer_that_left_the_project_is_not_waited_for() -> None:
    gone = ended(1, reason="rev is no agent of this project any more")
    Play(view(agents=(DEV,), rounds=(waiting(review(), seat()),))).then(gone)
    both = waiting(review(), seat(), seat(2, "lead"))
    Play(view(agents=(DEV, LEAD), rounds=(both,))).then(gone)
    at_work = waiting(review(), seat(status=SeatStatus.WORKING, session="s1"))
    held = present(session(agent="rev", seat_id=1), seat=at_work.seats[0], task_status="review")
    Play(view(agents=(DEV,), rounds=(at_work,), present=(held,))).then()


def test_all_verdicts_given_is_somebody_elses_business() -> None:
    full = waiting(review(), seat(status=SeatStatus.GIVEN))
    Play(view(agents=TEAM, rounds=(full,))).then()


def test_what_the_operator_is_asked_and_an_archived_project_are_left_alone() -> None:
    mine = waiting(review(status=ReviewStatus.ESCALATED, escalated_to="operator"), seat(status=SeatStatus.VACANT))
    Play(view(agents=TEAM, rounds=(mine,))).then()
    closed = ProjectState(project="p", epoch="e", archived=True)
    Play(view(agents=TEAM, rounds=(waiting(),), state=closed)).then()


def test_the_round_of_a_held_task_rests_with_it() -> None:
    for resting in (waiting(), waiting(review(), seat())):
        held = replace(resting, task=replace(resting.task, status=TaskStatus.HELD, held_from=TaskStatus.REVIEW))
        Play(view(agents=TEAM, rounds=(held,))).then()


def test_whoever_judged_the_round_before_judges_the_next() -> None:
    second = review(round=2)
    before = replace(waiting(second), before=("rev2",))
    again = PrepareRound(project="p", review_id=1, round=2, reviewers=("rev2",))
    Play(view(agents=(DEV, REV, REV2), rounds=(before,))).then(again)
    left = replace(waiting(second), before=("gone",))
    Play(view(agents=(DEV, REV, REV2), rounds=(left,))).then(replace(again, reviewers=("rev",)))


def test_the_ladder_has_whom_protocol_or_setting_name_and_the_project_lists() -> None:
    boss = agent("pangtong-fujunshi", "lead")
    Play(view(agents=(DEV, REV, boss), rounds=(waiting(),))).then(prepared("rev", ladder=("pangtong-fujunshi",)))
    Play(view(agents=TEAM, rounds=(waiting(),))).then(prepared("rev"))
    roles = by(escalate_to=("@lead", "rev2", "operator", "dev"))
    Play(view(agents=(*TEAM, REV2), rounds=(waiting(),), protocols=roles)).then(
        prepared("rev", ladder=("lead", "rev2"))
    )
    mine = by(escalate_to=("operator",))
    Play(view(agents=(DEV, REV, boss), rounds=(waiting(),), protocols=mine)).then(prepared("rev"))
    other = Policy(review_escalate_to="@lead")
    Play(view(agents=TEAM, rounds=(waiting(),), policy=other)).then(prepared("rev", ladder=("lead",)))
    own = waiting(review(author="pangtong-fujunshi"))
    Play(view(agents=(DEV, REV, boss), rounds=(own,))).then(prepared("rev"))


def test_the_final_review_waits_for_the_children_of_its_task() -> None:
    final = replace(waiting(review(protocol="final_review")), open_children=(7,))
    play = Play(view(agents=TEAM, rounds=(final,))).then()
    play.project(rounds=(replace(final, open_children=()),)).then(prepared("rev"))
    Play(view(agents=TEAM, rounds=(replace(final, review=review()),))).then(prepared("rev"))


def test_when_its_time_is_over_a_round_waits_for_nobody_who_is_silent() -> None:
    timed = review(round_timeout=3600, round_until=NOW + 3600 * SECOND)
    half = waiting(
        timed, seat(1, "rev", status=SeatStatus.GIVEN), seat(2, "lead", status=SeatStatus.WORKING, session="s1")
    )
    at_work = present(session(agent="lead", seat_id=2), seat=half.seats[1], task_status="review")
    quiet: dict[str, Any] = {
        "agents": TEAM,
        "policy": Policy(silence_nudge=9999, silence_alert=9999, task_timeout=9999, zombie_after=9999),
    }
    play = Play(view(rounds=(half,), present=(at_work,), **quiet)).after(3599).then()
    play.after(1).then(ended(2, reason="no verdict of lead in 1 h"))
    paused = ProjectState(project="p", epoch="e", paused_at=NOW)
    play.project(state=paused).then()
    play.project(state=ProjectState(project="p", epoch="e")).home(watching_since=play.now).after(599).then()
    play.after(1).then(ended(2, reason="no verdict of lead in 1 h"))


def test_whom_it_went_to_is_waited_for_no_longer_than_a_round_lasts() -> None:
    up = review(status=ReviewStatus.ESCALATED, escalated_to="lead", round_timeout=90, round_until=NOW + 90 * SECOND)
    busy = present(session(agent="lead"))
    asked = waiting(up, seat(1, "rev", status=SeatStatus.VACANT), seat(2, "lead", kind=SeatKind.ESCALATION))
    play = Play(view(agents=TEAM, rounds=(asked,), present=(busy,))).after(89).then()
    play.after(1).then(ended(2, reason="no verdict of lead in 90 s"))
    play.project(agents=(DEV, REV)).after(-1).then(ended(2, reason="lead is no agent of this project any more"))
    silent = replace(asked, seats=(asked.seats[0], replace(asked.seats[1], status=SeatStatus.VACANT)))
    Play(view(agents=TEAM, rounds=(silent,))).then(ended(reason=""))


def test_a_paused_project_prepares_its_rounds_and_starts_none() -> None:
    paused = ProjectState(project="p", epoch="e", paused_at=NOW)
    Play(view(agents=TEAM, rounds=(waiting(),), state=paused)).then(prepared("rev"))
    Play(view(agents=TEAM, rounds=(waiting(review(), seat()),), state=paused)).then()
