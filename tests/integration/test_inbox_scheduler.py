"""Promises of the inbox with a scheduler in charge: what a shell appends is done, at once and without a tick by the clock."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.blackboard.reads.tasks import list_tasks
from tests.homes import TeamHome, eventually
from tests.inboxes import append, inbox_of, team_home

TASK = '{"v":1,"project":"quant","kind":"task.create","title":"t","assignee":"dev","review":false}'


@pytest.fixture
def team(tmp_path: Path) -> Iterator[TeamHome]:
    found = team_home(tmp_path / "home")
    yield found
    found.close()


def echo(team: TeamHome, line: str) -> None:
    """As anything on the machine does it."""
    subprocess.run(["sh", "-c", f"echo '{line}' >> '{inbox_of(team.home)}'"], check=True)


def done(team: TeamHome) -> list[str]:
    """The status of every task."""
    return [str(task.status) for task in list_tasks(team.db())]


def test_a_line_becomes_a_task_that_is_done_before_the_run_is_idle(team: TeamHome) -> None:
    echo(team, TASK)
    assert team.start("run", "--until-idle").wait(timeout=60) == 0
    assert done(team) == ["done"]


def test_a_last_line_without_its_end_is_waited_for(team: TeamHome) -> None:
    inbox_of(team.home).write_text(TASK)
    assert team.start("run", "--until-idle").wait(timeout=60) == 0
    assert done(team) == ["done"]


def test_a_running_scheduler_reads_at_once_and_says_what_waits(team: TeamHome) -> None:
    scheduler = team.start("run")
    try:
        eventually(lambda: json.loads(team.cli("--json", "status").stdout)["last_tick"] is not None)
        echo(team, TASK)
        eventually(lambda: done(team) == ["done"])
        assert json.loads(team.cli("--json", "status").stdout)["inbox_pending"] == 0
    finally:
        scheduler.terminate()
        assert scheduler.wait(timeout=20) == 0


def test_without_a_scheduler_the_status_counts_the_lines_that_wait(team: TeamHome) -> None:
    append(team.home, TASK, TASK)
    assert json.loads(team.cli("--json", "status").stdout)["inbox_pending"] == 2
    team.run()
    assert json.loads(team.cli("--json", "status").stdout)["inbox_pending"] == 0
    assert done(team) == ["done", "done"]


def test_trouble_with_the_inbox_stops_nothing_else(team: TeamHome) -> None:
    inbox_of(team.home).symlink_to("elsewhere")
    team.task()
    assert team.start("run", "--until-idle").wait(timeout=60) == 0
    assert "review" in done(team) or done(team) == ["done"]
