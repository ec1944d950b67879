"""Promises of conversations that go on: real schedulers and runners, and a program that keeps its conversations."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from console.blackboard.reads.asks import open_asks
from console.blackboard.reads.sessions import sessions_of
from console.records.session import Session
from console.settings.project import project_file
from console.transcript.reader import read as read_transcript
from tests.homes import QUICK, TeamHome
from tests.repository import ROOT

APPROVES = "blackboard review --verdict approve --score correctness=1 --score completeness=1 --score clarity=1"
CHANGES = "blackboard review --verdict request_changes --finding 'a.txt:1: it says THIRTEEN, which is wrong'"
SUBMITS = "blackboard submit --summary done"

Makes = Callable[..., TeamHome]


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the program keeps its conversations."""
    folder = tmp_path / "kept"
    folder.mkdir()
    monkeypatch.setenv("TALKER_KEPT", str(folder))
    return folder


@pytest.fixture
def makes(tmp_path: Path, kept: Path) -> Iterator[Makes]:
    """Makes a home whose agents run the given lines, one a session."""
    program = tmp_path / "bin" / "claude"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{ROOT / "tests" / "talker.py"}" "$@"\n')
    program.chmod(0o755)
    made: list[TeamHome] = []

    def make(
        project: dict[str, Any] | None = None, fields: dict[str, Any] | None = None, **lines: list[str]
    ) -> TeamHome:
        def agent(name: str) -> dict[str, Any]:
            return {
                "role": "reviewer" if name.startswith("rev") else "developer",
                "backend": "command",
                "command": [str(program), "-p"],
                "prompt": "stdin",
                "usage": "claude",
                "env": {"TALK": json.dumps(lines[name])},
                **(fields or {}),
            }

        made.append(TeamHome(tmp_path / "home", {n: agent(n) for n in lines}, settings=QUICK, **(project or {})))
        return made[-1]

    yield make
    for team in made:
        team.close()


def talks(kept: Path, agent: str) -> list[list[str]]:
    """The prompts of each conversation of an agent, the oldest first."""
    files = sorted(kept.glob("*.talk"), key=lambda path: path.stat().st_mtime)
    lines = [[json.loads(line) for line in file.read_text().splitlines()] for file in files]
    return [[one["prompt"] for one in talk] for talk in lines if talk[0]["agent"] == agent]


def sessions(team: TeamHome, task: int, agent: str) -> list[Session]:
    """Of one agent, the oldest first."""
    return [session for session in sessions_of(team.db(), task) if session.agent == agent]


def told(session: Session) -> str:
    """What its transcript tells of it."""
    assert session.folder is not None
    return "\n".join(entry.text for entry in read_transcript(Path(session.folder)))


def test_the_next_round_goes_on_with_the_conversation_of_the_author_and_with_that_of_the_reviewer(
    makes: Makes, kept: Path
) -> None:
    team = makes(dev=[SUBMITS, SUBMITS], rev=[CHANGES, APPROVES])
    task = team.task(title="count them", body="Count the APPLES.", reviews=("output_review",))
    assert team.run() == 0
    assert team.status(task) == "done", team.account()
    (author,), (reviewer,) = talks(kept, "dev"), talks(kept, "rev")
    assert len(author) == len(reviewer) == 2, "one conversation each"
    assert "APPLES" in author[0] and "APPLES" not in author[1], "the task is not told again"
    assert "THIRTEEN" in author[1] and "blackboard submit" in author[1]
    assert len(author[1]) < len(author[0]) / 2
    assert "round 2" in reviewer[1] and "THIRTEEN" not in reviewer[1], "it knows what it said itself"
    for agent in ("dev", "rev"):
        first, second = sessions(team, task.id, agent)
        assert first.external_id == second.external_id is not None
        assert (first.cost, second.cost) == pytest.approx((0.01, 0.01)), (
            "what the conversation cost before is not counted twice"
        )
        assert "goes on with its conversation" in told(second)
    assert sessions(team, task.id, "dev")[0].external_id != sessions(team, task.id, "rev")[0].external_id
    first, second = sessions(team, task.id, "dev")
    shown = json.loads(team.cli("session", "show", second.id, "--json").stdout)
    assert (shown["conversation"], shown["resumes"]) == (first.external_id, first.id)
    assert f"goes on from {first.id[:8]}" in team.cli("task", "show", str(task.id), "--project", "quant").stdout
    assert "goes on with its conversation" in team.cli("session", "log", second.id).stdout


def test_a_retry_goes_on_and_is_told_how_the_last_session_ended(makes: Makes, kept: Path) -> None:
    team = makes(dev=["exit 3", SUBMITS])
    task = team.task(body="Count the APPLES.", reviews=())
    assert team.run() == 0
    assert team.status(task) == "done", team.account()
    (talk,) = talks(kept, "dev")
    assert len(talk) == 2
    assert "it broke" in talk[1] and "attempt 2" in talk[1] and "APPLES" not in talk[1]


def test_a_conversation_that_is_gone_is_begun_anew_with_the_whole_prompt_and_costs_no_attempt(
    makes: Makes, kept: Path
) -> None:
    team = makes(dev=[f"rm {kept}/*.talk; exit 3", SUBMITS])
    task = team.task(body="Count the APPLES.", reviews=())
    assert team.run() == 0
    assert team.status(task) == "done", team.account()
    (talk,) = talks(kept, "dev")
    assert len(talk) == 1 and "APPLES" in talk[0] and "Earlier attempts" in talk[0]
    first, second = sessions(team, task.id, "dev")
    assert (second.attempt, second.status, second.counted) == (2, "succeeded", 0)
    assert first.external_id != second.external_id
    assert "could not be gone on with" in told(second)
    assert second.cost == pytest.approx(0.01)


def test_a_conversation_that_has_no_room_left_is_not_gone_on_with(makes: Makes, kept: Path) -> None:
    team = makes(dev=["exit 3", "full", SUBMITS])
    task = team.task(body="Count the APPLES.", reviews=())
    assert team.run() == 0
    assert team.status(task) == "done", team.account()
    first, second = talks(kept, "dev")
    assert (len(first), len(second)) == (2, 1), "the third attempt begins a new one"
    assert "APPLES" in second[0] and "Earlier attempts" in second[0]


def test_what_a_provider_refused_is_told_again(makes: Makes, kept: Path) -> None:
    team = makes(dev=[SUBMITS, "limited", SUBMITS], rev=[CHANGES, APPROVES])
    task = team.task(reviews=("output_review",))
    assert team.run() == 0
    assert team.status(task) == "done", team.account()
    (talk,) = talks(kept, "dev")
    assert len(talk) == 3
    assert "THIRTEEN" in talk[1] and "THIRTEEN" in talk[2], "its model had answered nothing the second time"


def test_an_agent_that_is_never_to_go_on_begins_anew(makes: Makes, kept: Path) -> None:
    team = makes(fields={"resume": "never"}, dev=["exit 3", SUBMITS])
    task = team.task(body="Count the APPLES.", reviews=())
    assert team.run() == 0
    assert team.status(task) == "done", team.account()
    assert [len(talk) for talk in talks(kept, "dev")] == [1, 1]


def test_nobody_goes_on_with_the_conversation_of_another(makes: Makes, kept: Path) -> None:
    team = makes(dev=["blackboard release --reason no --to other"], other=["exit 3", SUBMITS])
    task = team.task(reviews=(), assignee="dev")
    assert team.run() == 0
    assert team.status(task) == "done", team.account()
    assert [len(talk) for talk in talks(kept, "dev")] == [1]
    assert [len(talk) for talk in talks(kept, "other")] == [2], "it goes on with its own"


def test_whoever_goes_on_is_told_who_worked_on_the_task_meanwhile(makes: Makes, kept: Path) -> None:
    team = makes(
        dev=["blackboard release --reason no --to other", SUBMITS],
        other=["blackboard release --reason no --to dev"],
    )
    task = team.task(reviews=(), assignee="dev")
    assert team.run() == 0
    assert team.status(task) == "done", team.account()
    (talk,) = talks(kept, "dev")
    assert len(talk) == 2
    assert "other worked on this task" in talk[1]
    assert "worked on this task" not in talk[0]


def test_an_answer_reaches_the_conversation_in_which_it_was_asked(makes: Makes, kept: Path) -> None:
    team = makes(dev=["blackboard ask 'Which FRUIT?' --end-turn", SUBMITS])
    task = team.task(body="Count the APPLES.", reviews=())
    assert team.run() == 0
    (ask,) = open_asks(team.db())
    assert team.cli("ask", "answer", str(ask.id), "PEARS").returncode == 0
    assert team.run() == 0
    assert team.status(task) == "done", team.account()
    (talk,) = talks(kept, "dev")
    assert len(talk) == 2
    assert "PEARS" in talk[1] and "APPLES" not in talk[1]


def test_it_does_not_go_on_in_another_folder(makes: Makes, kept: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    team = makes(project={"workdir": str(tmp_path / "one")}, dev=["exit 3", SUBMITS])
    task = team.task(reviews=())
    file = project_file(team.home.project_folder("quant"))
    text = file.read_text()
    moved = text.replace(str(tmp_path / "one"), str(tmp_path / "two"))
    assert moved != text
    (tmp_path / "moved.yaml").write_text(moved)
    team.configure(
        {
            **QUICK,
            "agents": {
                "dev": {
                    "role": "developer",
                    "backend": "command",
                    "command": [str(tmp_path / "bin" / "claude"), "-p"],
                    "prompt": "stdin",
                    "usage": "claude",
                    "env": {"TALK": json.dumps([f"cp {tmp_path}/moved.yaml {file}; exit 3", SUBMITS])},
                }
            },
        }
    )
    assert team.run() == 0
    assert team.status(task) == "done", team.account()
    assert [len(talk) for talk in talks(kept, "dev")] == [1, 1]


def test_a_scheduler_that_is_killed_between_an_end_and_the_next_start_goes_on_once(
    makes: Makes, kept: Path, tmp_path: Path
) -> None:
    team = makes(dev=["exit 3", SUBMITS])
    task = team.task(reviews=())
    for point in ("end.after_commit", "start.before_spawn"):
        killed = team.start("run", "--until-idle", MOZIPLUS_CRASH_AT=f"{point}:{tmp_path / point}")
        assert killed.wait(60) == -9, team.account()
    assert team.run() == 0
    assert team.status(task) == "done", team.account()
    (talk,) = talks(kept, "dev")
    assert len(talk) == 2, "the start that never came up told its program nothing"
