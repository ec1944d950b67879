"""Promises that a scheduler which is in charge and does nothing is told, with its pid, and that the next one goes on."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.engine.hanging import is_hung
from console.engine.in_charge import HEADLESS, Holder
from tests.homes import SUBMITS, TeamHome, eventually


@pytest.fixture
def team(tmp_path: Path) -> Iterator[TeamHome]:
    made = TeamHome(tmp_path / "home", {"quick": SUBMITS}, settings={"daemon": {"tick_interval": 1}})
    yield made
    made.close()


def test_a_holder_without_a_tick_for_three_intervals_is_named_and_status_fails(team: TeamHome) -> None:
    scheduler = team.start("run")
    try:
        eventually(lambda: json.loads(team.cli("status", "--json").stdout)["last_tick"] is not None)
        assert team.cli("status").returncode == 0
        scheduler.send_signal(signal.SIGSTOP)
        eventually(lambda: team.cli("status").returncode != 0)
        hung = team.cli("status", "--json")
        assert (hung.returncode, json.loads(hung.stdout)["hung"]) == (5, True)
        assert f"kill -9 {scheduler.pid}" in hung.stderr
    finally:
        scheduler.kill()
        scheduler.wait()
    waiting = team.task(assignee="quick")
    assert team.run() == 0
    assert team.status(waiting) == "done"
    assert team.cli("status").returncode == 0


def test_a_scheduler_that_has_just_begun_does_not_hang_because_the_last_one_ended_long_ago() -> None:
    who = Holder(pid=1, host="here", since=1_000_000, mode=HEADLESS, version="1")
    assert not is_hung(who, "1970-01-01T00:00:10.000Z", 30, 1_000_000 + 90_000)
    assert is_hung(who, "1970-01-01T00:00:10.000Z", 30, 1_000_000 + 90_001)
    assert not is_hung(who, "1970-01-01T00:20:00.000Z", 30, 1_000_000 + 90_001)
    assert is_hung(who, None, 30, 1_000_000 + 90_001)
