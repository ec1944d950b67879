"""Promises to whoever claims for themselves: the same guardrails and budgets, and no way to stop what is not theirs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from console.blackboard.connection import open_project
from console.blackboard.writes.claims import Start, claim_task
from console.blackboard.writes.sessions import add_usage
from console.blackboard.writes.tasks import NewTask, create_task
from console.making import NewProject, make_project
from tests.agent import BOSS, Desk
from tests.guarded import guard
from tests.program import moziplus


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_a_rule_holds_the_task_and_refuses_the_claim_with_its_name(desk: Desk) -> None:
    task = desk.task("x", body="rm -rf /")
    done = desk("claim", "--agent", "dev", "--task", str(task))
    assert done.code == 4
    assert f"task #{task} cannot be claimed, by the guardrail destructive-prompt (hold)" in done.err
    (row,) = desk.rows(f"SELECT status, hold_rule, fence FROM tasks WHERE id = {task}")
    assert row == {"status": "held", "hold_rule": "destructive-prompt", "fence": 0}
    assert "held" in desk("claim", "--agent", "dev", "--task", str(task)).err


def test_nobody_gets_a_task_denied_by_asking_for_what_is_not_theirs(desk: Desk) -> None:
    guard(desk.home, {"name": "no-rev", "effect": "deny", "match": {"agent": "rev"}})
    task = desk.task("x", assignee="dev")
    assert "is assigned to dev" in desk("claim", "--agent", "rev", "--task", str(task)).err
    assert desk.rows("SELECT status FROM tasks") == [{"status": "pending"}]
    assert desk.rows("SELECT * FROM guardrail_decisions") == []
    assert desk("claim", "--agent", "dev", "--task", str(task)).code == 0


def test_a_budget_refuses_a_claim_and_says_what_was_used(desk: Desk) -> None:
    guard(desk.home, budgets={"project_day": {"tokens": 50}})
    first, second = desk.task("a"), desk.task("b")
    desk.claim("--task", str(first))
    assert desk("usage", "--tokens", "50").code == 0
    desk.leave()
    done = desk("claim", "--agent", "rev", "--task", str(second))
    assert (done.code, "the project's budget for today is used up: 50 of 50 tokens" in done.err) == (4, True)


def test_the_homes_day_counts_the_other_projects(desk: Desk) -> None:
    other = open_project(make_project(desk.home, NewProject(id="other", agents=("dev",))))
    task = create_task(other, NewTask(title="x"), by=BOSS, now=desk.now())
    start = Start(session="0" * 36, agent="dev", backend="external")
    session = claim_task(other, task.id, start, by=BOSS, now=desk.now())
    add_usage(other, session.id, session.fence, tokens=0, cost=2.0, by=BOSS, now=desk.now())
    other.close()
    guard(desk.home, budgets={"day": {"cost": 2}})
    done = desk("claim", "--agent", "dev", "--task", str(desk.task()))
    assert (done.code, "the home's budget for today is used up" in done.err) == (4, True)


def test_a_plan_is_reviewed_before_an_agent_may_claim_for_itself(desk: Desk) -> None:
    rule = {"name": "plan", "effect": "require_review", "protocol": "plan_review", "match": {"tags": ["big"]}}
    guard(desk.home, rule)
    task = desk.task("x", tags=("big",))
    assert "require_review" in desk("claim", "--agent", "dev", "--task", str(task)).err
    assert "plan" in desk("claim", "--agent", "dev", "--task", str(task)).err
    assert [row["protocol"] for row in desk.rows("SELECT protocol FROM reviews")] == ["plan_review"]


def test_guardrails_that_cannot_be_read_let_nobody_claim(desk: Desk) -> None:
    (desk.folder / "config" / "guardrails.yaml").write_text(json.dumps({"default": "maybe"}))
    done = desk("claim", "--agent", "dev", "--task", str(desk.task()))
    assert (done.code, "guardrails cannot be read" in done.err) == (4, True)


def test_what_a_rule_holds_no_agent_can_release(desk: Desk) -> None:
    task = desk.task("x", body="rm -rf /")
    desk("claim", "--agent", "dev", "--task", str(task))
    inside: dict[str, Any] = {"MOZIPLUS_AGENT": "dev", "MOZIPLUS_SESSION": "0" * 36}
    done = moziplus("task", "release", f"quant#{task}", home=desk.home.path, **inside)
    assert (done.code, "only the operator releases it" in done.err) == (4, True)
    assert moziplus("task", "release", f"quant#{task}", home=desk.home.path).code == 0
    assert desk("claim", "--agent", "dev", "--task", str(task)).code == 0
