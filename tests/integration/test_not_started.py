"""Promises of agents that could not be started: no attempt is spent, another one is asked, somebody is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from console.blackboard.reads.needs import needs
from console.blackboard.reads.notes import open_causes
from console.blackboard.reads.sessions import sessions_of
from console.blackboard.reads.tasks import get_task
from tests.homes import SUBMITS, TeamHome, developer, reviewer

Make = Callable[..., TeamHome]
ONCE = {"retry": {"max_attempts": 1, "base": 0.1}}


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    made: list[TeamHome] = []

    def _make(agents: dict[str, Any], **how: Any) -> TeamHome:
        made.append(TeamHome(tmp_path / "home", agents, settings=ONCE, **how))
        return made[-1]

    yield _make
    for team in made:
        team.close()


def program(path: Path, interpreter: str) -> dict[str, Any]:
    """An agent whose program is found, and may not run."""
    path.write_text(f"#!{interpreter}\nblackboard submit --summary ok\n")
    path.chmod(0o700)
    return {"role": "developer", "backend": "command", "command": [str(path)]}


def spent(team: TeamHome, task: Any) -> tuple[int, list[int]]:
    """The task's attempts, and of each session whether it counted."""
    return get_task(team.db(), task.id).attempts, [s.counted for s in sessions_of(team.db(), task.id)]


def test_a_program_that_does_not_start_costs_no_attempt_and_another_one_is_taken(make: Make, tmp_path: Path) -> None:
    agent = tmp_path / "agent"
    team = make({"broken": program(agent, "/nowhere/sh"), "two": SUBMITS})
    free, bound = team.task(), team.task("for broken", assignee="broken")
    team.run()
    assert (team.status(free), sessions_of(team.db(), free.id)[-1].agent) == ("done", "two"), team.account()
    assert (team.status(bound), get_task(team.db(), bound.id).attempts) == ("pending", 0)
    assert open_causes(team.db()) == {"unfit:broken"}
    assert "broken could not be started: " in team.cli("alert", "list").stdout
    program(agent, "/bin/sh")
    team.run()
    assert team.status(bound) == "done" and open_causes(team.db()) == set()


@pytest.mark.parametrize(
    "command", [["sh", "-c", "exit 0", *["{prompt_file}" * 1000] * 10], ["{task}-no-such-program"]]
)
def test_arguments_that_are_too_long_and_a_program_known_only_at_the_start_cost_no_attempt(
    make: Make, command: list[str]
) -> None:
    team = make({"dev": {"role": "developer", "backend": "command", "command": command}})
    task = team.task()
    team.run()
    assert (team.status(task), spent(team, task)) == ("pending", (0, [0])), team.account()
    assert open_causes(team.db()) == {"unfit:dev"}


def test_a_reviewer_that_does_not_start_is_followed_by_the_next(make: Make, tmp_path: Path) -> None:
    broken = program(tmp_path / "agent", "/nowhere/sh") | {"role": "reviewer"}
    approves = reviewer(
        "blackboard review --verdict approve --score correctness=1 --score completeness=1 --score clarity=1"
    )
    team = make({"dev": SUBMITS, "a": broken, "b": approves})
    task = team.task(reviews=("output_review",))
    team.run()
    assert team.status(task) == "done", team.account()


def test_a_task_whose_own_folder_is_in_the_way_is_held_and_told(make: Make) -> None:
    team = make({"dev": SUBMITS})
    task = team.task()
    folder = team.home.project_folder("quant") / "artifacts" / str(task.id)
    folder.parent.mkdir(exist_ok=True)
    folder.symlink_to("/tmp")
    team.run()
    assert (team.status(task), spent(team, task)) == ("held", (0, [0])), team.account()
    assert [need.kind for need in needs(team.db(), "quant")] == ["held"]
    assert open_causes(team.db()) == {"held:1"}
    assert "moziplus task release quant#1" in team.cli("needs").stdout


def test_a_prompt_that_fits_no_argument_holds_its_task_and_no_other(make: Make) -> None:
    takes = developer("blackboard submit --summary ok") | {"prompt": "argument"}
    team = make({"dev": takes})
    task = team.task(body="字" * 60_000)
    team.run()
    assert (team.status(task), spent(team, task)) == ("held", (0, [0])), team.account()
    assert "prompt: file" in team.cli("needs").stdout
