"""Promises of a scheduler whose clock jumps: it ends no session, stops nothing for long, removes nothing, and says so."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from console.blackboard.connection import open_home
from console.blackboard.reads.notes import open_alerts
from console.blackboard.reads.sessions import get_session, sessions_of
from console.blackboard.writes.claims import Start, claim_task
from console.blackboard.writes.notes import acknowledge
from console.blackboard.writes.releases import release_claim
from console.clock import SystemClock
from console.engine.host import EmbeddedScheduler, dry_run
from console.records.actor import Actor, Origin
from console.scheduler.actions import EndSession
from tests.homes import BOSS, QUICK, SUBMITS, TeamHome, developer, eventually

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
YEAR = 365 * DAY
WAITS = 'while [ ! -e "$MOZIPLUS_HOME/go" ]; do sleep 0.05; done; blackboard submit --summary done'
SHORT = {"tick_interval": 1, "task_timeout": 60, "silence_nudge": 20, "silence_alert": 30}
BRISK = {**QUICK, "daemon": {**QUICK["daemon"], **SHORT}}


class Movable(SystemClock):
    """The machine's clock, set by hand, or asleep; time goes by as it does."""

    ahead = slept = 0

    def now(self) -> int:
        """Epoch ms."""
        return super().now() + self.ahead

    def continuous(self) -> float:
        """With what it slept."""
        return super().continuous() + self.slept / 1000

    def sleep(self, ms: int) -> None:
        """It slept."""
        self.ahead, self.slept = self.ahead + ms, self.slept + ms

    def step(self, ms: int) -> None:
        """Somebody set it."""
        self.ahead += ms


@pytest.fixture
def team(tmp_path: Path) -> Iterator[TeamHome]:
    made = TeamHome(tmp_path / "home", {"dev": developer(WAITS), "quick": SUBMITS, "outside": SUBMITS}, settings=BRISK)
    yield made
    (made.home.path / "go").touch()
    made.close()


Begin = Callable[[Movable], EmbeddedScheduler]


@pytest.fixture
def begin(team: TeamHome) -> Iterator[Begin]:
    running: list[EmbeddedScheduler] = []

    def start(clock: Movable) -> EmbeddedScheduler:
        running.append(EmbeddedScheduler(team.home, clock=clock))
        running[-1].start()
        eventually(lambda: running[-1].in_charge)
        return running[-1]

    yield start
    for one in running:
        assert one.stop(20)
        assert one.failure is None


def ticked(team: TeamHome, clock: Movable) -> None:
    """Two ticks have ended since the clock is as it is now: the first that begins now, and the next."""
    for _ in range(2):
        before = clock.now()
        task = team.task("a tick is seen by what it does", assignee="quick")
        eventually(lambda task=task: team.status(task) == "done", account=team.account)  # type: ignore[misc]
        assert clock.now() >= before


def alerts(team: TeamHome) -> list[str]:
    """Causes of the home's open alerts."""
    with closing(open_home(team.home.state_db)) as db:
        return [str(alert.cause) for alert in open_alerts(db)]


def sleeps_15_min(clock: Movable) -> None:
    clock.sleep(15 * MINUTE)


def sleeps_9_h(clock: Movable) -> None:
    clock.sleep(9 * HOUR)


def a_year_on(clock: Movable) -> None:
    clock.step(YEAR)


def a_year_back(clock: Movable) -> None:
    clock.step(-YEAR)


def ten_minutes_back(clock: Movable) -> None:
    clock.step(-10 * MINUTE)


def to_1970_and_right_again(clock: Movable) -> None:
    clock.step(-clock.now())


JUMPS = (sleeps_15_min, sleeps_9_h, a_year_on, a_year_back, ten_minutes_back, to_1970_and_right_again)


@pytest.mark.parametrize("restarted", [False, True])
@pytest.mark.parametrize("jump", JUMPS)
def test_no_session_is_ended_and_nobody_is_called_silent(
    team: TeamHome, begin: Begin, jump: Callable[[Movable], None], restarted: bool
) -> None:
    clock = Movable()
    local, other = team.task(assignee="dev"), team.task(assignee="outside")
    mine = Start(session="00000000-0000-0000-0000-000000000001", agent="outside", backend="external", lease_ms=120_000)
    claim_task(team.db(), other.id, mine, by=Actor(name="outside", origin=Origin.AGENT), now=clock.now())
    first = begin(clock)
    eventually(lambda: [str(s.status) for s in sessions_of(team.db(), local.id)] == ["running"])
    if restarted:
        assert first.stop()
    jump(clock)
    if restarted:
        begin(clock)
    ticked(team, clock)
    if jump is to_1970_and_right_again:
        clock.ahead = 0
        ticked(team, clock)
    (session,) = sessions_of(team.db(), local.id)
    assert (str(session.status), session.stop_reason) == ("running", None)
    assert get_session(team.db(), mine.session).ended_at is None
    assert [alert.cause for alert in open_alerts(team.db()) if "silent" in str(alert.cause)] == []
    assert ("clock" in alerts(team)) == (jump is a_year_on)
    (team.home.path / "go").touch()
    eventually(lambda: team.status(local) == "done", account=team.account)


def test_what_waits_to_be_tried_again_does_not_wait_for_a_year(team: TeamHome, begin: Begin) -> None:
    clock = Movable()
    clock.step(YEAR)
    task = team.task(assignee="dev")
    mine = Start(session="00000000-0000-0000-0000-000000000001", agent="dev", backend="external")
    by = Actor(name="dev", origin=Origin.AGENT, session=mine.session)
    session = claim_task(team.db(), task.id, mine, by=by, now=clock.now())
    release_claim(team.db(), session.id, session.fence, reason="later", by=by, now=clock.now())
    scheduler = begin(clock)
    clock.step(-YEAR)
    (team.home.path / "go").touch()
    eventually(lambda: team.status(task) == "done", account=team.account)
    assert scheduler.in_charge


def test_nothing_old_is_removed_until_the_operator_says_that_the_time_is_right(team: TeamHome, begin: Begin) -> None:
    clock = Movable()
    begin(clock)
    old = team.home.logs / "crash-1.log"
    old.write_text("young")
    mark = team.home.state / "cleaned"
    mark.touch()
    os.utime(mark, (1, 1))
    clock.step(YEAR)
    ticked(team, clock)
    eventually(lambda: "clock" in alerts(team))
    assert old.exists() and mark.stat().st_mtime == 1
    with closing(open_home(team.home.state_db)) as db:
        (alert,) = (one for one in open_alerts(db) if one.cause == "clock")
        acknowledge(db, alert.id, by=BOSS, now=clock.now())
    eventually(lambda: not old.exists(), account=team.account)


def test_cleaning_by_hand_waits_for_the_same_word(team: TeamHome, begin: Begin) -> None:
    clock = Movable()
    clock.step(-YEAR)
    assert begin(clock).stop()  # the year between its clock and that of the command was no uptime
    old = team.home.logs / "crash-1.log"
    old.write_text("young")
    os.utime(old, (1, 1))
    assert team.cli("clean", "--dry-run").returncode == 0
    refused = team.cli("clean")
    assert (refused.returncode, refused.stderr.count("\n"), old.exists()) == (4, 1, True)
    (number,) = re.findall(r"alert ack (\d+)", refused.stderr)
    assert team.cli("alert", "ack", number).returncode == 0
    assert team.cli("clean").returncode == 0 and not old.exists()


class Interrupted(Movable):
    """It is set on by an hour, asleep or not, when it is asked for the time of day for the `at`th time."""

    def __init__(self, at: int) -> None:
        self.left = at

    def now(self) -> int:
        """Epoch ms."""
        self.left -= 1
        if self.left == 0:
            self.step(HOUR)
        return super().now()


def test_a_clock_that_is_set_while_it_is_looked_ends_nothing_either(team: TeamHome) -> None:
    task = team.task(assignee="outside")
    mine = Start(session="00000000-0000-0000-0000-000000000001", agent="outside", backend="external", lease_ms=120_000)
    claim_task(team.db(), task.id, mine, by=Actor(name="outside", origin=Origin.AGENT), now=SystemClock().now())
    assert team.run(max_ticks=1) == 0  # who was never in charge knows of no other clock
    asked, clock = 0, Interrupted(0)
    while clock.left <= 0:
        asked, clock = asked + 1, Interrupted(asked + 1)
        actions = dry_run(team.home, clock=clock)
        assert not [action for action in actions if isinstance(action, EndSession)], f"set at reading {asked}"
        if asked > 5 and clock.left > 0:
            break
    assert asked > 3
