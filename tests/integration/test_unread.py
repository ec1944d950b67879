"""Promises of every command that looks at several things: one that cannot be read is named with its reason, the rest is shown,
and the exit code says that something is missing."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.blackboard.writes.notes import observe
from console.keeping.retention import clean
from console.making import NewProject, make_project
from console.records.actor import SCHEDULER
from console.records.alert import Level
from console.settings import Retention
from tests.agent import Desk
from tests.guarded import guard
from tests.homes import CLOCK, SUBMITS, TeamHome


@pytest.fixture
def team(tmp_path: Path) -> Iterator[TeamHome]:
    made = TeamHome(tmp_path / "home", {"quick": SUBMITS}, projects=("bad", "good"))
    yield made
    made.close()


def _garble(database: Path) -> None:
    for log in database.parent.glob(f"{database.name}-*"):
        log.unlink()
    database.write_text("this is no database, " * 500)


def _lose(team: TeamHome) -> None:
    team.close()
    _garble(team.home.project_folder("bad") / "blackboard.db")


@pytest.mark.parametrize(
    "command",
    [
        ("task", "list"), ("task", "list", "--json"), ("session", "list"), ("review", "list"), ("alert", "list"),
        ("schedule", "list"), ("needs",), ("experience", "list"), ("review", "stats"),
    ],
)  # fmt: skip
def test_a_list_over_projects_names_the_one_that_it_leaves_out_and_ends_with_5(
    team: TeamHome, command: tuple[str, ...]
) -> None:
    team.task("of the good", project="good")
    _lose(team)
    done = team.cli(*command)
    assert done.returncode == 5 and "left out: bad/blackboard.db" in done.stderr
    if command[0] == "task":
        assert "of the good" in done.stdout
    elif command[0] in ("needs", "alert"):
        assert "bad/blackboard.db" in done.stdout, "it needs the operator itself, also with nobody in charge"
    else:
        assert not done.stdout or "could be read" in done.stdout


def test_alerts_of_the_projects_are_listed_where_the_homes_own_cannot_be_read(team: TeamHome) -> None:
    observe(team.db("good"), "look at this", level=Level.URGENT, cause="c", by=SCHEDULER, now=CLOCK.now())
    _garble(team.home.state_db)
    done = team.cli("alert", "list")
    assert done.returncode == 5 and "left out: the home's own" in done.stderr and "look at this" in done.stdout


def test_agents_of_a_project_whose_settings_are_wrong_are_said_to_be_left_out(team: TeamHome) -> None:
    (team.home.project_folder("bad") / "config" / "project.yaml").write_text("project: {agnets: []}\n")
    done = team.cli("agent", "list")
    assert done.returncode == 5 and "left out: the team of bad" in done.stderr and "quick" in done.stdout


def test_a_session_that_may_lie_in_a_blackboard_that_cannot_be_read_is_not_said_to_be_none(team: TeamHome) -> None:
    assert team.cli("session", "show", "abc").returncode == 3
    _lose(team)
    done = team.cli("session", "show", "abc")
    assert done.returncode == 5 and "bad/blackboard.db" in done.stderr


def test_what_a_team_or_a_blackboard_may_know_is_not_called_unknown_while_that_cannot_be_read(team: TeamHome) -> None:
    guard(team.home, {"name": "theirs", "effect": "hold", "match": {"agent": "only-bad-knows", "tags": ["t"]}})
    assert "only-bad-knows" in team.cli("config", "check").stderr
    (team.home.project_folder("bad") / "config" / "project.yaml").write_text("project: {agnets: []}\n")
    done = team.cli("config", "check")
    assert done.returncode == 2 and "agnets" in done.stderr and "only-bad-knows" not in done.stderr
    _lose(team)
    assert "those of bad cannot be read" in team.cli("config", "check").stdout


def test_status_says_what_it_does_not_know_of_the_inbox_and_of_the_budget(team: TeamHome) -> None:
    guard(team.home, budgets={"day": {"cost": 2}})
    inbox = team.home.inbox / "daemon.jsonl"
    inbox.unlink(missing_ok=True)
    os.mkfifo(inbox)
    _lose(team)
    done = team.cli("status")
    assert "PROBLEM: how much waits in the inbox is not known: the inbox daemon.jsonl cannot be read" in done.stdout
    assert "PROBLEM: the home's budget of today does not count what cannot be read: bad" in done.stdout
    assert "good: no tasks" in done.stdout


def test_projects_that_are_away_are_not_shown_as_none(team: TeamHome) -> None:
    team.close()
    team.home.projects.rename(team.home.path / "away")
    shown = team.cli("status")
    assert f"PROBLEM: {team.home.projects} is missing" in shown.stdout and "no projects yet" not in shown.stdout
    done = team.cli("task", "list")
    assert done.returncode == 5 and "is missing, and all projects with it" in done.stderr


def test_cleaning_says_what_it_could_not_look_at_and_goes_on(team: TeamHome) -> None:
    _garble(team.home.state_db)
    found = clean(team.home, Retention(), inbox=team.home.inbox / "daemon.jsonl", now=CLOCK.now(), dry_run=True)
    assert {entry.kind for entry in found if entry.problem} == {"events", "inbox", "runs"}
    assert {"transcripts", "logs"} <= {entry.kind for entry in found if not entry.problem}


def test_a_claim_under_a_budget_names_the_project_that_the_day_does_not_count(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    other = make_project(desk.home, NewProject(id="other", agents=("dev",)))
    guard(desk.home, budgets={"day": {"cost": 2}})
    task = str(desk.task())
    _garble(other / "blackboard.db")
    done = desk("claim", "--agent", "dev", "--task", task)
    assert done.code == 0 and "the budget of the day does not count other: other/blackboard.db" in done.err
