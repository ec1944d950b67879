"""Promises of console/scheduler/self_check.py, unassignable.py and pressure.py: one cause, one alert, one end."""

from __future__ import annotations

from typing import Any

import pytest

from console.records.alert import Level
from console.records.ending import Life
from console.records.policy import Policy
from console.records.project import ProjectState
from console.records.session import SessionStatus
from console.scheduler.actions import EndAlert, RaiseAlert, StartTask
from tests.play import DOWN, NOW, SECOND, Play, agent, present, session, task, view

PATIENT = Policy(silence_alert=100_000, task_timeout=100_000)
STUCK = RaiseAlert(
    project="p",
    level=Level.ATTENTION,
    cause="no-progress",
    body="nothing has moved for 600 s, though there is work and somebody could do it",
)
START = StartTask(project="p", task_id=1, agent="dev")


MORE_END = EndAlert(project="p", cause="unassignable:more")


def unfit(body: str) -> RaiseAlert:
    return RaiseAlert(project="p", level=Level.ATTENTION, cause="unassignable:1", body=f"task #1: {body}", task_id=1)


# --- self-check


def test_work_that_never_starts_is_noticed_once_and_until_something_moves() -> None:
    play = Play(view(ready=(task(1),))).after(599).then(START).after(1).then(START, STUCK)
    play.project(open_causes=frozenset({"no-progress"})).after(60).then(START)
    play.project(last_progress_at=play.now).then(START, EndAlert(project="p", cause="no-progress"))


def test_a_session_of_which_nothing_is_heard_is_no_progress() -> None:
    Play(view(present=(present(),), policy=PATIENT)).after(599).then().after(1).then(STUCK)


def test_the_words_of_a_busy_agent_are_progress() -> None:
    play = Play(view(present=(present(last_word_at=NOW + 550 * SECOND),), policy=PATIENT))
    play.after(1149).then()


def test_an_idle_project_is_not_stuck() -> None:
    Play(view()).after(100_000).then()
    Play(view(open_causes=frozenset({"no-progress"}))).after(1).then(EndAlert(project="p", cause="no-progress"))


@pytest.mark.parametrize("due", [{"not_before": NOW + 7200 * SECOND}, {"retry_at": NOW + 7200 * SECOND}])
def test_what_falls_due_after_a_long_wait_is_not_stuck(due: dict[str, Any]) -> None:
    Play(view(ready=(task(1, **due),))).after(7200).then(START)


def test_after_a_start_a_sleep_or_a_resume_the_scheduler_gives_itself_time() -> None:
    Play(view(ready=(task(1),)), watching_since=NOW + 7200 * SECOND).after(7200).then(START)


def test_waiting_for_an_agent_of_another_project_is_not_stuck() -> None:
    other = view("q", present=(present(),), policy=PATIENT, last_progress_at=NOW + 7199 * SECOND)
    play = Play(view(ready=(task(1),)), other).after(7200).then()
    play.project("q", present=()).then(START)


@pytest.mark.parametrize("home", [{"paused": True}, {"enough_disk": False, "home_causes": frozenset({"disk"})}])
def test_a_closed_home_is_not_stuck(home: dict[str, Any]) -> None:
    Play(view(ready=(task(1),)), **home).after(7200).then()


def test_sessions_behind_a_gateway_that_is_down_are_not_stuck() -> None:
    far = present(life=Life.UNKNOWN, backend="gateway")
    Play(view(present=(far,), policy=PATIENT), links=DOWN).after(7200).then()


# --- a task that nobody can do


@pytest.mark.parametrize(
    ("asks", "told"),
    [
        ({"assignee": "who"}, "it is assigned to who, who is no agent of this project"),
        ({"role": "pilot"}, "no agent of this project has the role pilot"),
        ({"needs": ("gpu", "cuda")}, "no agent of this project has all that it needs (gpu, cuda)"),
        ({"assignee": "dev", "needs": ("gpu",)}, "no agent of this project is all that it asks for (dev, gpu)"),
    ],
)
def test_a_task_that_nobody_can_do_is_told_with_what_is_missing(asks: dict[str, Any], told: str) -> None:
    play = Play(view(ready=(task(1, **asks),), agents=(agent("dev"), agent("rev", "reviewer"))))
    play.then(unfit(told)).project(open_causes=frozenset({"unassignable:1"})).then()
    able = agent("who", "pilot", capabilities=("gpu", "cuda"))
    dev = agent("dev", capabilities=("gpu",))
    play.project(agents=(dev, able))
    assert EndAlert(project="p", cause="unassignable:1") in play.decides()


def test_a_project_without_agents_says_so() -> None:
    Play(view(ready=(task(1),), agents=())).then(unfit("this project has no agents"))


def test_the_alert_ends_with_the_task() -> None:
    Play(view(open_causes=frozenset({"unassignable:1"}))).then(EndAlert(project="p", cause="unassignable:1"))


def test_the_alert_stays_where_its_task_is_not_on_the_page_of_ready_ones() -> None:
    play = Play(view(ready=(), unplaced=(task(1, role="pilot"),), open_causes=frozenset({"unassignable:1"}))).then()
    play.project(agents=(agent("ace", "pilot"),)).then(EndAlert(project="p", cause="unassignable:1"))


def test_busy_and_unreachable_agents_can_do_it_later() -> None:
    busy = present(session(agent="dev"), task_id=9)
    Play(view(ready=(task(1),), present=(busy,))).then()
    Play(view(ready=(task(1),), agents=(agent("far", backend="gateway"),)), links=DOWN).then()


def test_an_archived_project_is_written_to_no_more() -> None:
    closed = ProjectState(project="p", epoch="e", archived=True)
    Play(view(ready=(task(1, role="pilot"),), state=closed)).then()


def test_many_such_tasks_are_told_by_a_few_alerts() -> None:
    lost = tuple(task(n, role="pilot") for n in range(1, 60))
    play = Play(view(ready=lost))
    raised = frozenset(a.cause for a in play.decides() if isinstance(a, RaiseAlert))
    assert len(raised) == 21 and "unassignable:more" in raised
    play.project(open_causes=raised).then()
    play.project(ready=lost[:12]).then(
        *(EndAlert(project="p", cause=f"unassignable:{n}") for n in range(13, 21)), MORE_END
    )
    few = frozenset(cause for cause in raised if cause != "unassignable:more")
    play.project(ready=lost[:20], open_causes=few).then()


def test_that_there_are_more_of_them_stays_while_the_page_of_ready_tasks_is_another() -> None:
    told = frozenset({"unassignable:more", *(f"unassignable:{n}" for n in range(1, 21))})
    known = tuple(task(n, role="pilot") for n in range(1, 21))
    Play(view(ready=(), unplaced=known, open_causes=told)).then()


# --- an agent that never comes up


def test_an_agent_that_never_comes_up_is_told_once_and_until_it_does() -> None:
    absent = present(life=Life.UNBORN, status=SessionStatus.STARTING, started_at=None)
    told = RaiseAlert(
        project="p",
        level=Level.ATTENTION,
        cause="no-show:dev",
        body="dev never came up on task #1; it is tried again until it does",
        task_id=1,
        session="s1",
    )
    play = Play(view(present=(absent,))).after(29).then().after(1)
    assert [a for a in play.decides() if isinstance(a, RaiseAlert)] == [told]
    play.project(open_causes=frozenset({"no-show:dev"}), present=()).then()
    play.project(present=(present(),)).then(EndAlert(project="p", cause="no-show:dev"))
    play.project(present=(), agents=()).then(EndAlert(project="p", cause="no-show:dev"))


# --- pressure


def test_a_full_disk_is_told_once_and_ends_when_there_is_room() -> None:
    full = RaiseAlert(
        project="",
        level=Level.URGENT,
        cause="disk",
        body="the disk is nearly full: nothing new is started until there is room",
    )
    play = Play(view(ready=(task(1),)), enough_disk=False).then(full)
    play.home(home_causes=frozenset({"disk"})).then()
    play.home(enough_disk=True).then(START, EndAlert(project="", cause="disk"))


def test_causes_of_others_are_not_ended() -> None:
    Play(view(open_causes=frozenset({"cost", "silence"})), home_causes=frozenset({"gateway"})).then()
