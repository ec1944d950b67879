"""Owns what a planning agent is told: the goal, the form of the plan, who is there, and how its plan is judged."""

from __future__ import annotations

from collections.abc import Iterable

from console.plans.plan import PLAN, World
from console.plans.read import TASKS_MAX
from console.records.agent import Agent
from console.records.budget import Limit

__all__ = ("EXAMPLE", "body_of_plan_task")

EXAMPLE = """\
goal: Find out whether the mean reversion strategy is worth real money
tasks:
  - key: fetch
    title: Fetch ten years of daily prices
    body: |
      All that is needed to do it. Whoever does the task sees this text, not the plan: name files, limits, sources.
    needs: []                  # or assignee: an agent, or role: a role; none of the three is anyone
    expect: [prices.csv]       # files that it must hand in, below outputs/
    estimate: {tokens: 20000, cost: 0.2, sessions: 2}
  - key: backtest
    title: Backtest it with and without costs
    after: [fetch]             # keys of tasks that must be done first
    priority: 1                # 0 is most urgent, 4 least; 2 where nothing is said
    tags: [research]
    reviews: [output_review]   # so it is where nothing is said; false is none
    expect: [backtest.md]
    on_failure: cancel         # ask the operator (so it is where nothing is said), cancel what waits for it, or undo
  - key: publish
    title: Publish the numbers to the shared folder
    after: [backtest]
    deadline: 2d               # a date, a time, or from when the plan takes effect
    on_failure: undo           # cancels what waits for it, and makes a task of the text below
    undo: Take back what was published; the folder must be as it was before.
"""
"""A plan that a test reads as it stands."""

_FORM = f"""\
Divide this goal into tasks that the team can do, and hand in the division as `{PLAN}` in the folder of this task. When it
is approved, each entry becomes a task by itself; nothing else that you write does.

## The form

```yaml
{EXAMPLE}```

Only these keys are known; `goal`, `tasks`, and `key` and `title` of each task are needed. At most {TASKS_MAX} tasks, plain
YAML without anchors and tags. Estimates include reviews; they are held against the budgets.

## A good plan

- Each task can be done by one agent in one session, and says what it leaves (`expect`) and how one sees that it is right.
- `after` only where a task needs the result of another: what does not wait is done side by side.
- What cannot be taken back (publishing, deleting, paying) is a task of its own with `on_failure: undo` or a review.

Record the file with `blackboard output {PLAN}`, then `blackboard submit`. A plan that cannot work is refused with every
reason and its line; mend it and submit again. Do none of the work itself."""


def body_of_plan_task(goal: str, world: World, more: str = "") -> str:
    """The body of a planning task. `more` is what the operator adds to the goal."""
    parts = [f"# The goal\n\n{goal}", more, _FORM, "## The team\n\n" + "\n".join(map(_agent, world.agents))]
    parts.append(f"Reviews: {', '.join(world.protocols)}.")
    parts.append("\n".join(_limits(world)))
    return "\n\n".join(part for part in parts if part.strip())


def _agent(agent: Agent) -> str:
    can = f"; can {', '.join(agent.capabilities)}" if agent.capabilities else ""
    label = f" ({agent.name})" if agent.name else ""
    return f"- `{agent.id}`{label}, role {agent.role or 'none'}{can}"


def _limits(world: World) -> Iterable[str]:
    budgets = world.budgets
    for what, limit in (
        ("Each task", budgets.task),
        ("The whole project", budgets.project),
        ("A day of the project", budgets.project_day),
        ("A day", budgets.day),
    ):
        if said := _limit(limit):
            yield f"{what} may use at most {said}."


def _limit(limit: Limit) -> str:
    found = [f"{number:g} {name}" for name in ("tokens", "sessions") if (number := getattr(limit, name)) is not None]
    return ", ".join([*found, *([f"${limit.cost:g}"] if limit.cost is not None else [])])
