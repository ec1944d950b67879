"""Promises that a home's database which was deleted is never remade in silence, and comes back from its copy."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.engine.control import Control
from console.keeping.backup import back_up
from console.settings import Backup
from tests.homes import BOSS, CLOCK, SUBMITS, TeamHome
from tests.program import moziplus


def lose(team: TeamHome) -> None:
    for file in team.home.state.glob("moziplus.db*"):
        file.unlink()


@pytest.fixture
def team(tmp_path: Path) -> TeamHome:
    return TeamHome(tmp_path / "home", {"quick": SUBMITS})


def test_the_command_that_makes_it_anew_says_what_is_lost_and_so_does_everything_after_it(team: TeamHome) -> None:
    lose(team)
    first = team.cli("task", "list", "--project", "quant")
    assert (first.returncode, "pauses" in first.stderr, "no copy" in first.stderr) == (0, True, True), first
    again = team.cli("task", "list", "--project", "quant")
    assert (again.returncode, again.stderr) == (0, "")
    assert "was deleted and has been made anew" in team.cli("alert", "list").stdout
    assert "was deleted and has been made anew" in team.cli("doctor").stdout
    assert "was deleted" in team.cli("needs").stdout


def test_a_scheduler_that_makes_it_anew_tells_it_too(team: TeamHome) -> None:
    team.task(assignee="quick")
    team.run()
    lose(team)
    team.run()
    assert "was deleted and has been made anew" in team.cli("alert", "list").stdout


def test_its_newest_copy_is_named_and_brings_the_pause_back(team: TeamHome) -> None:
    Control(team.home, by=BOSS, clock=CLOCK).pause(reason="the night")
    back_up(team.home, Backup(), now=CLOCK.now())
    lose(team)
    told = team.cli("status")
    assert "moziplus restore _home" in told.stderr
    done = team.cli("restore", "_home")
    assert (done.returncode, "restored the home's database" in done.stdout) == (0, True), done
    assert "the night" in team.cli("status").stdout
    assert "was deleted" not in team.cli("alert", "list").stdout


def test_a_new_home_has_lost_nothing(tmp_path: Path) -> None:
    made = moziplus("init", str(tmp_path / "new"))
    assert (made.code, made.err) == (0, ""), made
    assert "deleted" not in moziplus("alert", "list", home=tmp_path / "new").out
