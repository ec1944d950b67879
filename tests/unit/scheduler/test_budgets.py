"""Promises of budgets: dispatch stops with the use that reaches a limit, and goes on when there is more or a new day."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from console.engine.pages import pages_to_turn
from console.records.alert import Level
from console.records.budget import Budgets, Limit, TaskUse, Usage
from console.records.session import SessionStatus
from console.records.task import TaskStatus
from console.scheduler.actions import EndAlert, HoldTask, RaiseAlert, StartSeat, StartTask, StopSession
from console.scheduler.explain import explain
from console.scheduler.snapshot import ProjectView
from console.scheduler.why import Why
from tests.play import Play, agent, present, review, seat, session, task, view, waiting

TEAM = tuple(agent(name) for name in ("a", "b", "c"))


def busy_view(**more: Any) -> ProjectView:
    return view(agents=TEAM, ready=(task(1), task(2), task(3)), **more)


def alert(cause: str, told: str, project: str = "p") -> RaiseAlert:
    return RaiseAlert(project=project, level=Level.ATTENTION, cause=cause, body=f"nothing more is started: {told}")


def test_dispatch_stops_with_the_use_that_reaches_the_limit_and_goes_on_when_it_is_raised() -> None:
    play = Play(busy_view(budgets=Budgets(project=Limit(tokens=100)), used=Usage(tokens=79)))
    play.then(*(StartTask(project="p", task_id=n, agent=name) for n, name in ((1, "a"), (2, "b"), (3, "c"))))
    play.project(used=Usage(tokens=100))
    play.then(alert("budget:project", "the project's budget is used up: 100 of 100 tokens"))
    play.project(open_causes=frozenset({"budget:project"})).then()
    play.project(budgets=Budgets(project=Limit(tokens=101)))
    assert play.decides()[0] == EndAlert(project="p", cause="budget:project")
    assert sum(isinstance(action, StartTask) for action in play.decides()) == 3


def test_no_more_sessions_start_at_once_than_the_limit_leaves() -> None:
    play = Play(busy_view(budgets=Budgets(project_day=Limit(sessions=3)), used_today=Usage(sessions=1)))
    assert play.decides() == [StartTask(project="p", task_id=n, agent=name) for n, name in ((1, "a"), (2, "b"))]


def test_the_homes_day_is_shared_and_counts_what_a_silent_project_is_about_to_start() -> None:
    one = view("p", agents=(agent("a"),), ready=(task(1),), used_today=Usage(sessions=1))
    two = view("q", agents=(agent("b"),), ready=(task(1),), used_today=Usage(sessions=1))
    play = Play(one, two, day=Limit(sessions=3))
    assert [action.project for action in play.decides() if isinstance(action, StartTask)] == ["p"]
    play.project("p", ready=(), present=(present(session("", 1, agent="a")),)).then()


def test_the_homes_day_ends_its_alert_at_midnight_when_nothing_was_used_yet() -> None:
    play = Play(busy_view(used_today=Usage(cost=5.0)), day=Limit(cost=5.0))
    play.then(alert("budget:day", "the home's budget for today is used up: 5.00 of 5.00 US dollars", ""))
    play.home(home_causes=frozenset({"budget:day"})).then()
    play.project(used_today=Usage())
    assert play.decides()[-1] == EndAlert(project="", cause="budget:day")
    assert sum(isinstance(action, StartTask) for action in play.decides()) == 3


def test_a_task_over_its_own_budget_is_held_and_told_and_the_others_go_on() -> None:
    use = {1: TaskUse(used=Usage(cost=2.0, sessions=3)), 2: TaskUse(used=Usage(cost=1.5))}
    play = Play(busy_view(budgets=Budgets(task=Limit(cost=2.0)), tasks_used=use))
    told = "at its cap: 2.00 of 2.00 US dollars"
    body = f"task #1 is held: {told}; `moziplus task raise 1` gives it as much again"
    play.then(
        HoldTask(project="p", task_id=1, reason=told),
        RaiseAlert(project="p", level=Level.ATTENTION, cause="budget:task:1", body=body, task_id=1),
        StartTask(project="p", task_id=2, agent="a"),
        StartTask(project="p", task_id=3, agent="b"),
    )


def test_each_release_gives_a_task_its_amount_once_more() -> None:
    budgets = Budgets(task=Limit(sessions=2))
    over = TaskUse(used=Usage(sessions=2), releases=1)
    play = Play(view(ready=(task(1),), budgets=budgets, tasks_used={1: over}, open_causes=frozenset({"budget:task:1"})))
    play.then(EndAlert(project="p", cause="budget:task:1"), StartTask(project="p", task_id=1, agent="dev"))
    play.project(tasks_used={1: replace(over, used=Usage(sessions=4))})
    assert [type(action) for action in play.decides()] == [HoldTask]


def test_the_alert_of_a_task_that_has_ended_ends() -> None:
    play = Play(view(budgets=Budgets(task=Limit(sessions=1)), open_causes=frozenset({"budget:task:9"})))
    play.then(EndAlert(project="p", cause="budget:task:9"))


@pytest.mark.parametrize("scope", ["project", "project_day", "task"])
def test_reviewers_do_not_start_over_a_budget_either(scope: str) -> None:
    limit = {scope: Limit(tokens=10)}
    used = Usage(tokens=10)
    one = view(
        agents=(agent("rev", "reviewer"),),
        rounds=(waiting(review(), seat()),),
        budgets=Budgets(**limit),
        used=used if scope == "project" else Usage(),
        used_today=used if scope == "project_day" else Usage(),
        tasks_used={1: TaskUse(used=used)} if scope == "task" else {},
    )
    assert not [action for action in Play(one).decides() if isinstance(action, StartSeat)]
    assert [action for action in Play(replace(one, budgets=Budgets())).decides() if isinstance(action, StartSeat)]


def test_a_task_is_not_held_while_somebody_works_on_it() -> None:
    round_ = waiting(review(), seat(1), seat(2, "other"))
    reviewing = present(session("s9", 1, seat_id=2), seat=seat(2, "other"))
    team = agent("rev", "reviewer"), agent("other", "reviewer")
    one = view(agents=team, rounds=(round_,), present=(reviewing,), budgets=Budgets(task=Limit(tokens=1)))
    one = replace(one, tasks_used={1: TaskUse(used=Usage(tokens=1))})
    assert not [action for action in Play(one).decides() if isinstance(action, HoldTask)]
    (held, _) = Play(replace(one, present=())).decides()
    assert held == HoldTask(project="p", task_id=1, reason="at its cap: 1 of 1 tokens")


def test_the_reviewers_of_a_held_task_do_not_start() -> None:
    round_ = waiting(review(), seat())
    round_ = replace(round_, task=replace(round_.task, status=TaskStatus.HELD))
    Play(view(agents=(agent("rev", "reviewer"),), rounds=(round_,))).then()


def test_explain_says_which_budget_is_used_up_and_what_to_do() -> None:
    one = busy_view(budgets=Budgets(project_day=Limit(cost=1)), used_today=Usage(cost=1.25))
    play = Play(one)
    found = explain(one, play.snapshot, task(2), (), play.now)
    assert found.why == Why.BUDGET
    assert found.sentence == (
        "task #2 is ready, but the project's budget for today is used up: 1.25 of 1.00 US dollars"
    )
    assert "guardrails.yaml" in found.advice


def test_no_longer_page_is_read_where_nothing_may_start() -> None:
    one = busy_view(budgets=Budgets(project=Limit(sessions=0)))
    assert list(pages_to_turn(Play(one).snapshot, [], 5)) == []
    assert list(pages_to_turn(Play(replace(one, budgets=Budgets())).snapshot, [], 5)) == ["p"]


def test_explain_says_that_those_before_it_use_up_what_is_left() -> None:
    one = busy_view(budgets=Budgets(project_day=Limit(sessions=3)), used_today=Usage(sessions=1))
    play = Play(one)
    found = [explain(one, play.snapshot, task(n), (), play.now) for n in (1, 2, 3)]
    assert [each.why for each in found] == [Why.NEXT, Why.NEXT, Why.BUDGET]
    assert found[2].sentence == "task #3 is ready, but those before it use up a budget"


def at_work(**more: Any) -> ProjectView:
    worker = present(session("s1", 1, agent="a", started_at=0), task_status="working", task_fence=1)
    return view(agents=(replace(agent("a"), cap=Limit(tokens=100)), agent("b")), present=(worker,), **more)


def use(tokens: int, by: str = "a", **more: Any) -> TaskUse:
    return TaskUse(used=Usage(tokens=tokens), by_agent={by: Usage(tokens=tokens)}, **more)


def stops_of(one: ProjectView, **more: Any) -> list[str]:
    return [action.failure for action in Play(one, **more).decides() if isinstance(action, StopSession)]


def test_who_runs_is_stopped_at_a_cap_and_a_token_before_it_is_not() -> None:
    assert stops_of(at_work(tasks_used={1: use(99)})) == []
    assert stops_of(at_work(tasks_used={1: use(100)})) == ["at its cap: 100 of 100 tokens by a"]
    assert stops_of(at_work(tasks_used={1: use(1203)})) == ["at its cap: 1,203 of 100 tokens by a"]
    assert stops_of(at_work(tasks_used={1: use(1203, "b")})) == []


def test_a_session_that_was_started_as_the_last_of_its_limit_runs_on() -> None:
    one = at_work(budgets=Budgets(task=Limit(sessions=1)), tasks_used={1: TaskUse(used=Usage(sessions=1))})
    assert stops_of(one) == []


def test_what_was_raised_stands_in_place_of_every_other_cap() -> None:
    own = Limit(tokens=150)
    assert stops_of(at_work(tasks_used={1: use(120, own=own)})) == []
    assert stops_of(at_work(tasks_used={1: use(150, own=own)})) == ["at its cap: 150 of 150 tokens"]
    assert stops_of(at_work(budgets=Budgets(task=Limit(tokens=10)), tasks_used={1: use(120, own=own)})) == []


def test_whose_result_is_settled_is_not_stopped_for_a_cap() -> None:
    one = at_work(tasks_used={1: use(500)})
    (worker,) = one.present
    settled = replace(worker.session, ended_at=Play(one).now, status=SessionStatus.SUCCEEDED)
    assert stops_of(replace(one, present=(replace(worker, session=settled),))) == []


def test_a_wait_for_an_answer_is_no_run_time() -> None:
    one = at_work(budgets=Budgets(task=Limit(seconds=60)), tasks_used={1: TaskUse()})
    (worker,) = one.present
    began = Play(one).now - 90_000
    ran = replace(worker, session=replace(worker.session, started_at=began, created_at=began))
    assert stops_of(replace(one, present=(ran,))) == ["at its cap: 90 of 60 seconds"]
    assert stops_of(replace(one, present=(replace(ran, waited=40_000),))) == []


def test_the_warning_comes_at_four_fifths_stands_once_and_ends_with_what_follows() -> None:
    def alerts(tokens: int, *open_: str, **more: Any) -> list[tuple[str, str]]:
        one = at_work(tasks_used={1: use(tokens, **more)}, open_causes=frozenset(open_))
        found = [a for a in Play(one).decides() if isinstance(a, RaiseAlert | EndAlert)]
        return [(type(a).__name__, a.cause) for a in found]

    near = "cap-near:task:1"
    assert alerts(79) == []
    assert alerts(80) == [("RaiseAlert", near)]
    assert alerts(99, near) == []
    assert alerts(100, near) == [("EndAlert", near)]
    assert alerts(99, near, own=Limit(tokens=200)) == [("EndAlert", near)]


def test_after_a_raise_the_warning_comes_at_four_fifths_of_what_was_left_then() -> None:
    def warns(tokens: int) -> bool:
        one = at_work(tasks_used={1: use(tokens, own=Limit(tokens=1100), raised_at=Usage(tokens=1000))})
        return any(isinstance(a, RaiseAlert) for a in Play(one).decides())

    assert [warns(tokens) for tokens in (1000, 1079, 1080)] == [False, False, True]
