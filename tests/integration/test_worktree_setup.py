"""Promises of a worktree's set-up: begun once at a time, stopped like an agent, and nobody else of the project waits for it."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from console.blackboard.reads.sessions import present_sessions, sessions_of
from console.blackboard.reads.tasks import get_task
from console.blackboard.reads.worktrees import worktree_row
from console.blackboard.writes.tasks import cancel_task
from tests.branches import operators_repository
from tests.homes import BOSS, CLOCK, QUICK, TeamHome, developer, eventually

AGENT = developer('test -e made && blackboard submit --summary "$(cat made)"')
Begin = Callable[..., TeamHome]


@pytest.fixture
def begin(tmp_path: Path) -> Iterator[Begin]:
    """A project whose worktrees are set up by `commands`."""
    begun: list[TeamHome] = []

    def _begin(*commands: str, agent: dict[str, Any] = AGENT, **more: Any) -> TeamHome:
        top = operators_repository(tmp_path / "src")
        agents = {"a": agent, "b": agent}
        team = TeamHome(tmp_path / "home", agents, workdir=str(top), worktrees=True)
        file = team.home.project_folder("quant") / "config" / "project.yaml"
        file.write_text(f"{file.read_text()}worktree: {json.dumps({'setup': list(commands), **more})}\n")
        begun.append(team)
        return team

    yield _begin
    for team in begun:
        team.close()


def running(tmp_path: Path) -> list[psutil.Process]:
    """Every process that works in a worktree of ours."""
    found, folder = [], str(tmp_path / "home" / "projects" / "quant" / "worktrees")
    for process in psutil.process_iter():
        try:
            if process.cwd().startswith(folder) and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except psutil.Error:
            continue
    return found


def waits(tmp_path: Path) -> str:
    """A command that notes that it began, and whether another was at it; it ends when `go` is there."""
    name = tmp_path / "n"
    return (
        f"mkdir {name}.in || touch {name}.twice; echo $$ >> {name}.began;"
        f" while [ ! -e {tmp_path}/go ]; do sleep 0.05; done; rmdir {name}.in; echo ok > made"
    )


def began(tmp_path: Path) -> int:
    file = tmp_path / "n.began"
    return len(file.read_text().splitlines()) if file.exists() else 0


def test_while_one_is_set_up_the_rest_of_the_project_goes_on(tmp_path: Path, begin: Begin) -> None:
    second = f'[ "$(basename "$PWD")" = 1 ] && exit; touch {tmp_path}/n; exec sleep 600'
    team = begin(second, agent=developer("sleep 600"))
    first, hangs = team.task(), team.task()
    scheduler = team.start("run")
    eventually(lambda: (tmp_path / "n").exists() and team.present() == 2, account=team.account)
    cancel_task(team.db(), first.id, by=BOSS, now=CLOCK.now())
    eventually(lambda: team.present() == 1, patience=20, account=team.account)
    assert [s.task_id for s in present_sessions(team.db())] == [hangs.id]
    cancel_task(team.db(), hangs.id, by=BOSS, now=CLOCK.now())
    eventually(lambda: team.present() == 0, patience=20, account=team.account)
    assert running(tmp_path) == []
    (session,) = sessions_of(team.db(), hangs.id)
    assert (session.status, session.counted) == ("cancelled", 0)
    scheduler.terminate()
    assert scheduler.wait(20) == 0


def test_a_set_up_that_outlives_its_scheduler_is_never_begun_beside_itself(tmp_path: Path, begin: Begin) -> None:
    team = begin(waits(tmp_path))
    team.configure({**QUICK, "daemon": {**QUICK["daemon"], "start_grace": 1}, "agents": {"a": AGENT}})
    task = team.task(reviews=())
    killed = team.start("run")
    eventually(lambda: began(tmp_path) == 1, account=team.account)
    killed.kill()
    killed.wait()
    scheduler = team.start("run")
    (session,) = sessions_of(team.db(), task.id)
    overdue = session.created_at + 4000  # well beyond the grace of a runner that does not come up
    eventually(lambda: CLOCK.now() > overdue, account=team.account)
    assert [one.id for one in present_sessions(team.db())] == [session.id]
    assert len(running(tmp_path)) >= 1 and began(tmp_path) == 1
    (tmp_path / "go").touch()
    eventually(lambda: team.status(task) == "done", account=team.account)
    assert began(tmp_path) == 2 and not (tmp_path / "n.twice").exists()
    scheduler.terminate()
    assert scheduler.wait(20) == 0


@pytest.mark.parametrize("how", ["estop", "session stop", "shutdown", "estop of a stopped one"])
def test_a_set_up_is_stopped_like_an_agent(tmp_path: Path, begin: Begin, how: str) -> None:
    team = begin(f"setsid sleep 601 & {waits(tmp_path)}")
    task = team.task(reviews=())
    scheduler = team.start("run")
    eventually(lambda: began(tmp_path) == 1, account=team.account)
    (session,) = present_sessions(team.db())
    if how == "shutdown":
        scheduler.terminate()
        assert scheduler.wait(20) == 0
    elif how == "session stop":
        assert team.cli("pause").returncode == 0
        assert team.cli("session", "stop", session.id).returncode == 0
    else:
        if "stopped" in how:
            os.kill(scheduler.pid, signal.SIGSTOP)
        assert team.cli("estop").returncode == 0
        assert running(tmp_path) == []
        os.kill(scheduler.pid, signal.SIGCONT)
    eventually(lambda: team.present() == 0 and not running(tmp_path), patience=30, account=team.account)
    assert sessions_of(team.db(), task.id)[0].counted == 0 and get_task(team.db(), task.id).attempts == 0
    scheduler.terminate()
    scheduler.wait(20)
    team.cli("resume")
    (tmp_path / "go").touch()
    assert team.run() == 0
    assert team.status(task) == "done"


@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("echo no such registry; exit 3", "ended with exit code 3: no such registry"),
        ("exec sleep 600", "took longer than 1 s"),
        ("kill -9 $$", "was ended by signal 9"),
    ],
)
def test_one_that_fails_or_hangs_holds_the_task_with_what_it_said_and_costs_no_attempt(
    tmp_path: Path, begin: Begin, command: str, says: str
) -> None:
    team = begin(command, timeout=1)
    task = team.task()
    assert team.run() == 0
    held = get_task(team.db(), task.id)
    assert (held.status, held.attempts) == ("held", 0) and says in (held.hold_reason or "")
    row = worktree_row(team.db(), task.id)
    assert row is not None and not row.ready and running(tmp_path) == []


def test_what_a_set_up_leaves_behind_is_ended_and_not_waited_for(tmp_path: Path, begin: Begin) -> None:
    team = begin("sleep 602 & echo ok > made", "(setsid sleep 603 &)")
    task = team.task(reviews=())
    assert team.run() == 0
    assert team.status(task) == "done" and running(tmp_path) == []


@pytest.mark.parametrize("point", ["worktree.made", "worktree.set_up"])
def test_a_kill_around_the_set_up_leaves_it_to_the_next_start(tmp_path: Path, begin: Begin, point: str) -> None:
    team = begin(f"echo ok > made; echo >> {tmp_path}/n.began")
    task = team.task(reviews=())
    assert team.start("run", MOZIPLUS_CRASH_AT=point).wait(60) == -9
    assert team.run() == 0
    assert team.status(task) == "done", team.account()
    assert began(tmp_path) == (1 if point == "worktree.made" else 2)
    row = worktree_row(team.db(), task.id)
    assert row is None or row.ready
