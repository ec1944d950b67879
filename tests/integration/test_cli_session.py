"""Promises of `moziplus session`: sessions are found by the beginning of their id, read while they live, and stopped."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from console.blackboard.reads.sessions import present_sessions
from tests.homes import TeamHome, developer, eventually

FIELDS = {
    *(
        "project",
        "id",
        "task",
        "seat",
        "agent",
        "backend",
        "status",
        "fence",
        "attempt",
        "run",
        "folder",
        "lease_until",
    ),
    *("created_at", "started_at", "last_word_at", "last_line", "ended_at", "gone_at", "stop_reason", "exit_code"),
    *("failure", "tail", "counted", "tokens", "cost", "skills", "asks", "conversation", "resumes", "context"),
}
SCRIPT = "echo 你好; echo 'token=ghp_a1B2a1B2a1B2a1B2a1B2a1B2a1B2a1B2a1B2'; exec sleep 300"


@pytest.fixture
def team(tmp_path: Path) -> Iterator[TeamHome]:
    team = TeamHome(tmp_path / "home", {"dev": developer(SCRIPT)})
    yield team
    for session in present_sessions(team.db()):  # one that was stopped is tried again while a scheduler lives
        team.cli("session", "stop", session.id)
    team.close()


def records(team: TeamHome, *words: str) -> list[dict[str, Any]]:
    done = team.cli("session", *words, "--json")
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def at_work(team: TeamHome) -> tuple[str, int]:
    """(session, pid of its agent) once it has spoken."""
    (session,) = present_sessions(team.db())
    folder = Path(session.folder or "")
    eventually(lambda: (folder / "output.log").exists() and "token" in (folder / "output.log").read_text())
    eventually(lambda: json.loads((folder / "runner.json").read_text())["agent_pid"])
    return session.id, int(json.loads((folder / "runner.json").read_text())["agent_pid"])


def test_a_session_is_found_read_and_stopped_by_the_scheduler_in_charge(team: TeamHome) -> None:
    team.task(reviews=())
    scheduler = team.start("run")
    try:
        eventually(lambda: team.present() == 1)
        session, pid = at_work(team)
        (listed,) = records(team, "list")
        assert set(listed) == FIELDS
        assert listed["id"] == session
        assert records(team, "show", session[:8])[0]["agent"] == "dev"
        said = team.cli("session", "log", session[:8], "--raw").stdout
        assert said.splitlines()[0] == "你好" and "ghp_" not in said
        assert records(team, "log", session, "--raw", "-n", "1")[0]["text"].startswith("token=")
        eventually(lambda: len(records(team, "log", session)) == 2)
        assert "ghp_" not in json.dumps(records(team, "log", session))
        following = subprocess.Popen(
            team.command("session", "log", session, "--follow"), stdout=subprocess.PIPE, text=True
        )
        refused = team.cli("session", "send", session[:8], "are you there?")
        assert refused.returncode == 4 and "takes no messages" in refused.stderr
        (stopped,) = records(team, "stop", session[:8])
        assert (stopped["stop_reason"], stopped["gone_at"] is not None) == ("operator", True)
        assert not psutil.pid_exists(pid)
        heard, _ = following.communicate(timeout=20)
        assert heard.splitlines()[1].endswith("dev: 你好")
    finally:
        scheduler.terminate()
        scheduler.wait(20)


def test_with_nobody_in_charge_the_command_itself_stops_the_agent_and_starts_nothing(team: TeamHome) -> None:
    first = team.task(reviews=())
    scheduler = team.start("run")
    eventually(lambda: team.present() == 1)
    session, pid = at_work(team)
    scheduler.kill()
    scheduler.wait(20)
    team.task("second", reviews=())
    (stopped,) = records(team, "stop", session)
    assert stopped["gone_at"] is not None
    assert not psutil.pid_exists(pid)
    assert team.cli("session", "send", session, "hello").returncode == 4
    assert (team.status(first), team.present()) == ("pending", 0)
    done = team.cli("session", "stop", session)
    assert (done.returncode, done.stderr.count("\n")) == (4, 1)


def test_unknown_sessions_end_with_3(team: TeamHome) -> None:
    for words in (("show", "abc"), ("log", "abc"), ("stop", "abc"), ("list", "--task", "quant#1", "--project", "x")):
        done = team.cli("session", *words)
        assert (done.returncode in (2, 3), done.stderr.count("\n")) == (True, 1), words
    assert records(team, "list") == records(team, "list", "--all") == []


def test_a_session_that_waits_for_an_answer_is_told_as_waiting_wherever_it_is_listed(tmp_path: Path) -> None:
    team = TeamHome(tmp_path / "home", {"dev": developer("blackboard ask 'Which way?' --wait 10m")})
    try:
        team.task("ask me")
        scheduler = team.start("run")
        eventually(lambda: any(row["asks"] for row in records(team, "list")))
        (row,) = records(team, "list")
        assert row["status"] == "running" and row["asks"] == [1]
        assert "waiting" in team.cli("session", "list").stdout
        shown = team.cli("session", "show", row["id"]).stdout
        assert "waiting" in shown and "quant#1" in shown
        assert "1 agent(s) at work, 1 of them waiting" in team.cli("status").stdout
        (stands,) = json.loads(team.cli("status", "--json").stdout)["projects"].values()
        assert (stands["active_agents"], stands["waiting_agents"]) == (1, 1)
        team.cli("ask", "answer", "quant#1", "left")
        eventually(lambda: not any(row["asks"] for row in records(team, "list")))
        scheduler.terminate()
        scheduler.wait(20)
    finally:
        team.close()
