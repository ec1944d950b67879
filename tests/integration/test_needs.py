"""Promises of `moziplus needs`: what status, doctor or alerts say that needs you stands there, with what to type."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from console.app.reader import Reader
from console.blackboard.connection import open_home
from console.blackboard.writes.home import set_flag
from console.blackboard.writes.notes import observe
from console.blackboard.writes.tasks import hold_task
from console.engine.in_charge import HEADLESS, take
from console.records.alert import Level
from tests.fakes.clock import TurnedClock
from tests.homes import BOSS, CLOCK, SUBMITS, TeamHome


@pytest.fixture
def team(tmp_path: Path) -> Iterator[TeamHome]:
    made = TeamHome(tmp_path / "home", {"dev": SUBMITS}, projects=("quant", "other"))
    yield made
    made.close()


def stopped(team: TeamHome) -> None:
    with closing(open_home(team.home.state_db)) as db:
        set_flag(db, "estop", by=BOSS, now=CLOCK.now())


def wrong_settings(team: TeamHome) -> None:
    (team.home.config / "default.yaml").write_text("daemon: {tick_interval: never}\n")


def wrong_project(team: TeamHome) -> None:
    (team.home.project_folder("other") / "config" / "project.yaml").write_text("project: [1]\n")


def lost_blackboard(team: TeamHome) -> None:
    team.close()
    (team.home.project_folder("other") / "blackboard.db").write_bytes(b"not a database" * 500)


def lost_home(team: TeamHome) -> None:
    team.home.state_db.write_bytes(b"not a database" * 500)


def nobody_fits(team: TeamHome) -> None:
    team.task(role="poet")
    team.run()


def nobody_starts(team: TeamHome) -> None:
    team.configure({"agents": {"dev": SUBMITS | {"env_required": ["NO_SUCH_KEY_HERE"]}}})
    team.task()
    team.run()


def failed(team: TeamHome) -> None:
    team.configure({"retry": {"max_attempts": 1}, "agents": {"dev": SUBMITS | {"command": ["false"]}}})
    team.task()
    team.run()


def takes_no_writes(team: TeamHome) -> None:
    """Whoever is in charge touches its lock, and could publish nothing for ten minutes."""
    assert take(team.home, mode=HEADLESS, clock=TurnedClock(CLOCK.now() - 600_000)) is not None


@pytest.mark.parametrize(
    ("trouble", "cause", "answer"),
    [
        (stopped, "estop", "moziplus resume"),
        (wrong_settings, "config", "moziplus config check"),
        (wrong_project, "config:other", "moziplus project edit other"),
        (lost_blackboard, "set-aside:other", "moziplus doctor"),
        (lost_home, "unread", "moziplus doctor"),
        (nobody_fits, "unassignable:1", "moziplus task explain quant#1"),
        (nobody_starts, "unfit:dev", "moziplus agent check dev"),
        (takes_no_writes, "disk", "moziplus doctor"),
        (failed, "failed:1", "moziplus task retry quant#1"),
    ],
)
def test_what_needs_you_stands_in_needs_and_in_alerts_and_is_counted_by_status(
    team: TeamHome, trouble: Callable[[TeamHome], None], cause: str, answer: str
) -> None:
    trouble(team)
    needs = [json.loads(line) for line in team.cli("needs", "--json").stdout.splitlines()]
    alerts = [json.loads(line) for line in team.cli("alert", "list", "--json").stdout.splitlines()]
    assert cause in {alert["cause"] for alert in alerts}, alerts
    assert answer in {need["answer"] for need in needs}, needs
    assert json.loads(team.cli("status", "--json").stdout)["needs_you"] == len(needs), needs


def test_the_console_and_the_command_have_one_order_and_what_is_urgent_stands_first(team: TeamHome) -> None:
    failed(team)
    team.task(role="poet", title="Ode")
    held = team.task(title="Keys")
    team.configure({"agents": {"dev": SUBMITS | {"env_required": ["NO_SUCH_KEY_HERE"]}}})
    team.run()
    hold_task(team.db("quant"), held.id, reason="touches credentials", rule="secrets", by=BOSS, now=CLOCK.now())
    stopped(team)
    observe(team.db("other"), "disk full", level=Level.URGENT, cause="agent's", by=BOSS, now=CLOCK.now())
    told = [json.loads(line) for line in team.cli("needs", "--json").stdout.splitlines()]
    kinds = [need["kind"] for need in told]
    assert {"alert", "failed", "held"} <= set(kinds), told
    assert [need["reason"] for need in told[:2]] == ["estop", "agent's"], told
    reader = Reader(team.home, {}, CLOCK)
    shown = [row.need for row in reader.look().needs]
    reader.close()
    assert [(each.project or None, each.kind, each.task_id) for each in shown] == [
        (each["project"], each["kind"], each["task"]) for each in told
    ]


def test_a_quiet_home_needs_nobody(team: TeamHome) -> None:
    assert team.cli("needs").stdout == "nothing needs you\n"
    assert json.loads(team.cli("status", "--json").stdout)["needs_you"] == 0


def test_what_comes_up_and_what_is_settled_is_followed_in_whole_lines(team: TeamHome) -> None:
    task = team.task(title="Keys of the vault")
    command = [sys.executable, "-m", "console", "needs", "--follow", "--home", str(team.home.path)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env={**os.environ, "LC_ALL": "C.UTF-8"}
    ) as follower:
        watchdog = threading.Timer(120, follower.kill)
        watchdog.start()
        try:
            assert follower.stdout is not None
            assert follower.stdout.readline() == "nothing needs you\n"
            hold_task(team.db("quant"), task.id, reason="touches credentials", rule="secrets", by=BOSS, now=CLOCK.now())
            told = follower.stdout.readline()
            assert told[5:].startswith(f"  needs you: held  quant#{task.id}  Keys of the vault"), told
            assert "→ moziplus task release" in told, "the command that answers it stands at the end"
            assert team.cli("needs", "--snooze", f"quant#{task.id}").returncode == 0
            assert "put off: held  quant#" in follower.stdout.readline(), "what sleeps is not settled"
            assert team.cli("needs", "--wake").returncode == 0
            assert "needs you: held  quant#" in follower.stdout.readline()
            assert team.cli("task", "release", f"quant#{task.id}").returncode == 0
            assert "settled: held  quant#" in follower.stdout.readline()
        finally:
            watchdog.cancel()
            follower.kill()
