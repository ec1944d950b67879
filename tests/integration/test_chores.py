"""Promises of the scheduler's chores: backups by the clock beside its ticks, alerts told while no console is open."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from console.blackboard.backup import examine
from console.blackboard.writes.notes import observe
from console.engine.chores import Chores
from console.engine.wakes import Wakes
from console.keeping.cleaner import Cleaner
from console.keeping.copies import HOME_NAME, folder_of, listed
from console.keeping.presence import looking
from console.records.actor import SCHEDULER
from console.records.alert import Level
from console.settings import load_settings
from tests.homes import CLOCK, QUICK, SUBMITS, TeamHome, eventually


@pytest.fixture
def team(tmp_path: Path) -> Iterator[TeamHome]:
    made = TeamHome(tmp_path / "home", {"dev": SUBMITS})
    yield made
    made.close()


def age(team: TeamHome, hours: float) -> None:
    """The home was made so long ago."""
    then = time.time() - hours * 3600
    os.utime(team.home.home_mark, (then, then))


def test_a_run_backs_up_what_is_due_and_ends_only_when_that_is_done(team: TeamHome) -> None:
    task = team.task()
    assert team.run() == 0
    assert listed(folder_of(team.home, "quant")) == [], "a young home is not due yet"
    age(team, 30)
    started = time.monotonic()
    assert team.run() == 0
    assert time.monotonic() - started < 25, "it does not wait for the next tick of the clock"
    (copy,) = listed(folder_of(team.home, "quant"))
    assert examine(copy.path).tasks == {"done": 1}
    assert len(listed(folder_of(team.home, HOME_NAME))) == 1
    assert team.run() == 0
    assert listed(folder_of(team.home, "quant")) == [copy], "one catch-up, not thirty"
    assert team.status(task) == "done"


async def test_the_chores_follow_the_clock_they_are_told_and_no_poll_takes_time(team: TeamHome) -> None:
    settings, now = load_settings(team.home, {}), CLOCK.now()
    age(team, 0)
    chores = Chores(team.home, Wakes())
    begun = time.monotonic()
    for minute in range(0, 59):
        chores.poll(now + minute * 60_000, settings)
    assert not chores.busy
    chores.poll(now + 61 * 60_000, settings)
    chores.poll(now + 61 * 60_000 + 1, settings)
    assert time.monotonic() - begun < 5
    await chores.close()
    assert [copy.at for copy in listed(folder_of(team.home, "quant"))] == [now + 61 * 60_000]


def test_a_run_removes_what_is_old_once_a_day_and_nothing_where_that_is_switched_off(team: TeamHome) -> None:
    old = team.home.runs / "20200101_000000" / "state"
    old.mkdir(parents=True)
    (old / "runtime_state.json").write_text("{}")
    os.utime(old / "runtime_state.json", (0, 0))
    team.task()
    assert team.run() == 0
    assert old.exists(), "a young home is not due yet"
    age(team, 30)
    team.configure({**QUICK, "agents": {"dev": SUBMITS}, "retention": {"interval": 0}})
    assert team.run() == 0
    assert old.exists(), "it is left to `moziplus clean`"
    team.configure({**QUICK, "agents": {"dev": SUBMITS}})
    scheduler, log = team.start("run"), team.home.logs / "moziplus.log"
    try:
        eventually(lambda: log.exists() and "removed what is old: 1 runs" in log.read_text())
    finally:
        scheduler.terminate()
        scheduler.wait(20)
    assert not old.exists()


async def test_the_day_between_two_cleanings_outlives_the_scheduler(team: TeamHome) -> None:
    settings, now = load_settings(team.home, {}), CLOCK.now()
    age(team, 25)
    for hours, begins in ((0, True), (1, False), (23, False), (25, True), (26, False)):
        cleaner = Cleaner(team.home)
        assert cleaner.poll(now + hours * 3_600_000, settings) is begins, hours
        cleaner.close(10)


def test_a_headless_scheduler_tells_an_alert_once_and_not_while_a_console_is_open(
    team: TeamHome, tmp_path: Path
) -> None:
    box = tmp_path / "box"
    line = 'echo "$MOZIPLUS_ALERT_TEXT" >> "$0"'
    agents = {"dev": SUBMITS}
    team.configure({**QUICK, "agents": agents, "notify": {"command": ["sh", "-c", line, str(box)]}})
    scheduler = team.start("run")
    try:
        observe(team.db(), "disk full", level=Level.URGENT, cause="1", by=SCHEDULER, now=CLOCK.now())
        eventually(lambda: box.exists() and box.read_text() == "[urgent] quant: disk full\n")
        with looking(team.home):
            observe(team.db(), "seen", level=Level.URGENT, cause="2", by=SCHEDULER, now=CLOCK.now())
            done = team.task("a tick later")
            eventually(lambda: team.status(done) == "done")
            eventually(lambda: '"told": 2' in (team.home.state / "notified.json").read_text())
    finally:
        scheduler.terminate()
        assert scheduler.wait(10) == 0
    with closing(team.db()):
        assert team.run() == 0
    assert box.read_text() == "[urgent] quant: disk full\n"
