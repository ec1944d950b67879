"""Promises that locks are asked beside rows: by session stop, by a start, by those who move or remove, by status and doctor."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from console.blackboard.reads.sessions import sessions_of
from console.engine.lock_watch import EVERY
from tests.emergencies import (
    Work,
    blackboard_missing_and_nobody,
    blackboard_replaced,
    home_database_corrupt,
    home_renamed,
    hung,
    kill_runner,
    project_removed,
    runners,
    start_notes_garbled,
    wrong_settings,
)
from tests.homes import eventually

AT_ONCE = (hung,)


@pytest.fixture
def work(tmp_path: Path) -> Iterator[Work]:
    made = Work(tmp_path / "home")
    yield made
    made.close()


def _each(*faults: Callable[[Work], None]) -> list[Any]:
    return [pytest.param(f, id=f.__name__, marks=() if f in AT_ONCE else pytest.mark.drill) for f in faults]


@pytest.mark.parametrize(
    "fault",
    _each(
        hung,
        wrong_settings,
        home_database_corrupt,
        blackboard_missing_and_nobody,
        blackboard_replaced,
        project_removed,
        home_renamed,
        start_notes_garbled,
    ),
)
def test_a_session_is_stopped_by_its_lock_whatever_became_of_the_files(
    work: Work, fault: Callable[[Work], None]
) -> None:
    fault(work)
    session = work.sessions["quant"]
    done = work.call("session", "stop", session[:8], "--json")
    assert (work.alive("quant"), session in work.held()) == (0, False)
    assert (done.code, done.record["id"]) == (0, session), done
    assert work.alive("other") > 0
    assert work.call("session", "stop", "ffffffff").code == 3


def test_a_runner_that_was_suspended_goes_on_and_hears_that_it_is_to_end(work: Work) -> None:
    """An agent may do it to its runner; nothing would keep its time any more, and a bare TERM would wait for ever."""
    (runner,) = [runner for runner in runners(work) if work.sessions["quant"] in runner.cmdline()[-1]]
    runner.suspend()
    runner.terminate()
    eventually(lambda: work.alive("quant") == 0, patience=EVERY * 3)
    assert work.alive("other") > 0


def _locks(work: Work) -> dict[str, str]:
    return {one["session"]: one["odd"] for one in json.loads(work.call("status", "--json").out)["locks"]}


def _doctor(work: Work) -> list[dict[str, Any]]:
    return [line for line in work.call("doctor", "--json").records if line["check"] == "locks"]


def _alerts(work: Work, kind: str = "") -> str:
    """What the open alerts say; of one kind of cause, or all."""
    told = work.call("alert", "list", "--json").records
    return "\n".join(alert["body"] for alert in told if alert["cause"].startswith(kind))


@pytest.mark.drill
@pytest.mark.parametrize(
    ("fault", "odd"),
    [(blackboard_missing_and_nobody, "unreadable"), (project_removed, "no_project"), (blackboard_replaced, "no_row")],
    ids=["unreadable", "no_project", "no_row"],
)
def test_a_held_lock_without_a_row_is_a_line_of_status_and_doctor(
    work: Work, fault: Callable[[Work], None], odd: str
) -> None:
    assert _locks(work) == {}
    assert [line["state"] for line in _doctor(work)] == ["ok"]
    work.kill_scheduler()
    fault(work)
    session = work.sessions["quant"]
    assert _locks(work) == {session: odd}
    assert session in work.call("status").out
    (line,) = _doctor(work)
    assert (line["state"] != "ok", session in line["means"]) == (True, True)
    assert f"session stop {session}" in line["do"]


@pytest.mark.drill
def test_a_running_row_without_its_lock_is_a_line_of_status_and_doctor_and_an_alert_that_ends(work: Work) -> None:
    work.kill_scheduler()
    session = work.sessions["quant"]
    kill_runner(work, "quant")  # one that lives puts its lock back
    (lock,) = work.home.runs.glob(f"*/agents/*/{session}/alive.lock")
    lock.unlink()
    assert _locks(work) == {session: "no_lock"}
    (line,) = _doctor(work)
    assert (line["state"], session in line["means"]) == ("wrong", True)
    work.call("pause")
    work.scheduler = work.team.start("run")
    eventually(lambda: all(s.gone_at for s in sessions_of(work.team.db(), work.tasks["quant"].id)))
    assert work.alive("quant") == 0, "what has no lock is ended by its marker"
    eventually(lambda: _alerts(work, "locks") == "")
    assert work.call("estop").code == 0


@pytest.mark.drill
def test_who_works_without_a_row_is_an_alert_and_stopped_before_its_task_is_started_again(work: Work) -> None:
    """An older copy takes the place of the blackboard: nobody knows of the agent any more, and the task is free."""
    work.kill_scheduler()
    blackboard_replaced(work)
    task = work.team.task(assignee="slow")
    assert task.id == work.tasks["quant"].id, "the copy is older than the task: its number is free again"
    old = work.sessions["quant"]
    work.scheduler = work.team.start("run")
    eventually(lambda: bool(sessions_of(work.team.db(), task.id)), account=work.team.account)
    assert (work.alive("quant"), old in work.held()) == (0, False), "the second agent came after the first had gone"
    eventually(lambda: _alerts(work, "locks") == "")
    assert work.call("estop").code == 0


@pytest.mark.drill
def test_who_works_without_a_row_is_told_and_stopped_where_nothing_is_to_start(work: Work) -> None:
    work.call("pause")
    work.kill_scheduler()
    blackboard_replaced(work)
    work.scheduler = work.team.start("run")
    eventually(lambda: work.sessions["quant"] in _alerts(work), patience=EVERY * 3)
    eventually(lambda: work.sessions["quant"] not in work.held(), patience=EVERY * 6)
    eventually(lambda: _alerts(work, "locks") == "", patience=EVERY * 3)
    assert work.alive("other") > 0
    work.call("estop")


def test_nothing_is_moved_away_from_under_an_agent_whose_row_is_lost(work: Work) -> None:
    work.kill_scheduler()
    blackboard_replaced(work)
    session = work.sessions["quant"]
    archived = work.call("project", "archive", "quant")
    assert (archived.code, session in archived.err) == (4, True), archived
    restored = work.call("restore", "quant")
    assert (restored.code, "slow" in restored.err) == (4, True), restored
    (lock,) = work.home.runs.glob(f"*/agents/*/{session}/alive.lock")
    work.call("clean")
    assert lock.exists() and work.alive("quant") > 0
    done = work.call("restore", "quant", "--stop")
    assert (done.code, work.alive("quant")) == (0, 0), done
    assert work.call("resume").code == 0
    assert work.call("project", "archive", "quant").code == 0
