"""Promises of the short prompt: what an agent must read to work here is little, and what it may need is one call away."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from console.cli.blackboard import COMMANDS
from console.own_python import python_command
from tests.homes import SUBMITS, TeamHome

MOST = 1_200 * 4
"""Characters: 1,200 tokens of four."""


def test_what_an_author_must_read_beside_the_task_is_at_most_1200_tokens(tmp_path: Path) -> None:
    team = TeamHome(tmp_path / "home", {"dev": SUBMITS})
    team.task("Say what the answer is", body="Write outputs/answer.md that says what the answer is.")
    shown = team.cli("task", "prompt", "1").stdout
    team.close()
    assert "submit --summary" in shown and "help COMMAND" in shown
    assert len(shown) <= MOST, f"{len(shown)} characters, {len(shown) // 4} tokens"


@pytest.mark.parametrize("name", ["ask", "submit", "review", "usage"])
def test_all_of_a_command_is_told_on_request(name: str) -> None:
    done = subprocess.run(
        [*python_command("console.cli.blackboard"), "help", name], capture_output=True, text=True, check=True
    )
    assert COMMANDS[name] in done.stdout and "\n###" not in done.stdout
    assert len(done.stdout) > len(COMMANDS[name]) + 50


def test_a_refusal_names_only_commands_that_an_agent_has(tmp_path: Path) -> None:
    team = TeamHome(tmp_path / "home", {"dev": SUBMITS})
    place = ["--home", str(team.home.path), "--project", "quant"]
    refused = [
        subprocess.run(
            [*python_command("console.cli.blackboard"), *words, *place], capture_output=True, text=True, check=False
        )
        for words in (("read", "--task", "99"), ("comment", "x", "--task", "99"), ("comment", "x", "--task", "98"))
    ]
    team.close()
    for done in refused:
        assert done.returncode == 3 and "there is no" in done.stderr or "no project" in done.stderr
        assert "`moziplus" not in done.stderr, done.stderr
