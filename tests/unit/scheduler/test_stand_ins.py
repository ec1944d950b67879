"""Promises of console/scheduler/stand_ins.py: whoever says nothing is followed, before anybody else is asked."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from console.records.fitness import Unfit, UnfitWhy
from console.records.review import ReviewStatus, SeatKind, SeatStatus, StandIn, Verdict, VerdictGiven
from console.reviews.protocol import Protocol
from console.scheduler.actions import EndRound
from tests.play import NOW, SECOND, Play, agent, present, review, seat, session, view, waiting

DEV, REV, REV2, REV3, LEAD = (
    agent("dev"),
    agent("rev", "reviewer"),
    agent("rev2", "reviewer"),
    agent("rev3", "reviewer"),
    agent("lead", "lead"),
)
ALL = (DEV, REV, REV2, REV3, LEAD)
GONE = Unfit(why=UnfitWhy.COMMAND, told="has no program `nowhere`")
LATER = Unfit(why=UnfitWhy.LIMITED, told="is refused until noon", until=NOW + 3600 * SECOND)
FAILED: dict[str, Any] = {"status": SeatStatus.VACANT, "stand_in": StandIn.WANTED}
ABSTAINED: dict[str, Any] = {"status": SeatStatus.GIVEN, "stand_in": StandIn.WANTED}
WHY = "rev failed every attempt"


def ended(*seats: int, reason: str = "", **more: Any) -> EndRound:
    return EndRound(project="p", review_id=1, round=1, seats=seats, reason=reason, **more)


def test_who_gave_up_or_abstained_is_followed_by_the_next_of_the_role() -> None:
    Play(view(agents=ALL, rounds=(waiting(review(), seat(**FAILED)),))).then(ended(1, reason=WHY, instead=("rev2",)))
    Play(view(agents=ALL, rounds=(waiting(review(), seat(**ABSTAINED)),))).then(ended(1, instead=("rev2",)))


def test_the_least_busy_one_follows_and_none_is_asked_twice() -> None:
    busy = view("q", agents=(REV2,), present=(present(session(agent="rev2")),))
    Play(view(agents=ALL, rounds=(waiting(review(), seat(**ABSTAINED)),)), busy).then(ended(1, instead=("rev3",)))
    sought = seat(1, "rev", status=SeatStatus.GIVEN, stand_in=StandIn.SOUGHT)
    second = waiting(review(), sought, seat(2, "rev2", **FAILED))
    Play(view(agents=ALL, rounds=(second,))).then(ended(2, reason="rev2 failed every attempt", instead=("rev3",)))


def test_after_the_role_the_lead_follows_and_never_the_author_or_the_ladder() -> None:
    one = waiting(review(), seat(**ABSTAINED))
    Play(view(agents=(DEV, REV, LEAD), rounds=(one,))).then(ended(1, instead=("lead",)))
    own = waiting(review(author="lead"), seat(**ABSTAINED))
    Play(view(agents=(DEV, REV, LEAD), rounds=(own,))).then(ended(1))
    ladder = waiting(review(ladder=("lead",)), seat(**ABSTAINED))
    Play(view(agents=(DEV, REV, LEAD), rounds=(ladder,))).then(ended(1))


def test_two_who_say_nothing_are_followed_by_two() -> None:
    both = waiting(review(), seat(1, "rev", **FAILED), seat(2, "lead", **ABSTAINED))
    Play(view(agents=ALL, rounds=(both,))).then(ended(1, 2, reason=WHY, instead=("rev2", "rev3")))


def test_nobody_follows_while_others_still_speak() -> None:
    half = waiting(review(), seat(1, "rev", **FAILED), seat(2, "lead", status=SeatStatus.WORKING, session="s1"))
    at_work = present(session(agent="lead", seat_id=2), seat=half.seats[1], task_status="review")
    Play(view(agents=ALL, rounds=(half,), present=(at_work,))).then()


def test_a_named_one_and_one_that_left_are_followed_too() -> None:
    named = {"output_review": Protocol(name="output_review", reviewers=("dev2",))}
    gone = waiting(review(), seat(1, "dev2"))
    why = "dev2 is no agent of this project any more"
    Play(view(agents=ALL, rounds=(gone,), protocols=named)).then(ended(1, reason=why, instead=("rev",)))
    there = (agent("dev2"), agent("dev3"), *ALL)
    failed = waiting(review(), seat(1, "dev2", **ABSTAINED))
    Play(view(agents=there, rounds=(failed,), protocols=named)).then(ended(1, instead=("rev",)))


def test_a_waiting_seat_goes_to_somebody_who_can_be_started() -> None:
    one = waiting(review(), seat())
    for unfit in (GONE, LATER):
        away = view(agents=ALL, rounds=(one,), unfit={"rev": unfit}, open_causes=frozenset({"unfit:rev"}))
        Play(away).then(ended(1, reason=f"rev {unfit.told}", instead=("rev2",), heard=False))
    alone = view(agents=(DEV, REV), rounds=(one,), unfit={"rev": LATER})
    Play(alone).then()


def test_who_was_passed_over_is_asked_when_it_can_be() -> None:
    passed = waiting(review(), seat(1, "rev", status=SeatStatus.VACANT), seat(2, "rev2", **ABSTAINED))
    Play(view(agents=(DEV, REV, REV2), rounds=(passed,))).then(ended(2, instead=("rev",)))
    Play(view(agents=(DEV, REV, REV2), rounds=(passed,), unfit={"rev": LATER})).then(ended(2, instead=("rev",)))
    mended = view(agents=(DEV, REV, REV2), rounds=(passed,), unfit={"rev": GONE})
    Play(mended).then(ended(2, left="rev has no program `nowhere`"))


def test_whom_it_went_to_and_cannot_be_started_is_passed_over() -> None:
    up = review(status=ReviewStatus.ESCALATED, escalated_to="lead", ladder=("lead",))
    asked = waiting(up, seat(1, "rev", status=SeatStatus.GIVEN), seat(2, "lead", kind=SeatKind.ESCALATION))
    away = view(agents=ALL, rounds=(asked,), unfit={"lead": LATER})
    Play(away).then(ended(2, reason="lead is refused until noon", heard=False))


def test_silence_until_the_time_is_over_is_followed_unless_somebody_spoke() -> None:
    timed = review(round_timeout=90, round_until=NOW)
    late: dict[str, Any] = {"watching_since": NOW - 10_000 * SECOND}
    why = "no verdict of rev in 90 s"
    play = Play(view(agents=ALL, rounds=(waiting(timed, seat()),)), **late)
    play.then(ended(1, reason=why, instead=("rev2",)))
    spoken = VerdictGiven(id=1, review_id=1, round=1, seat_id=2, reviewer="lead", verdict=Verdict.APPROVE)
    half = replace(waiting(timed, seat(), seat(2, "lead", status=SeatStatus.GIVEN)), verdicts=(spoken,))
    Play(view(agents=ALL, rounds=(half,)), **late).then(ended(1, reason=why))
