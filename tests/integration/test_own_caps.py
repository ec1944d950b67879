"""Promises of the caps that a task has of its own, and of what its agent waits for when it is ended at one."""

from __future__ import annotations

import json

import pytest

from console.blackboard.reads.asks import get_ask, open_asks
from console.blackboard.reads.tasks import get_task, list_tasks
from console.blackboard.reads.usage import used_by_tasks
from console.records.budget import Limit
from tests.homes import TeamHome, developer
from tests.integration.test_caps import Make, calls, make, only, works

__all__ = ("make",)


def test_a_task_has_the_cap_with_which_it_was_made_and_another_when_it_is_edited(make: Make) -> None:
    team = make({"dev": works(most=6)})
    made = team.cli(
        "task", "create", "--project", "quant", "--title", "t", "--no-review", "--cap", "tokens=700", "--cap", "cost=9"
    )
    assert made.returncode == 0, made.stderr
    (task,) = list_tasks(team.db())
    team.run()
    found = get_task(team.db(), task.id)
    assert (found.status, found.hold_rule, found.attempts) == ("held", "budget.task", 0)
    shown = json.loads(team.cli("--json", "task", "show", str(task.id), "--project", "quant").stdout)
    assert shown["cap"] == {"tokens": 700, "cost": 9.0, "seconds": None, "sessions": None}
    assert "9.00 US dollars, 700 tokens" in team.cli("task", "show", str(task.id), "--project", "quant").stdout
    done = team.cli("task", "edit", str(task.id), "--cap", "tokens=5000", "--project", "quant")
    assert done.returncode == 0, done.stderr
    team.run()
    assert team.status(task) == "done", "it goes on"
    assert calls(team, task) == 6


def test_a_cap_of_its_own_can_be_taken_away_and_a_wrong_one_is_refused(make: Make) -> None:
    team = make({"dev": works()})
    task = team.task()
    edit = ("task", "edit", str(task.id), "--project", "quant", "--cap")
    assert team.cli(*edit, "tokens=5").returncode == 0
    assert used_by_tasks(team.db(), [task.id])[task.id].own == Limit(tokens=5)
    assert team.cli(*edit, "none").returncode == 0
    assert used_by_tasks(team.db(), [task.id])[task.id].own == Limit()
    for wrong in ("tokens", "tokens=0", "cost=-1", "weeks=3", "cost=nan", "tokens=1.5"):
        done = team.cli(*edit, wrong)
        assert (done.returncode, " expected " in done.stderr) == (2, True), (wrong, done.stderr)


def test_a_small_raise_is_followed_by_no_warning(make: Make) -> None:
    team = make({"dev": works(most=5, cap={"tokens": 1000})})
    task = team.task(reviews=())
    team.run()
    assert get_task(team.db(), task.id).status == "held"
    team.cli("task", "raise", str(task.id), "--tokens", "500", "--project", "quant")
    before = warned(team)
    team.run()
    assert team.status(task) == "done"
    assert warned(team) == before


def warned(team: TeamHome) -> int:
    """How often it was said that not much is left."""
    return int(team.db().execute("SELECT count(*) FROM observations WHERE cause LIKE 'cap-near:%'").fetchone()[0])


ASKS = """
if blackboard read | grep -q 'operator, answered'; then blackboard submit --summary done; exit; fi
blackboard ask 'A or B?' --option A --option B --wait 1s
blackboard usage --tokens 2000
blackboard ask 'A or B?' --option A --option B --wait 5m
"""


@pytest.mark.parametrize("raised_first", [False, True])
def test_who_waits_for_an_answer_at_its_cap_keeps_its_question_and_goes_on_with_the_answer(
    make: Make, raised_first: bool
) -> None:
    team = make({"dev": developer(ASKS, cap={"tokens": 1000})})
    task = team.task(reviews=())
    team.run()
    found, (ask,) = get_task(team.db(), task.id), open_asks(team.db())
    assert (found.status, found.hold_rule, found.attempts) == ("held", "ask.answer", 0)
    assert only(team, task).failure == "at its cap: 2,000 of 1,000 tokens by dev"
    acts = [("task", "raise", str(task.id), "--project", "quant"), ("ask", "answer", f"quant#{ask.id}", "B")]
    for act in acts if raised_first else reversed(acts):
        assert team.cli(*act).returncode == 0
        team.run()
    assert (team.status(task), get_task(team.db(), task.id).attempts) == ("done", 0), team.account()
    assert get_ask(team.db(), ask.id).choice == "B"
