"""Promises of budgets, with a real scheduler and real agents: dispatch stops with the event that reaches the limit."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from console.api.shape import plain
from console.blackboard.connection import open_home
from console.blackboard.reads.needs import needs
from console.blackboard.reads.notes import open_alerts, open_causes
from console.blackboard.reads.sessions import sessions_of
from console.blackboard.reads.tasks import get_task
from console.blackboard.reads.usage import used
from console.blackboard.writes.notes import add_comment
from console.blackboard.writes.tasks import release_task
from console.engine.host import EmbeddedScheduler
from console.engine.status import collect
from console.records.budget import Usage
from console.records.note import CommentType
from console.records.task import Task
from console.settings import load_settings
from tests.fakes.clock import TurnedClock
from tests.guarded import decided, guard
from tests.homes import BOSS, CLOCK, QUICK, TeamHome, developer, eventually, reviewer

Make = Callable[..., TeamHome]
SPENDS = developer("blackboard submit --summary done; blackboard usage --tokens 40 --cost 0.5")
APPROVES = "blackboard review --verdict approve --score correctness=1 --score completeness=1 --score clarity=1"
RESULT = {"type": "result", "total_cost_usd": 0.5, "usage": {"input_tokens": 30, "output_tokens": 10}, "result": "x"}
NOON = int(datetime(2026, 3, 5, 12, tzinfo=UTC).timestamp() * 1000)
HOUR = 3_600_000


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    made: list[TeamHome] = []

    def _make(agents: dict[str, Any], **how: Any) -> TeamHome:
        made.append(TeamHome(tmp_path / "home", agents, **how))
        return made[-1]

    yield _make
    for team in made:
        team.close()


def statuses(team: TeamHome, tasks: list[Task]) -> list[str]:
    return [team.status(task) for task in tasks]


@pytest.mark.parametrize("known_from", ["report", "output"])
def test_dispatch_stops_with_the_use_that_reaches_the_limit(make: Make, known_from: str) -> None:
    prints = developer(f"blackboard submit --summary done; echo '{json.dumps(RESULT)}'", usage="claude_json")
    team = make({"dev": SPENDS if known_from == "report" else prints})
    guard(team.home, budgets={"project": {"tokens": 100}})
    tasks = [team.task() for _ in range(5)]
    assert team.run() == 0
    assert statuses(team, tasks) == ["done", "done", "done", "pending", "pending"]
    assert used(team.db()) == Usage(sessions=3, tokens=120, cost=1.5)
    (alert,) = open_alerts(team.db())
    assert (alert.cause, alert.body) == (
        "budget:project", "nothing more is started: the project's budget is used up: 120 of 100 tokens"
    )  # fmt: skip
    told = json.loads(team.cli("task", "explain", str(tasks[3].id), "--project", "quant", "--json").stdout)
    assert told["why"] == "budget"
    guard(team.home, budgets={"project": {"tokens": 160}})
    team.run()
    assert statuses(team, tasks) == ["done"] * 4 + ["pending"]
    guard(team.home)
    team.run()
    assert (statuses(team, tasks), open_causes(team.db())) == (["done"] * 5, frozenset())


def test_a_limit_of_sessions_counts_the_ones_that_start_together(make: Make) -> None:
    team = make({name: SPENDS for name in ("a", "b", "c", "d")}, projects=("one", "two"))
    guard(team.home, budgets={"day": {"sessions": 3}})
    tasks = [(team.task(project=p), p) for p in ("one", "two") for _ in range(3)]
    team.run()
    assert sum(len(sessions_of(team.db(p), task.id)) for task, p in tasks) == 3
    with_home = open_home(team.home.state_db, read_only=True)
    assert open_causes(with_home) == {"budget:day"}
    with_home.close()


def test_a_task_over_its_own_budget_is_held_with_its_reviewers_counted_and_a_release_gives_more(make: Make) -> None:
    asks = reviewer(
        "blackboard usage --cost 0.5; echo >> times; case $(wc -l < times) in"
        " 1) blackboard review --verdict request_changes --finding 'more' ;;"
        f" 2) exec sleep 100 ;; *) {APPROVES} ;; esac"
    )
    team = make({"dev": SPENDS, "judge": asks})
    guard(team.home, budgets={"task": {"cost": 2}})
    task = team.task(reviews=("output_review",))
    team.run()
    found = get_task(team.db(), task.id)
    assert (found.status, found.hold_rule) == ("held", "budget.task")
    assert (found.held_from, found.hold_reason) == ("review", "at its cap: 2.00 of 2.00 US dollars")
    assert len(sessions_of(team.db(), task.id)) == 4
    assert open_causes(team.db()) == {f"budget:task:{task.id}"}
    assert [need.task_id for need in needs(team.db(), "quant")] == [task.id]
    release_task(team.db(), task.id, by=BOSS, now=CLOCK.now())
    team.run()
    assert (team.status(task), len(sessions_of(team.db(), task.id))) == ("done", 5)
    assert decided(team, task)[:2] == [
        ("budget.task", "hold", "usage", "scheduler"), ("budget.task", "allow", "usage", "operator")
    ]  # fmt: skip


def test_a_day_budget_ends_at_midnight_and_midnight_itself_wakes_the_scheduler(make: Make) -> None:
    team = make({"dev": SPENDS}, settings={**QUICK, "daemon": {**QUICK["daemon"], "tick_interval": 3600}})
    guard(team.home, budgets={"project_day": {"sessions": 1}, "day": {"sessions": 1}})
    clock = TurnedClock(NOON)
    first, second = team.task(), team.task()
    scheduler = EmbeddedScheduler(team.home, clock=clock)
    scheduler.start()
    home = open_home(team.home.state_db, read_only=True)
    try:
        eventually(lambda: team.status(first) == "done" and not team.present())
        eventually(lambda: "budget:project_day" in open_causes(team.db()) and "budget:day" in open_causes(home))
        assert team.status(second) == "pending"
        clock.turn(NOON + 12 * HOUR - 3000)
        add_comment(team.db(), first.id, "look", comment_type=CommentType.COMMENT, by=BOSS, now=clock.now())
        eventually(lambda: team.status(second) == "done")
        (session,) = sessions_of(team.db(), second.id)
        assert session.created_at >= NOON + 12 * HOUR
        assert session.created_at < NOON + 13 * HOUR
    finally:
        scheduler.stop()
        home.close()


def test_the_status_tells_limits_and_use(make: Make) -> None:
    team = make({"dev": SPENDS})
    guard(team.home, budgets={"project_day": {"cost": 0.75}, "day": {"tokens": 1000}})
    tasks = [team.task(), team.task(), team.task()]
    team.run()
    assert statuses(team, tasks) == ["done", "done", "pending"]
    found = plain(collect(team.home, load_settings(team.home)))
    nothing = {"sessions": None, "tokens": None, "cost": None, "seconds": None}
    spent = {"sessions": 2, "tokens": 80, "cost": 1.0}
    assert found["projects"]["quant"]["budgets"] == {
        "task": {"limit": nothing},
        "project": {"limit": nothing, "used": spent},
        "project_day": {"limit": {**nothing, "cost": 0.75}, "used": spent},
    }
    assert found["budgets"] == {"day": {"limit": {**nothing, "tokens": 1000}, "used": spent}}
    text = team.cli("status").stdout
    assert "budget of quant today: 1 / 0.75 US dollars" in text
    assert "budget of the home today: 80 / 1000 tokens" in text
    (team.home.config / "guardrails.yaml").write_text("default: maybe\n")
    found = plain(collect(team.home, load_settings(team.home)))
    assert (found["projects"]["quant"]["budgets"], found["budgets"]) == (None, None)


def test_what_an_output_says_and_what_was_reported_is_not_counted_twice(make: Make) -> None:
    script = f"blackboard usage --tokens 25 --cost 0.9; echo '{json.dumps(RESULT)}'; blackboard submit --summary done"
    team = make({"dev": developer(script, usage="claude_json")})
    team.task()
    team.run()
    assert used(team.db()) == Usage(sessions=1, tokens=40, cost=0.9)


def test_an_agent_that_ends_without_a_submit_and_one_that_fails_used_something_too(make: Make) -> None:
    said = f"echo '{json.dumps(RESULT)}'"
    words = f"blackboard read; {said}"  # it heard of its task: its last words alone are what it hands in
    team = make(
        {"words": developer(words, usage="claude_json"), "fails": developer(f"{said}; exit 3", usage="claude_json")}
    )
    team.task(assignee="words")
    team.task(assignee="fails")
    team.run()
    assert used(team.db()) == Usage(sessions=4, tokens=160, cost=2.0)
