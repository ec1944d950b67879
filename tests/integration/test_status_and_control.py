"""Promises what status says with and without a scheduler, and what pause, resume and e-stop do in either case."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from console.blackboard.reads.sessions import sessions_of
from console.engine.in_charge import holder
from tests.homes import SUBMITS, TeamHome, developer, eventually


@pytest.fixture
def team(tmp_path: Path) -> Iterator[TeamHome]:
    slow = developer("sleep 300 & sleep 300")
    made = TeamHome(tmp_path / "home", {"slow": slow, "quick": SUBMITS}, projects=("quant", "other"))
    yield made
    made.close()


def _status(team: TeamHome) -> dict[str, Any]:
    done = team.cli("status", "--json")
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _marked(session: str) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get("MOZIPLUS_SESSION") == session and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except (psutil.Error, OSError):
            continue
    return found


def test_status_has_its_fields_with_nobody_in_charge(team: TeamHome) -> None:
    team.task()
    found = _status(team)
    assert found["in_charge"] is None
    assert (found["ticker_running"], found["last_tick"], found["tick_interval_seconds"]) == (False, None, 30)
    assert found["projects"]["quant"]["tasks_summary"]["pending"] == 1
    assert found["projects"]["quant"]["active_agents"] == 0
    assert found["projects"]["quant"]["db_size_bytes"] > 0
    assert (found["inbox_pending"], found["active_sessions"], found["needs_you"]) == (0, 0, 0)
    assert found["gateway"] == "not configured"


def test_status_names_who_is_in_charge_and_what_runs(team: TeamHome) -> None:
    scheduler = team.start("run")
    task = team.task(assignee="slow")
    eventually(lambda: team.status(task) == "working")
    eventually(lambda: _status(team)["last_tick"] is not None)
    found = _status(team)
    assert found["in_charge"]["pid"] == scheduler.pid
    assert (found["in_charge"]["mode"], found["ticker_running"]) == ("headless", True)
    assert found["active_sessions"] == found["projects"]["quant"]["active_agents"] == 1
    assert team.cli("estop").returncode == 0
    scheduler.terminate()
    assert scheduler.wait(10) == 0


def test_a_failed_task_needs_you(team: TeamHome) -> None:
    team.configure({"retry": {"max_attempts": 1}, "agents": {"slow": developer("exit 1"), "quick": SUBMITS}})
    team.task(assignee="slow")
    assert team.run() == 0
    assert _status(team)["needs_you"] == 1


def test_pause_starts_nothing_outlives_restarts_and_resume_goes_on(team: TeamHome) -> None:
    assert team.cli("pause", "--reason", "lunch").returncode == 0
    task = team.task(assignee="quick")
    assert team.run() == 0
    assert team.status(task) == "pending"
    assert _status(team)["paused"]["reason"] == "lunch"
    assert team.cli("resume").returncode == 0
    assert team.run() == 0
    assert team.status(task) == "done"


def test_a_paused_project_does_not_hold_up_the_others(team: TeamHome) -> None:
    assert team.cli("pause", "--project", "quant").returncode == 0
    still, moves = team.task(assignee="quick"), team.task(assignee="quick", project="other")
    assert team.run() == 0
    assert (team.status(still), team.status(moves, "other")) == ("pending", "done")
    assert team.cli("resume", "--project", "quant").returncode == 0
    assert team.run() == 0
    assert team.status(still) == "done"


@pytest.mark.parametrize("in_charge", [True, False])
def test_an_e_stop_ends_every_process_for_certain(team: TeamHome, in_charge: bool) -> None:
    scheduler = team.start("run")
    task = team.task(assignee="slow")
    eventually(lambda: bool(sessions_of(team.db(), task.id)) and sessions_of(team.db(), task.id)[0].status == "running")
    (session,) = sessions_of(team.db(), task.id)
    eventually(lambda: len(_marked(session.id)) >= 3)
    if not in_charge:
        scheduler.kill()
        scheduler.wait()
    assert team.cli("estop").returncode == 0
    assert _marked(session.id) == []
    assert team.present() == 0
    (ended,) = sessions_of(team.db(), task.id)
    assert (ended.status, ended.counted, team.status(task)) == ("cancelled", 0, "pending")
    if in_charge:
        scheduler.terminate()
        assert scheduler.wait(10) == 0
    assert holder(team.home) is None


def test_an_e_stop_of_one_project_leaves_the_others_alone(team: TeamHome) -> None:
    here, there = team.task(assignee="slow"), team.task(assignee="quick", project="other")
    eventually(lambda: team.run(max_ticks=1) == 0 and bool(sessions_of(team.db(), here.id)))
    eventually(lambda: sessions_of(team.db(), here.id)[0].status == "running")
    assert team.cli("estop", "--project", "quant").returncode == 0
    assert team.present() == 0
    assert team.run() == 0
    assert (team.status(here), team.status(there, "other")) == ("pending", "done")


def test_a_cancelled_task_stops_its_agent(team: TeamHome) -> None:
    from console.blackboard.writes.tasks import cancel_task
    from tests.homes import BOSS, CLOCK

    scheduler = team.start("run")
    task = team.task(assignee="slow")
    eventually(lambda: bool(sessions_of(team.db(), task.id)) and sessions_of(team.db(), task.id)[0].status == "running")
    cancel_task(team.db(), task.id, by=BOSS, now=CLOCK.now())
    eventually(lambda: team.present() == 0)
    (session,) = sessions_of(team.db(), task.id)
    assert _marked(session.id) == []
    assert team.status(task) == "cancelled"
    scheduler.terminate()
    assert scheduler.wait(10) == 0


def test_a_session_is_stopped_on_request_and_the_request_gets_its_outcome(team: TeamHome) -> None:
    from contextlib import closing

    from console.blackboard.connection import open_home
    from console.blackboard.reads.home import request
    from console.blackboard.writes.home import ask
    from console.records.request import RequestKind
    from tests.homes import BOSS, CLOCK

    scheduler = team.start("run")
    task = team.task(assignee="slow")
    eventually(lambda: bool(sessions_of(team.db(), task.id)) and sessions_of(team.db(), task.id)[0].status == "running")
    (session,) = sessions_of(team.db(), task.id)
    with closing(open_home(team.home.state_db)) as db:
        args = {"project": "quant", "session": session.id}
        send = ask(db, RequestKind.SEND, {**args, "text": "hello"}, by=BOSS, now=CLOCK.now())
        stop = ask(db, RequestKind.STOP_SESSION, args, by=BOSS, now=CLOCK.now())

        def outcome(wanted: str) -> str | None:
            found = request(db, wanted)
            return None if found is None else found.outcome

        eventually(lambda: outcome(stop.id) is not None)
        assert outcome(stop.id) == "done"
        assert "not possible" in str(outcome(send.id))
    eventually(lambda: sessions_of(team.db(), task.id)[0].gone_at is not None)
    assert team.cli("estop").returncode == 0
    scheduler.terminate()
    assert scheduler.wait(10) == 0


def test_events_tell_what_happened_in_every_project(team: TeamHome) -> None:
    team.task("first", assignee="quick")
    team.task("second", assignee="quick", project="other")
    assert team.run() == 0
    lines = [json.loads(line) for line in team.cli("events", "--json").stdout.splitlines()]
    assert {line["project"] for line in lines} == {"quant", "other"}
    assert {
        "project",
        "seq",
        "at",
        "actor",
        "origin",
        "session",
        "task",
        "kind",
        "entity",
        "id",
        "old",
        "new",
        "fence",
    } == set(lines[0])
    only = [
        json.loads(line)
        for line in team.cli("events", "--project", "quant", "--since", "2", "--json").stdout.splitlines()
    ]
    assert [line["seq"] for line in only] == list(range(3, 3 + len(only)))
