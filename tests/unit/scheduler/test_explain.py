"""Promises of console/scheduler/explain.py: why is this task not running, and what to do about it."""

from __future__ import annotations

from typing import Any

import pytest

from console.records.grace import Grace
from console.records.policy import Policy
from console.records.project import ProjectState
from console.records.review import ReviewStatus
from console.records.task import Task, TaskStatus
from console.scheduler.actions import StartTask
from console.scheduler.explain import Explanation, explain
from console.scheduler.snapshot import ProjectView
from console.scheduler.why import Why
from console.scheduler.wording import how_long
from tests.play import DOWN, NOW, SECOND, Play, agent, present, review, seat, session, task, view, waiting

IT = task(1)
DEV, TWO, FAR = agent("dev"), agent("two"), agent("far", backend="gateway")


def asked(
    one: Task = IT, that: ProjectView | None = None, *blockers: Task, policy: Policy | None = None, **home: Any
) -> Explanation:
    that = that or view(ready=(one,))
    play = Play(that, policy=policy, **home)
    return explain(that, play.snapshot, one, blockers, play.now, policy=play.policy)


@pytest.mark.parametrize(
    ("changes", "why", "sentence", "advice"),
    [
        ({"status": TaskStatus.DONE}, Why.SETTLED, "task #1 is done", "nothing to do"),
        (
            {"status": TaskStatus.FAILED, "failure": "exit code 1"},
            Why.SETTLED,
            "task #1 has failed: exit code 1",
            "moziplus task retry 1 --project p",
        ),
        ({"status": TaskStatus.CANCELLED}, Why.SETTLED, "task #1 is cancelled", "moziplus task retry 1 --project p"),
        (
            {"status": TaskStatus.REVIEW},
            Why.SETTLED,
            "task #1 is handed in and under review",
            "moziplus review list shows what the review waits for",
        ),
        (
            {"status": TaskStatus.HELD, "hold_reason": "rm -rf", "hold_rule": "no-rm"},
            Why.HELD,
            "task #1 is held by the rule no-rm: rm -rf",
            "moziplus task release 1 --project p",
        ),
        (
            {"not_before": NOW + 7200 * SECOND},
            Why.TOO_EARLY,
            "task #1 may not start before its date, in 2 h",
            "nothing to do: it starts by itself",
        ),
        (
            {"retry_at": NOW + 29_001, "attempts": 2, "failure": "exit code 3"},
            Why.BACKING_OFF,
            "task #1 failed 2 time(s) (exit code 3) and is tried again in 30 s",
            "nothing to do: it starts by itself",
        ),
        (
            {"retry_at": NOW + 29_001, "failure": "usage limit"},
            Why.BACKING_OFF,
            "task #1 is tried again in 30 s (usage limit); no attempt was spent",
            "nothing to do: it starts by itself",
        ),
    ],
)
def test_what_is_in_the_tasks_own_way(changes: dict[str, Any], why: Why, sentence: str, advice: str) -> None:
    assert asked(task(1, **changes)) == Explanation(why=why, code=str(why), sentence=sentence, advice=advice)


def test_a_task_in_the_grace_of_a_verdict_says_for_how_long_and_starts_then() -> None:
    that = view(ready=(IT,), graces={1: Grace(NOW + 5_500, 7)})
    found = asked(IT, that)
    assert (found.why, found.advice) == (Why.GRACE, "nothing to do: it starts by itself")
    assert found.sentence == "task #1 waits 6 s: the verdict on #7 can be taken back until then"
    play = Play(that)
    assert not [a for a in play.decides() if isinstance(a, StartTask)]
    assert [a.task_id for a in play.after(6).decides() if isinstance(a, StartTask)] == [1]


def test_a_running_task_names_who_works_on_it() -> None:
    busy = task(1, status=TaskStatus.WORKING, session="s1")
    assert asked(busy, view(present=(present(),))).sentence == "task #1 is running: dev works on it"


def test_a_blocked_task_names_its_blockers_and_those_that_will_not_end() -> None:
    blocked = task(1, blocked_by=2)
    found = asked(blocked, view(), task(2, status=TaskStatus.WORKING), task(3, status=TaskStatus.FAILED))
    assert found.sentence == "task #1 waits for #2 (working), #3 (failed)"
    assert found.advice.startswith("moziplus task retry 3 --project p")
    assert asked(blocked, view(), task(2, status=TaskStatus.WORKING)).advice == "nothing to do: it starts by itself"


def test_a_task_whose_last_session_is_not_confirmed_ended() -> None:
    left = present(task_status="pending", stop_reason="cancel")
    found = asked(IT, view(present=(left,)))
    assert (found.why, found.sentence) == (
        Why.UNCONFIRMED,
        "task #1 waits until its last session (dev) is confirmed ended",
    )


def test_a_task_whose_plan_is_under_review() -> None:
    for status in (ReviewStatus.OPEN, ReviewStatus.ESCALATED):
        assert asked(IT, view(ready=(IT,), plans={1: status})).why == Why.PLAN_REVIEW
    found = asked(IT, view(ready=(IT,), plans={1: ReviewStatus.CHANGES_REQUESTED}))
    assert found.why == Why.PLAN_CHANGES and "asks for changes" in found.sentence and "task edit 1" in found.advice


@pytest.mark.parametrize(
    ("state", "why", "word", "advice"),
    [
        ({"archived": True}, Why.ARCHIVED, "archived", "moziplus project unarchive p"),
        (
            {"paused_at": 1, "paused_by": "ann", "pause_reason": "lunch"},
            Why.PROJECT_PAUSED,
            "by ann: lunch",
            "moziplus resume --project p",
        ),
    ],
)
def test_a_closed_project(state: dict[str, Any], why: Why, word: str, advice: str) -> None:
    found = asked(IT, view(ready=(IT,), state=ProjectState(project="p", epoch="e", **state)))
    assert (found.why, found.advice) == (why, advice)
    assert word in found.sentence


@pytest.mark.parametrize(
    ("home", "why"),
    [
        ({"paused": True}, Why.HOME_PAUSED),
        ({"paused": True, "estopped": True}, Why.ESTOPPED),
        ({"draining": True}, Why.DRAINING),
        ({"enough_disk": False}, Why.DISK),
    ],
)
def test_a_closed_home(home: dict[str, Any], why: Why) -> None:
    found = asked(IT, **home)
    assert found.why == why and found.advice


@pytest.mark.parametrize(
    ("changes", "why"),
    [({"assignee": "x"}, Why.ASSIGNEE), ({"role": "x"}, Why.ROLE), ({"needs": ("x",)}, Why.NEEDS)],
)
def test_nobody_fits(changes: dict[str, Any], why: Why) -> None:
    found = asked(task(1, **changes))
    assert found.why == why
    assert found.advice == "moziplus task assign 1 --project p, or add an agent: moziplus project edit p"


def test_only_agents_that_cannot_be_started_fit() -> None:
    far = asked(IT, view(ready=(IT,), agents=(FAR,)), links=DOWN)
    assert (far.why, far.code) == (Why.LINK_DOWN, "gateway_down")
    assert far.sentence == "task #1 is ready; only gateway agents could do it, and no gateway answers at http://x"
    never = asked(IT, view(ready=(IT,), agents=(FAR,)), links={})
    assert (never.code, never.advice) == ("gateway_down", "moziplus doctor says what is wrong with the gateway")
    assert asked(IT, view(ready=(IT,), agents=(agent("out", backend="external"),))).why == Why.EXTERNAL


def test_every_limit() -> None:
    busy = present(session(agent="dev"), task_id=9)
    assert asked(IT, view(ready=(IT,), present=(busy,))).why == Why.AGENT_BUSY
    capped = view(ready=(IT,), agents=(DEV, TWO), present=(busy,), policy=Policy(max_project_agents=1))
    assert asked(IT, capped).why == Why.PROJECT_FULL
    free = view(ready=(IT,), agents=(DEV, TWO), present=(busy,))
    assert asked(IT, free, policy=Policy(max_global_agents=1)).why == Why.HOME_FULL
    rev = agent("rev", "reviewer", max_parallel=0)
    due = view(ready=(IT,), agents=(DEV, TWO, rev), present=(busy,), rounds=(waiting(review(task_id=5), seat()),))
    assert asked(IT, due, policy=Policy(max_global_agents=2)).why == Why.KEPT


def test_a_task_that_waits_behind_another_says_so() -> None:
    first = task(2, priority=0)
    found = asked(IT, view(ready=(first, IT)))
    assert found.why == Why.AGENT_BUSY
    assert "next in turn for another task" in found.sentence


def test_a_task_that_starts_now_says_so() -> None:
    assert asked().why == Why.NEXT


@pytest.mark.parametrize(
    ("ms", "words"), [(1, "1 s"), (119_000, "119 s"), (120_000, "2 min"), (7_200_000, "2 h"), (9e8, "10 d")]
)
def test_spans_are_told_in_the_unit_that_fits(ms: float, words: str) -> None:
    assert how_long(int(ms)) == words
