"""Promises of the room of plans: a plan is understood, or every reason against it is told at once, with its line."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.plans.fit import problems_of
from console.plans.guide import EXAMPLE, body_of_plan_task
from console.plans.plan import Plan, World
from console.plans.read import KEYS, TASKS_MAX, read_plan
from console.records.agent import Agent
from console.records.budget import Budgets, Limit, Usage
from console.records.task import OnFailure
from console.settings.yaml_file import Problem, parse
from tests.repository import ROOT

NOW = 1_700_000_000_000
DEV = Agent(id="dev", role="developer", capabilities=("python",))
REV = Agent(id="rev", role="reviewer")
WORLD = World(agents=(DEV, REV), protocols=("analysis_review", "output_review"))


def judged(text: str, world: World = WORLD) -> tuple[Plan, list[str]]:
    """The plan and every problem of a YAML text."""
    document = parse(text, "outputs/plan.yaml")
    plan, problems = read_plan(document.values, document.where, NOW)
    return plan, problems + problems_of(plan, world, document.where)


def problems(*tasks: dict[str, Any], world: World = WORLD, **top: Any) -> list[str]:
    """Every problem of a plan with these tasks, as JSON, which is YAML."""
    return judged(json.dumps({"goal": "g", "tasks": list(tasks), **top}, ensure_ascii=False), world)[1]


def task(key: str = "a", **fields: Any) -> dict[str, Any]:
    """A task that says no more than it must."""
    return {"key": key, "title": "t", **fields}


# --- what is understood


def test_the_example_that_agents_are_shown_is_a_plan() -> None:
    plan, found = judged(EXAMPLE)
    assert found == []
    fetch, backtest, publish = plan.tasks
    assert (fetch.expect, fetch.estimate) == (("outputs/prices.csv",), Usage(tokens=20000, cost=0.2, sessions=2))
    assert (backtest.after, backtest.priority, backtest.on_failure) == (("fetch",), 1, OnFailure.CANCEL)
    assert publish.deadline == NOW + 2 * 86_400_000 and publish.undo is not None
    assert fetch.reviews == ("output_review",)


def test_the_example_of_the_page_is_a_plan() -> None:
    page = (ROOT / "docs" / "planning.md").read_text(encoding="utf-8")
    text = page.split("```yaml\n")[1].split("```")[0]
    analyst = Agent(id="ana", role="analyst")
    plan, found = judged(text, World(agents=(DEV, REV, analyst), protocols=WORLD.protocols))
    assert found == []
    assert [(task.key, task.after) for task in plan.tasks] == [
        *(("fetch", ()), ("costs", ()), ("backtest", ("fetch", "costs")), ("publish", ("backtest",))),
    ]
    assert [key for key in KEYS if f"`{key}`" not in page] == []


def test_the_guide_names_every_key_and_everybody() -> None:
    world = World(agents=(DEV, REV), protocols=WORLD.protocols, budgets=Budgets(project=Limit(tokens=1000, cost=2.5)))
    text = body_of_plan_task("make money", world, "soon")
    assert [key for key in KEYS if key not in text] == []
    for said in ("make money", "soon", "`dev`", "can python", "analysis_review", "1000 tokens, $2.5", str(TASKS_MAX)):
        assert said in text


def test_a_role_may_be_written_as_elsewhere_and_numbers_may_be_keys() -> None:
    plan, found = judged(json.dumps({"goal": "g", "tasks": [task("1", assignee="@developer"), task("2", after=[1])]}))
    assert found == []
    assert (plan.tasks[0].role, plan.tasks[0].assignee, plan.tasks[1].after) == ("developer", None, ("1",))


def test_reviews_may_be_none() -> None:
    assert judged(json.dumps({"goal": "g", "tasks": [task(reviews=False)]}))[0].tasks[0].reviews == ()
    assert judged(json.dumps({"goal": "g", "tasks": [task(reviews=[])]}))[0].tasks[0].reviews == ()


def test_texts_lose_what_acts_on_a_terminal_and_what_is_secret() -> None:
    hostile = task(title="a\x1b[2J\u202eb\nc", body="API_KEY=sk-abcdefghijklmnopqrstuvwxyz123456")
    plan, found = judged(json.dumps({"goal": "g", "tasks": [hostile]}))
    assert found == [] and plan.tasks[0].title == "ab c" and "abcdefgh" not in plan.tasks[0].body


# --- what is refused


def test_all_problems_are_told_at_once_each_with_its_line() -> None:
    text = """\
goal: ""
extra: 1
tasks:
  - key: a
    title: [3]
    after: [b, nowhere]
    priority: 9
  - key: b
    title: x
    after: [a]
    deadline: soon
    assignee: ghost
    expect: [../x]
  - key: b
    title: x
    reviews: [nope]
    estimate: {tokens: -1, money: 3}
"""
    found = judged(text)[1]
    for line, said in (
        (2, "extra: expected one of goal, tasks"),
        (1, "goal: expected a text"),
        (5, "tasks.0.title: expected a text, found a list"),
        (7, "tasks.0.priority: expected a whole number from 0 to 4, found `9`"),
        (6, "tasks.0.after: expected keys of this plan (a, b), found `nowhere`"),
        (11, "tasks.1.deadline: expected a moment"),
        (12, "tasks.1.assignee: expected an agent of this project (dev, rev), found `ghost`"),
        (13, "tasks.1.expect: expected paths of files below outputs/"),
        (14, "tasks.2.key: expected each key once, found `b` 2 times"),
        (16, "tasks.2.reviews: expected one of analysis_review, output_review, found `nope`"),
        (17, "tasks.2.estimate.tokens: expected a whole number"),
        (17, "tasks.2.estimate.money: expected one of tokens, cost, sessions"),
    ):
        assert [p for p in found if p.startswith(f"outputs/plan.yaml:{line}: {said}")], (line, said, found)


def test_a_circle_is_named_as_it_goes_round() -> None:
    (found,) = problems(task("a", after=["c"]), task("b", after=["a"]), task("c", after=["b"]))
    assert found.endswith("found a → c → b → a")
    (found,) = problems(task("a", after=["a"]))
    assert found.endswith("found a → a")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"role": "pilot"}, "a role of this project (developer, reviewer), found `pilot`"),
        ({"needs": ["gpu"]}, "capabilities of its agents (python), found `gpu`"),
        ({"role": "reviewer", "needs": ["python"]}, "found nobody (@reviewer, python)"),
        ({"assignee": "dev", "role": "developer"}, "expected one of assignee and role, found both"),
        ({"on_failure": "explode"}, "expected one of ask, cancel, undo"),
        ({"on_failure": "undo"}, "expected what undoes the task"),
        ({"title": "x" * 201}, "expected at most 200 characters, found 201"),
        ({"body": "x" * 20_001}, "expected at most 20000 characters"),
        ({"after": "a"}, "expected a list, as in [one, two]"),
        ({"tags": [{}]}, "a word of 1 to 80 characters, found a mapping"),
        ({"tags": ["x" * 81]}, "a word of 1 to 80 characters"),
        ({"priority": True}, "a whole number from 0 to 4"),
        ({"estimate": 3}, "expected tokens, cost, sessions"),
        ({"estimate": {"cost": -0.1}}, "a number from 0"),
        ({"expect": ["/etc/passwd"]}, "files below outputs/"),
        ({"owner": "me"}, "found an unknown key"),
    ],
)
def test_what_a_task_may_not_say(fields: dict[str, Any], said: str) -> None:
    found = problems(task() | fields)
    assert len(found) == 1 and said in found[0], found


@pytest.mark.parametrize(
    "text", ["", "goal: g", "goal: g\ntasks: []", "goal: g\ntasks: x", "goal: g\ntasks: [1, [], null]"]
)
def test_what_has_no_tasks_is_no_plan(text: str) -> None:
    assert judged(text)[1]


def test_too_many_tasks_are_refused() -> None:
    (found,) = problems(*(task(f"t{n}") for n in range(TASKS_MAX + 1)))
    assert f"at most {TASKS_MAX} tasks, found {TASKS_MAX + 1}" in found


@pytest.mark.parametrize(
    "text",
    [
        "a: &x [1]\nb: *x",
        "goal: !!python/object/apply:os.system [true]",
        "goal: g\ngoal: h",
        "- just\n- a list",
        "goal: [" * 40,
        "goal: \x00",
    ],
)
def test_yaml_that_runs_grows_or_surprises_is_refused(text: str) -> None:
    with pytest.raises(Problem):
        parse(text, "outputs/plan.yaml")


def test_a_project_that_has_only_reviewers_or_nobody_cannot_do_it() -> None:
    assert "only reviewers" in problems(task(), world=World(agents=(REV,), protocols=WORLD.protocols))[0]
    assert "without agents" in problems(task(), world=World(agents=(), protocols=WORLD.protocols))[0]


# --- budgets


def budget(**limits: Limit) -> World:
    """The usual project, with limits, of which 300 tokens, $1 and 2 sessions are used up."""
    used = Usage(tokens=300, cost=1.0, sessions=2)
    return World(agents=(DEV,), protocols=WORLD.protocols, budgets=Budgets(**limits), used=used)


def test_estimates_beyond_what_is_left_of_the_project_are_refused() -> None:
    world = budget(project=Limit(tokens=1000, cost=5.0, sessions=10))
    fits = [
        task("a", estimate={"tokens": 400, "cost": 2, "sessions": 4}),
        task("b", estimate={"tokens": 300, "cost": 2}),
    ]
    assert problems(*fits, world=world) == []
    (found,) = problems(*fits, task("c", estimate={"tokens": 1}), world=world)
    assert "(700 tokens left of 1,000 tokens), found 701 tokens for 3 task(s)" in found
    (found,) = problems(task("a", estimate={"cost": 4.01}), world=world)
    assert "($4 left of $5), found $4.01 for 1 task(s)" in found


def test_a_task_beyond_its_own_limit_or_that_of_a_day_is_refused_and_days_add_up() -> None:
    (found,) = problems(task(estimate={"sessions": 4}), world=budget(task=Limit(sessions=3)))
    assert "at most 3 sessions for a task, found 4 sessions" in found
    a_day = budget(day=Limit(cost=2.0), project_day=Limit(tokens=500))
    assert problems(task("a", estimate={"cost": 2}), task("b", estimate={"cost": 2}), world=a_day) == []
    (found,) = problems(task(estimate={"cost": 2.5}), world=a_day)
    assert "at most $2 for a day, found $2.5" in found


# --- whatever stands there

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from([*KEYS, "goal", "tasks", "x"]), inner),
    max_leaves=20,
)


@given(st.dictionaries(st.sampled_from(["goal", "tasks", "x"]), ANYTHING))
def test_whatever_a_file_says_it_is_a_plan_or_has_a_problem(values: dict[str, Any]) -> None:
    plan, found = read_plan(values, lambda path: "f:1", NOW)
    found += problems_of(plan, WORLD, lambda path: "f:1")
    assert found or (plan.goal and plan.tasks and all(one.key and one.title for one in plan.tasks))
    assert all("\n" not in problem and problem.startswith("f:1: ") for problem in found)


def test_texts_of_a_plan_stay_as_they_were_written() -> None:
    plan, found = judged(
        "goal: 000001\ntasks:\n"
        "  - {key: 007, title: 15:00, body: 3.10, tags: [NO, 1e3, 0x1F, ~], priority: 1, reviews: no}\n"
        "  - {key: 1_000, title: ~, after: [007], body: null}\n"
    )
    first, second = plan.tasks
    assert found == [] and plan.goal == "000001"
    assert (first.key, first.title, first.body, first.tags) == ("007", "15:00", "3.10", ("NO", "1e3", "0x1F", "~"))
    assert (first.priority, first.reviews) == (1, ())
    assert (second.key, second.title, second.body, second.after) == ("1_000", "~", "", ("007",))
