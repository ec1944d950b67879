"""Promises of what is accepted and will not run, or not soon: whoever asked for it is told at once, by every door."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from console.actions.forewarn import on_task
from console.blackboard.connection import open_home
from console.blackboard.writes.home import set_flag
from console.blackboard.writes.project import pause_project
from console.engine.in_charge import HEADLESS, take
from console.own_python import python_command
from console.settings import load_settings
from console.settings.project import load_project
from tests.homes import BOSS, CLOCK, TeamHome, developer, reviewer

TEAM = {"dev": developer("true", capabilities=["python"]), "judge": reviewer("true")}


@pytest.fixture
def team(tmp_path: Path) -> Any:
    team = TeamHome(tmp_path / "h", TEAM)
    yield team
    team.close()


def notes(team: TeamHome, **fields: Any) -> list[str]:
    """What is said of a new task."""
    task = team.task(**fields)
    settings = load_project(load_settings(team.home, {}), team.home.project_folder("quant"))
    environ = {"PATH": "/usr/bin:/bin"}
    return list(on_task(team.home, team.db(), settings, task.id, environ=environ, now=CLOCK.now()))


def test_a_task_that_is_made_with_nobody_in_charge_says_so_and_one_that_starts_at_once_says_nothing(
    team: TeamHome,
) -> None:
    for door in (["task", "create", "--title", "t"], ["task", "plan", "g"]):
        done = team.cli(*door)
        assert done.returncode == 0 and "note: nobody is in charge" in done.stderr, done
        assert "note" not in done.stdout
    held = take(team.home, mode=HEADLESS)
    assert held is not None
    try:
        done = team.cli("task", "create", "--title", "t")
        assert (done.returncode, done.stderr) == (0, "")
    finally:
        held.release()
    assert "nobody is in charge" in team.cli("task", "assign", "1", "--assignee", "dev").stderr
    team.cli("task", "cancel", "1")
    assert "nobody is in charge" in team.cli("task", "retry", "1").stderr


def test_every_verb_that_puts_work_in_line_says_what_keeps_it_from_starting(team: TeamHome) -> None:
    task = team.task()
    verbs = [
        ["schedule", "add", "daily", "--project", "quant", "--daily", "09:00"],
        ["inbox", "send", "--kind", "task.create", "--project", "quant", "--set", "title=t"],
        ["inbox", "send", "--kind", "wake"],
        ["resume"],
        ["resume", "--project", "quant"],
        ["project", "unarchive", "quant"],
    ]
    for verb in verbs:
        if verb[0] == "project":
            team.close()
            assert team.cli("project", "archive", "quant").returncode == 0
        done = team.cli(*verb)
        assert (done.returncode, "note: nobody is in charge" in done.stderr) == (0, True), done
    pause_project(team.db(), by=BOSS, now=CLOCK.now())
    assert "project quant is paused" in team.cli("schedule", "add", "x", "--project", "quant", "--daily", "9:00").stderr
    environ = {"MOZIPLUS_HOME": str(team.home.path), "MOZIPLUS_PROJECT": "quant"}
    given = subprocess.run(
        [*python_command("console.cli.blackboard"), "create", "--title", "t"],
        capture_output=True,
        text=True,
        env=os.environ | environ,
        check=True,
    )
    assert "note: nobody is in charge" in given.stderr and "project quant is paused" in given.stderr
    assert task.id == 1


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"assignee": "gone"}, "assigned to gone, who is no agent of this project"),
        ({"role": "poet"}, "no agent of this project has the role poet"),
        ({"needs": ("cobol",)}, "no agent of this project has all that it needs (cobol)"),
        ({"deadline": 1}, "its deadline has passed already"),
        ({"not_before": 1}, "has passed already"),
        ({"not_before": CLOCK.now() + 3 * 366 * 86_400_000}, "more than a year from now"),
        (
            {"deadline": CLOCK.now() + 3_600_000, "not_before": CLOCK.now() + 7_200_000},
            "its deadline comes before the date",
        ),
        ({"reviews": ("output_review",), "assignee": "judge"}, "the review will come to you"),
    ],
)
def test_whatever_keeps_a_task_from_being_started_or_judged_is_said(
    team: TeamHome, fields: dict[str, Any], said: str
) -> None:
    held = take(team.home, mode=HEADLESS)
    assert held is not None
    try:
        (note,) = notes(team, **fields)
    finally:
        held.release()
    assert said in note


def test_a_task_after_one_that_will_not_end_says_which_and_what_to_type(team: TeamHome) -> None:
    first = team.task()
    team.cli("task", "cancel", str(first.id))
    found = notes(team, after=(first.id,))
    assert any(f"#{first.id}, which is cancelled" in n and f"task retry {first.id}" in n for n in found), found


def test_a_paused_project_and_an_e_stopped_home_are_said_with_the_command_that_ends_it(team: TeamHome) -> None:
    pause_project(team.db(), by=BOSS, now=CLOCK.now())
    db = open_home(team.home.state_db)
    set_flag(db, "estop", by=BOSS, now=CLOCK.now())
    db.close()
    found = notes(team)
    assert any("moziplus resume --project quant" in n for n in found), found
    assert any("e-stopped" in n and "moziplus resume" in n for n in found), found


def test_an_agent_whose_program_is_not_there_is_said(tmp_path: Path) -> None:
    team = TeamHome(tmp_path / "h", {"dev": {"role": "developer", "backend": "command", "command": ["/no/such"]}})
    found = notes(team)
    team.close()
    assert any("dev cannot be run: its command /no/such is not found" in n for n in found), found


def test_a_budget_that_is_used_up_is_said(team: TeamHome) -> None:
    (team.home.config / "guardrails.yaml").write_text("default: allow\nbudgets: {project: {sessions: 0}}\n")
    found = notes(team)
    assert any("the project's budget is used up" in n for n in found), found


def test_a_project_with_an_agent_that_no_config_defines_says_whose_it_is_and_how_its_gateway_stands(
    team: TeamHome,
) -> None:
    team.configure({"agents": TEAM, "gateway": {"url": "http://127.0.0.1:9"}})
    done = team.cli("project", "create", "--id", "new", "--agents", "dev,typo")
    assert done.returncode == 0
    assert "no config defines typo: it is taken as an agent of the gateway at http://127.0.0.1:9" in done.stderr
    assert "no gateway answers" in done.stderr and "dev:" not in done.stderr
    assert "has no agents" in team.cli("project", "create", "--id", "none").stderr
    assert team.cli("project", "create", "--id", "fine", "--agents", "dev").stderr == ""
    assert "no config defines x" in team.cli("project", "edit", "fine", "--agents", "x").stderr


def test_an_agent_that_will_hardly_do_what_is_meant_is_told_by_agent_check_and_is_no_failure(team: TeamHome) -> None:
    dev = {"role": "developer", "backend": "command", "command": ["sh", "./run.sh"], "model": "opus"}
    team.configure({"agents": {"dev": dev, "far": {"thinking": "hgih"}}, "gateway": {"url": "http://127.0.0.1:9"}})
    done = team.cli("agent", "check", "dev")
    assert done.returncode == 0
    assert "note: dev: ./run.sh in its command is a relative path" in done.stderr
    assert "model does nothing for a command" in done.stderr
    assert "thinking 'hgih' is no level" in team.cli("agent", "check", "far").stderr


def test_a_lost_blackboard_and_a_full_disk_stand_in_needs_and_alerts_with_nobody_in_charge(team: TeamHome) -> None:
    assert team.cli("alert", "list").stdout.strip() == "nothing wants attention"
    team.configure({"agents": TEAM, "daemon": {"free_disk_floor_bytes": 10**15}})
    team.close()
    board = team.home.project_folder("quant") / "blackboard.db"
    board.write_bytes(b"no database at all, but long enough to be looked at" * 40)
    for command in (["needs"], ["alert", "list"]):
        done = team.cli(*command, "--json")
        causes = [row.get("cause") or row["reason"] for row in map(json.loads, done.stdout.splitlines())]
        assert sorted(causes) == ["disk", "set-aside:quant"], done
    assert "moziplus doctor" in team.cli("needs").stdout
