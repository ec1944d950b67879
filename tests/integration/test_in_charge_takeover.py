"""Promises that exactly one scheduler is in charge at any time, and that another takes over when it ends in any way."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from console.blackboard.connection import open_home
from console.blackboard.reads.sessions import sessions_of
from console.blackboard.writes.home import ask
from console.engine.hand_over import detach
from console.engine.host import EmbeddedScheduler
from console.engine.in_charge import holder, somebody_waits
from console.records.request import RequestKind
from tests.homes import BOSS, CLOCK, SUBMITS, TeamHome, developer, eventually

TAKE_OVER = 10.0
"""Seconds within which another scheduler must be in charge: five times what is promised, for a busy machine."""


@pytest.fixture
def team(tmp_path: Path) -> Iterator[TeamHome]:
    made = TeamHome(
        tmp_path / "home", {"dev": developer("sleep 1.5; blackboard submit --summary ok"), "quick": SUBMITS}
    )
    yield made
    made.close()


def _pid(team: TeamHome) -> int | None:
    who = holder(team.home)
    return None if who is None else who.pid


def _in_the_wings(team: TeamHome) -> bool:
    return "waiting in the wings" in (team.home.logs / "stderr.log").read_text()


def test_a_second_scheduler_waits_in_the_wings_and_takes_over_from_a_dead_one(team: TeamHome) -> None:
    first = team.start("run")
    eventually(lambda: _pid(team) == first.pid)
    second = team.start("run")
    task = team.task(assignee="dev")
    eventually(lambda: team.status(task) == "working")
    eventually(lambda: somebody_waits(team.home))
    assert _pid(team) == first.pid
    first.kill()
    first.wait()
    died = time.monotonic()
    eventually(lambda: _pid(team) == second.pid, TAKE_OVER)
    assert time.monotonic() - died < TAKE_OVER
    eventually(lambda: team.status(task) == "done" and not team.present())
    assert len(sessions_of(team.db(), task.id)) == 1, "the living session is adopted, not repeated"
    second.terminate()
    assert second.wait(10) == 0


def test_a_bounded_run_beside_a_holder_ends_with_4_and_names_it(team: TeamHome) -> None:
    first = team.start("run")
    eventually(lambda: _pid(team) == first.pid)
    for bound in (("--until-idle",), ("--max-ticks", "1")):
        done = team.cli("run", *bound)
        assert done.returncode == 4
        assert f"pid {first.pid}" in done.stderr
    first.send_signal(signal.SIGINT)
    assert first.wait(10) == 0


def test_ending_leaves_the_agents_and_the_next_life_adopts_them(team: TeamHome) -> None:
    task = team.task(assignee="dev")
    first = team.start("run")
    eventually(lambda: team.status(task) == "working" and sessions_of(team.db(), task.id)[0].status == "running")
    first.terminate()
    assert first.wait(10) == 0
    assert _pid(team) is None
    assert team.run() == 0
    (session,) = sessions_of(team.db(), task.id)
    assert (team.status(task), session.status) == ("done", "succeeded")


def test_what_ended_while_nobody_was_in_charge_is_accepted(team: TeamHome) -> None:
    task = team.task(assignee="dev")
    first = team.start("run")
    eventually(lambda: bool(sessions_of(team.db(), task.id)) and sessions_of(team.db(), task.id)[0].status == "running")
    first.kill()
    first.wait()
    eventually(lambda: team.status(task) == "done")
    assert team.present() == 1
    assert team.run() == 0
    assert team.present() == 0
    assert len(sessions_of(team.db(), task.id)) == 1


def test_max_ticks_ends_after_so_many_and_leaves_the_agents(team: TeamHome) -> None:
    task = team.task(assignee="dev")
    done = team.cli("run", "--max-ticks", "1")
    assert done.returncode == 0
    assert team.status(task) == "working"
    assert team.run() == 0
    assert team.status(task) == "done"


def test_a_dry_run_says_what_it_would_do_and_does_nothing(team: TeamHome) -> None:
    task = team.task(assignee="quick")
    done = team.cli("run", "--dry-run", "--json")
    (action,) = [json.loads(line) for line in done.stdout.splitlines()]
    assert (action["do"], action["project"], action["task_id"], action["agent"]) == (
        "StartTask",
        "quant",
        task.id,
        "quick",
    )
    assert (team.status(task), team.present(), list(team.home.runs.iterdir())) == ("pending", 0, [])


def test_an_embedded_scheduler_works_and_hands_over_to_a_detached_one(team: TeamHome) -> None:
    embedded = EmbeddedScheduler(team.home)
    embedded.start()
    eventually(lambda: embedded.in_charge)
    task = team.task(assignee="quick")
    eventually(lambda: team.status(task) == "done")
    pid = detach(team.home)
    try:
        eventually(lambda: somebody_waits(team.home))
        assert embedded.stop()
        assert embedded.stop()
        assert not embedded.in_charge
        let_go = time.monotonic()
        eventually(lambda: _pid(team) == pid, TAKE_OVER)
        assert time.monotonic() - let_go < TAKE_OVER
        assert os.getsid(pid) == pid, "it survives the terminal"
        after = team.task(assignee="quick")
        eventually(lambda: team.status(after) == "done")
    finally:
        os.kill(pid, signal.SIGTERM)
        os.waitpid(pid, 0)


def test_an_embedded_scheduler_beside_a_holder_waits_and_takes_over(team: TeamHome) -> None:
    first = team.start("run")
    eventually(lambda: _pid(team) == first.pid)
    embedded = EmbeddedScheduler(team.home)
    embedded.start()
    eventually(lambda: somebody_waits(team.home))
    assert not embedded.in_charge
    first.kill()
    first.wait()
    eventually(lambda: embedded.in_charge, TAKE_OVER)
    assert embedded.stop()


def test_who_is_asked_to_hand_over_lets_the_one_in_the_wings_have_it(team: TeamHome) -> None:
    first = team.start("run")
    eventually(lambda: _pid(team) == first.pid)
    second = team.start("run")
    eventually(lambda: _in_the_wings(team))
    with closing(open_home(team.home.state_db)) as db:
        ask(db, RequestKind.HAND_OVER, {}, by=BOSS, now=CLOCK.now())
    eventually(lambda: _pid(team) == second.pid, TAKE_OVER)
    second.kill()
    second.wait()
    eventually(lambda: _pid(team) == first.pid)
    first.terminate()
    assert first.wait(10) == 0


def test_a_drain_lets_sessions_end_and_then_ends_all_schedulers(team: TeamHome) -> None:
    first = team.start("run")
    eventually(lambda: _pid(team) == first.pid)
    second = team.start("run")
    task = team.task(assignee="dev")
    eventually(lambda: team.status(task) == "working")
    eventually(lambda: _in_the_wings(team))
    assert team.cli("drain").returncode == 0
    later = team.task(assignee="quick")
    assert first.wait(15) == 0
    assert second.wait(15) == 0
    assert (team.status(task), team.status(later)) == ("done", "pending")
    assert team.run() == 0, "the next scheduler is not drained by what was asked of the last"
    assert team.status(later) == "done"
