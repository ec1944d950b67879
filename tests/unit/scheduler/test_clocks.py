"""Promises of console/scheduler/stops.py and silence.py: run time, silence, lingering, and the operator's acts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from console.records.alert import Level
from console.records.ask import Ask
from console.records.ending import Life
from console.records.session import SessionStatus, StopReason
from console.scheduler.actions import EndAlert, Nudge, RaiseAlert, StopSession
from console.scheduler.snapshot import Present
from tests.play import DOWN, NOW, SECOND, Play, agent, present, session, view

SILENT = RaiseAlert(
    project="p",
    level=Level.ATTENTION,
    cause="silent:s1",
    body="dev has been silent for 300 s on task #1",
    task_id=1,
    session="s1",
)
SPOKE = EndAlert(project="p", cause="silent:s1")


def stop(reason: StopReason) -> StopSession:
    return StopSession(project="p", session="s1", reason=reason)


def talking(one: Present, at: int) -> Present:
    return replace(one, session=replace(one.session, last_word_at=at))


def test_the_run_time_ends_a_session_a_little_after_its_own_runner_should_have() -> None:
    play = Play(view(present=(present(),))).after(614)
    play.project(present=(present(last_word_at=play.now),)).then()
    play.after(1).project(present=(present(last_word_at=play.now),)).then(stop(StopReason.TIMEOUT))


def test_a_runner_whose_clock_is_behind_has_not_run_for_a_year_when_it_begins() -> None:
    behind = present(started_at=NOW - 365 * 86_400 * SECOND, created_at=NOW, last_word_at=NOW)
    Play(view(present=(behind,))).after(10).then()


def test_the_run_time_stands_while_an_agent_cannot_go_on_for_want_of_an_answer() -> None:
    asked = Ask(id=1, task_id=1, session="s1", body="may I?", about={}, at=NOW, source="acp")
    late = view(present=(present(last_word_at=NOW + 4000 * SECOND),), asks=(asked,))
    Play(late).after(4000).then()
    answered = replace(late.present[0], waited=3500 * SECOND)
    Play(late).after(4000).project(present=(answered,), asks=()).then()
    Play(late).after(4200).project(present=(answered,), asks=()).then(stop(StopReason.TIMEOUT))


def test_what_an_agent_asks_by_a_command_of_its_own_does_not_stop_its_clock() -> None:
    asked = Ask(id=1, task_id=1, session="s1", body="which?", about={}, at=NOW)
    late = view(present=(present(last_word_at=NOW + 700 * SECOND),), asks=(asked,))
    Play(late).after(700).then(stop(StopReason.TIMEOUT))


def test_an_agent_may_have_a_run_time_of_its_own() -> None:
    slow = view(present=(present(last_word_at=NOW + 700 * SECOND),), agents=(agent("dev", task_timeout=3600),))
    Play(slow).after(700).then()


def test_a_stop_is_asked_again_only_when_it_had_its_time() -> None:
    asked = present(stop_reason=StopReason.TIMEOUT, stop_requested_at=NOW)
    Play(view(present=(asked,))).after(14).then().after(1).then(stop(StopReason.TIMEOUT))


def test_what_the_operator_asked_for_is_done_at_once_and_again_after_15_seconds() -> None:
    asked = present(stop_reason=StopReason.OPERATOR, stop_requested_at=NOW)
    play = Play(view(present=(asked,))).then(stop(StopReason.OPERATOR))
    play.project(present=(replace(asked, stop_asked_at=NOW),)).after(14).then()
    play.after(1).then(stop(StopReason.OPERATOR))


@pytest.mark.parametrize(
    ("status", "fence", "reason"),
    [
        ("cancelled", 1, StopReason.CANCEL),
        ("held", 1, StopReason.HOLD),
        ("pending", 1, StopReason.CANCEL),
        ("working", 2, StopReason.CANCEL),
    ],
)
def test_a_session_whose_claim_ended_is_stopped(status: str, fence: int, reason: StopReason) -> None:
    Play(view(present=(present(task_status=status, task_fence=fence),))).then(stop(reason))


def test_an_e_stop_stops_everything_that_may_be_alive() -> None:
    alive = [present(session(str(life)), life=life) for life in (Life.ALIVE, Life.UNKNOWN, Life.UNBORN)]
    Play(view(present=tuple(alive)), estopped=True).then(
        *(StopSession(project="p", session=str(p.life), reason=StopReason.ESTOP) for p in alive)
    )


def test_after_a_submit_a_process_has_60_seconds_to_leave() -> None:
    done = present(status=SessionStatus.SUCCEEDED, ended_at=NOW, task_status="review")
    Play(view(present=(done,))).after(59).then().after(1).then(stop(StopReason.LINGERING))


def test_a_silent_agent_raises_one_alert_until_it_speaks() -> None:
    play = Play(view(present=(present(),))).after(299).then().after(1).then(SILENT)
    play.project(open_causes=frozenset({"silent:s1"})).then().after(60).then()
    play.project(present=(present(last_word_at=play.now),)).then(SPOKE)


def test_a_busy_agent_of_nine_quiet_minutes_raises_nothing() -> None:
    play = Play(view(present=(present(),)))
    for _ in range(18):
        # CPU time of its tree is a word.
        play.after(30).project(present=(present(last_word_at=play.now),)).then()


def test_a_gateway_agent_is_nudged_once_before() -> None:
    quiet = present(backend="gateway")
    nudge = Nudge(project="p", session="s1")
    play = Play(view(present=(quiet,))).after(119).then().after(1).then(nudge)
    play.project(present=(present(backend="gateway", nudged_at=play.now),)).after(30).then()


def test_each_agent_may_have_its_own_patience() -> None:
    patient = view(present=(present(),), agents=(agent("dev", silence=900),), last_progress_at=NOW + 500 * SECOND)
    Play(patient).after(500).then()
    hasty = view(present=(present(backend="gateway"),), agents=(agent("dev", nudge=5),))
    Play(hasty).after(5).then(Nudge(project="p", session="s1"))


def test_an_agent_that_left_the_config_is_watched_by_the_projects_clocks() -> None:
    Play(view(present=(present(agent="gone"),))).after(300).then(
        replace(SILENT, body="gone has been silent for 300 s on task #1")
    )


@pytest.mark.parametrize("life", [Life.DEAD, Life.UNBORN])
def test_silence_ends_with_the_session(life: Life) -> None:
    play = Play(view(open_causes=frozenset({"silent:s1"}))).then(SPOKE)
    play.project(present=(present(life=life, ended_at=NOW, status=SessionStatus.LOST),))
    assert SPOKE in play.decides()


def test_while_nobody_can_say_whether_it_lives_its_silence_is_neither_raised_nor_ended() -> None:
    lost = present(life=Life.UNKNOWN, backend="gateway")
    play = Play(view(present=(lost,)), links=DOWN).after(400).then()
    play.project(open_causes=frozenset({"silent:s1"})).then()


def test_one_that_is_being_stopped_is_not_asked_for_a_word() -> None:
    asked = present(stop_reason=StopReason.CANCEL, stop_asked_at=NOW + 300 * SECOND, task_status="cancelled")
    Play(view(present=(asked,))).after(301).then()
