"""Promises of agents that speak ACP: real programs by the protocol's own library, under real runners and schedulers."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from console.blackboard.connection import open_home
from console.blackboard.reads.asks import get_ask, open_asks
from console.blackboard.reads.briefing import briefing
from console.blackboard.reads.notes import open_alerts
from console.blackboard.reads.sessions import sessions_of
from console.records.ask import AskStatus
from tests.homes import QUICK, TeamHome, eventually
from tests.living import lives
from tests.repository import ROOT

PROGRAM = str(ROOT / "tests" / "acp_agent.py")

Makes = Callable[..., TeamHome]


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the program leaves what it heard."""
    folder = tmp_path / "kept"
    folder.mkdir()
    monkeypatch.setenv("ACP_AGENT_KEPT", str(folder))
    return folder


@pytest.fixture
def makes(tmp_path: Path, kept: Path) -> Iterator[Makes]:
    """Makes a home whose only agent plays a scene."""
    made: list[TeamHome] = []

    def make(scene: str, settings: dict[str, Any] = QUICK, **fields: Any) -> TeamHome:
        agent = {"role": "developer", "backend": "acp", "command": [sys.executable, PROGRAM, scene], **fields}
        made.append(TeamHome(tmp_path / "home", {"dev": agent}, settings=settings))
        return made[-1]

    yield make
    for team in made:
        team.close()
    for child in psutil.Process().children():  # schedulers of tests that failed half-way
        if str(tmp_path / "home") in child.cmdline():
            child.kill()


def until_asked(team: TeamHome) -> int:
    """The number of the only open ask."""
    eventually(lambda: bool(open_asks(team.db())), account=team.account)
    return open_asks(team.db())[0].id


def transcript(team: TeamHome) -> list[dict[str, Any]]:
    """What the driver of the last session said."""
    (task,) = team.db().execute("SELECT max(id) FROM tasks").fetchone()
    folder = sessions_of(team.db(), task)[-1].folder
    assert folder is not None
    lines = (Path(folder) / "output.log").read_text().splitlines()
    return [json.loads(line) for line in lines if line.startswith("{")]


def test_a_task_is_done_and_what_was_said_and_used_is_known(makes: Makes, kept: Path) -> None:
    team = makes("work")
    task = team.task(reviews=())
    assert team.run() == 0
    assert team.status(task) == "done", team.account()
    (session,) = sessions_of(team.db(), task.id)
    assert (session.tokens, session.cost) == (1234, 0.25)
    assert json.loads((kept / "mcp.json").read_text()) == ["blackboard"]
    said = transcript(team)
    assert [entry["kind"] for entry in said if entry["kind"] != "usage"] == [
        "status", "status", "thinking", "plan", "tool_call", "diff", "tool_result", "text", "status",
    ]  # fmt: skip
    assert said[-1] | {"at": 0} == {"kind": "status", "end": "result", "tokens": 1234, "cost": 0.25, "at": 0}


@pytest.mark.parametrize(
    ("answer", "told", "touched"),
    [(("once",), "once", True), (("Always allow", "--yes"), "once", True), (("reject",), "reject", False)],
)
def test_leave_is_asked_shown_and_given_by_another_process(
    makes: Makes, kept: Path, answer: tuple[str, ...], told: str, touched: bool
) -> None:
    team = makes("leave")
    task = team.task(reviews=())
    running = team.start("run", "--until-idle")
    number = until_asked(team)
    ask = get_ask(team.db(), number)
    assert (ask.kind, ask.source, ask.about["command"]) == ("approval", "acp", "touch touched")
    assert [str(option.leave) for option in ask.options] == ["once", "always", "reject"]
    eventually(lambda: f"ask:{number}" in {alert.cause for alert in open_alerts(team.db())}, account=team.account)
    done = team.cli("ask", "answer", str(number), *answer)
    assert done.returncode == 0, done.stderr
    assert running.wait(60) == 0, team.account()
    assert team.status(task) == "done"
    assert (kept / "answer").read_text() == told
    folder = Path(team.home.project_folder("quant")) / "artifacts" / str(task.id)
    assert (folder / "touched").exists() is touched
    assert [entry["status"] for entry in transcript(team) if entry["kind"] == "ask"] == ["open", "answered"]
    assert briefing(team.db(), task.id).asks == (), "nobody who works on the task later has to read of it"


def test_leave_that_nobody_gives_in_time_is_refused(makes: Makes, kept: Path) -> None:
    team = makes("leave", answer_within="1s")
    task = team.task(reviews=())
    assert team.run() == 0
    assert team.status(task) == "done", team.account()
    assert (kept / "answer").read_text() == "reject"
    assert get_ask(team.db(), 1).status == AskStatus.EXPIRED


def test_an_answer_reaches_an_agent_whose_scheduler_was_killed_in_between(makes: Makes, kept: Path) -> None:
    team = makes("leave")
    task = team.task(reviews=())
    first = team.start("run")
    number = until_asked(team)
    first.send_signal(signal.SIGKILL)
    first.wait(20)
    assert team.cli("ask", "answer", str(number), "once").returncode == 0
    eventually((kept / "answer").exists, account=team.account)
    assert team.run() == 0
    assert team.status(task) == "done", team.account()
    assert len(sessions_of(team.db(), task.id)) == 1


def test_a_task_that_is_cancelled_answers_open_leave_first_and_nothing_is_left(makes: Makes, kept: Path) -> None:
    team = makes("leave")
    task = team.task(reviews=())
    running = team.start("run", "--until-idle")
    number = until_asked(team)
    assert team.cli("task", "cancel", str(task.id), "--reason", "no").returncode == 0
    assert running.wait(60) == 0, team.account()
    assert (kept / "answer").read_text() == "cancelled", team.account()
    assert get_ask(team.db(), number).status == AskStatus.CLOSED
    assert still_there(team) == []


def test_a_tool_that_runs_ends_with_its_session(makes: Makes, kept: Path) -> None:
    team = makes("sleep")
    task = team.task(reviews=())
    running = team.start("run", "--until-idle")
    eventually(lambda: (kept / "sleeps").exists() and (kept / "sleeps").read_text() != "", account=team.account)
    tool = psutil.Process(int((kept / "sleeps").read_text()))
    assert team.cli("task", "cancel", str(task.id), "--reason", "no").returncode == 0
    assert running.wait(60) == 0, team.account()
    assert (kept / "cancelled").exists()
    assert not lives(tool)
    assert still_there(team) == []


def test_a_form_is_asked_and_the_words_reach_the_agent(makes: Makes, kept: Path) -> None:
    team = makes("form")
    team.task(reviews=())
    running = team.start("run", "--until-idle")
    number = until_asked(team)
    assert get_ask(team.db(), number).kind == "input"
    assert team.cli("ask", "answer", str(number), "Basel").returncode == 0
    assert running.wait(60) == 0, team.account()
    assert json.loads((kept / "answer").read_text()) == {"action": "accept", "content": {"city": "Basel"}}


def test_an_agent_that_is_not_signed_in_is_told_of_once_and_not_tried_again(makes: Makes) -> None:
    team = makes("signed_out")
    task = team.task(reviews=())
    running = team.start("run")
    eventually(lambda: "sign-in:dev" in causes(team), account=team.account)
    running.terminate()
    running.wait(30)
    assert len(sessions_of(team.db(), task.id)) == 1
    assert "player login" in (sessions_of(team.db(), task.id)[0].failure or "")


def test_a_limit_of_the_provider_is_waited_for(makes: Makes) -> None:
    team = makes("limited")
    task = team.task(reviews=())
    running = team.start("run")
    eventually(lambda: bool(sessions_of(team.db(), task.id)) and sessions_of(team.db(), task.id)[0].ended_at is not None,
               account=team.account)  # fmt: skip
    running.terminate()
    running.wait(30)
    (session,) = sessions_of(team.db(), task.id)
    assert session.status == "rate_limited" or "429" in (session.failure or ""), team.account()


def test_a_mode_is_set_and_one_that_is_not_there_is_said_with_those_that_are(makes: Makes) -> None:
    team = makes("mode", mode="plan")
    team.task(reviews=())
    eventually_run(team)
    assert [entry["text"] for entry in transcript(team) if entry["kind"] == "text"] == ["mode plan"]


def test_a_mode_that_is_not_there_is_said_with_those_that_are(makes: Makes) -> None:
    team = makes("mode", settings={**QUICK, "retry": {"max_attempts": 1, "base": 0.1, "cap": 0.5}}, mode="fast")
    team.task(reviews=())
    eventually_run(team)
    assert transcript(team)[-1]["text"] == "its program knows no mode 'fast'; it has ask, plan"


@pytest.mark.parametrize("scene", ["again", "forgetful"])
def test_a_later_session_of_the_same_agent_goes_on_with_its_conversation_where_its_program_has_it(
    makes: Makes, kept: Path, scene: str
) -> None:
    team = makes(scene)
    task = team.task(reviews=())
    assert team.run() == 0
    assert team.status(task) == "done", team.account()
    assert len(sessions_of(team.db(), task.id)) == 2
    said = [str(entry.get("text")) for entry in transcript(team)]
    goes_on = scene == "again"
    assert any("goes on with its conversation talk-" in text for text in said) is goes_on
    assert any("its earlier conversation is gone" in text for text in said) is not goes_on
    talks = [[int(line.split()[0]) for line in path.read_text().splitlines()] for path in kept.glob("talk-*")]
    assert sorted(map(len, talks)) == ([2] if goes_on else [1, 1])
    if goes_on:
        assert talks[0][1] < talks[0][0] / 2, "only what is new is sent"
    first, second = sessions_of(team.db(), task.id)
    assert first.external_id is not None and (first.external_id == second.external_id) is goes_on
    assert not [text for text in said if text.startswith("before:")]


def test_checking_such_an_agent_starts_it_and_leaves_nothing(makes: Makes) -> None:
    team = makes("work")
    done = team.cli("agent", "check", "dev", "--json")
    assert done.returncode == 0, done.stderr
    assert "Player 1.2; goes on with conversations" in json.loads(done.stdout)["found"]
    assert still_there(team) == []


def eventually_run(team: TeamHome) -> None:
    """A scheduler until nothing more is to be done."""
    assert team.run() in (0, 1, 3), team.account()


def causes(team: TeamHome) -> set[str]:
    """Of open alerts of the home."""
    db = open_home(team.home.state_db, read_only=True)
    try:
        return {alert.cause for alert in open_alerts(db) if alert.cause}
    finally:
        db.close()


def still_there(team: TeamHome) -> list[str]:
    """Processes of the program that still run."""
    found = []
    for process in psutil.process_iter():
        try:
            line = process.cmdline()
            if (
                PROGRAM in line
                and process.environ().get("ACP_AGENT_KEPT") == os.environ["ACP_AGENT_KEPT"]
                and lives(process)
            ):
                found.append(" ".join(line))
        except (psutil.Error, OSError):
            continue
    return found
