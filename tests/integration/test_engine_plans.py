"""Promises that a goal becomes finished work: planned, reviewed, turned into tasks and done, by real agents and a scheduler."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from console.blackboard.reads.needs import needs
from console.blackboard.reads.notes import comments
from console.blackboard.reads.sessions import sessions_of
from console.blackboard.reads.tasks import children, get_task, list_tasks
from console.blackboard.writes.verdicts import operator_verdict
from console.clock import SystemClock
from console.crash import VARIABLE
from console.records.review import Verdict
from tests.homes import BOSS, QUICK, TeamHome, developer, reviewer

PLAN = """goal: g
tasks:
- {key: join, title: Join, after: [left, right], role: developer, expect: [join.md]}
- {key: left, title: Left, after: [fetch], role: developer}
- {key: right, title: Right, after: [fetch], role: developer}
- {key: fetch, title: Fetch, role: developer, priority: 0, reviews: [output_review]}
"""
APPROVES = reviewer(
    "blackboard review --verdict approve --score correctness=1 --score completeness=1 --score clarity=1"
)
WORKS = developer(
    "mkdir -p outputs && echo done > outputs/join.md && blackboard output outputs/join.md && blackboard submit --summary ok"
)


def lead(plan: Path) -> dict[str, Any]:
    """A lead that hands in the file `plan` as it stands."""
    script = f"mkdir -p outputs && cp {plan} outputs/plan.yaml && blackboard output outputs/plan.yaml"
    return developer(f"{script} && blackboard submit --summary planned") | {"role": "lead"}


class Made:
    """A team with a lead, and the plan that it will hand in."""

    def __init__(self, folder: Path) -> None:
        self.plan = folder / "the_plan.yaml"
        self.plan.write_text(PLAN)
        self.agents = {"chief": lead(self.plan), "dev": WORKS, "judge": APPROVES}
        self.team = TeamHome(folder / "home", self.agents, settings=QUICK | {"retry": {"max_attempts": 1}})

    def ask(self, *more: str) -> None:
        """`moziplus task plan`."""
        assert self.team.cli("task", "plan", "a goal", "--project", "quant", *more).returncode == 0

    def run(self) -> None:
        """`moziplus run --until-idle`, to its end."""
        done = self.team.cli("run", "--until-idle", "--quiet", patience=240)
        assert done.returncode == 0, done.stderr

    def statuses(self) -> dict[str, str]:
        """Of every task, by title."""
        return {task.title: str(task.status) for task in list_tasks(self.team.db())}


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Made]:
    found = Made(tmp_path)
    yield found
    found.team.close()


def test_a_goal_is_planned_reviewed_and_done_to_the_end(made: Made) -> None:
    made.ask()
    made.run()
    assert made.statuses() == dict.fromkeys(["Plan: a goal", "Fetch", "Left", "Right", "Join"], "done")
    db = made.team.db()
    parts = children(db, 1)
    assert [part.title for part in parts] == ["Fetch", "Left", "Right", "Join"]
    starts = {task.title: sessions_of(db, task.id)[0].created_at for task in list_tasks(db)}
    assert starts["Plan: a goal"] < starts["Fetch"] < min(starts["Left"], starts["Right"])
    assert max(starts["Left"], starts["Right"]) < starts["Join"]
    made.run()
    assert len(list_tasks(db)) == 5


def test_a_failure_in_the_graph_is_undone_and_what_waited_is_cancelled(made: Made) -> None:
    made.plan.write_text(
        "goal: g\ntasks:\n"
        "- {key: a, title: A, role: developer, reviews: false, expect: [never.md], on_failure: undo, undo: put it back}\n"
        "- {key: b, title: B, after: [a], role: developer}\n"
        "- {key: c, title: C, role: developer, reviews: false}\n"
    )
    made.ask("--no-review")
    made.run()
    assert made.statuses() == {
        **{"Plan: a goal": "done", "A": "failed", "B": "cancelled", "C": "done"},
        "Undo #2: A": "done",
    }
    assert needs(made.team.db(), "quant") == ()


def test_a_plan_that_the_project_can_no_longer_do_goes_to_the_operator_once_with_the_reason(made: Made) -> None:
    made.agents["judge"] = developer("exit 9")  # nobody reviews by role: the operator approves
    made.team.configure(QUICK | {"agents": made.agents | {"chief": lead(made.plan) | {"capabilities": ["gpu"]}}})
    made.plan.write_text("goal: g\ntasks: [{key: a, title: A, needs: [gpu]}]\n")
    made.ask("--review", "output_review")
    db = made.team.db()
    made.run()
    (need,) = needs(db, "quant")
    made.team.configure(QUICK | {"agents": made.agents})
    operator_verdict(db, need.review_id or 0, verdict=Verdict.APPROVE, by=BOSS, now=SystemClock().now())
    made.run()
    (need,) = needs(db, "quant")
    assert "its plan cannot be used" in need.reason and "found `gpu`" in need.reason
    assert (get_task(db, 1).status, children(db, 1)) == ("review", ())
    assert len(comments(db, 1)) == 1
    made.run()
    assert len(comments(db, 1)) == 1


def test_a_plan_that_was_written_over_after_it_was_approved_is_applied_as_it_was_judged(made: Made) -> None:
    made.ask("--no-review")
    place = made.team.home.project_folder("quant") / "artifacts" / "1" / "outputs" / "plan.yaml"
    made.agents["chief"]["command"][2] += f" && printf 'goal: evil' > {place}"
    made.team.configure(QUICK | {"agents": made.agents})
    made.run()
    assert made.statuses()["Join"] == "done" and place.read_text() == "goal: evil"


@pytest.mark.parametrize("point", ["plan.before_commit", "plan.after_commit"])
def test_a_scheduler_that_dies_while_a_plan_is_applied_leaves_one_graph_to_the_next(
    made: Made, point: str, tmp_path: Path
) -> None:
    made.ask("--no-review")
    died = made.team.start("run", "--until-idle", "--quiet", **{VARIABLE: f"{point}:{tmp_path / 'fired'}"})
    assert died.wait(timeout=120) == -9
    made.run()
    assert sorted(made.statuses()) == ["Fetch", "Join", "Left", "Plan: a goal", "Right"]
    assert set(made.statuses().values()) == {"done"}
