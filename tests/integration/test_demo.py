"""Promises of `moziplus demo`: headless it goes through everything by itself, proves it from the blackboard, leaves nothing."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from console.cli.demo_summary import THINGS, prove
from console.own_python import python_command
from tests.boards import Board
from tests.live_sessions import bearers

NEEDED = {"dependencies", "changes_requested", "rebuttal", "escalation", "retry", "alert"}
NEEDED |= {"plan_review", "debate", "hard_gate", "guardrail_hold", "budget_stop", "distilled_skill", "scheduled_task"}
NEEDED |= {"question", "leave_by_rule", "cap_raised", "resumed_round"}


def demo(*arguments: str, tmp: Path) -> subprocess.CompletedProcess[str]:
    """The real command, from an empty folder."""
    command = [*python_command("console.cli.main"), "demo", *arguments]
    env = {**os.environ, "TMPDIR": str(tmp)}
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp, env=env, timeout=180)


def test_the_headless_demo_goes_through_everything_and_throws_its_home_away(tmp_path: Path) -> None:
    done = demo("--headless", "--until-idle", "--json", tmp=tmp_path)
    assert done.returncode == 0, done.stderr
    (line,) = done.stdout.splitlines()
    said = json.loads(line)
    assert set(said["went_through"]) == NEEDED and all(said["went_through"].values()) and said["missing"] == []
    assert said["tasks"]["done"] == 14 and said["tasks"]["working"] == said["tasks"]["failed"] == 0
    assert len(said["needs_you"]) == 2, "only what no agent can settle: an order, money; it raised a cap by itself"
    assert said["model"] is None and said["home"] is None
    assert list(tmp_path.iterdir()) == []


def test_a_named_home_is_kept_and_every_agent_said_that_no_model_was_involved(tmp_path: Path) -> None:
    home = tmp_path / "家 home"
    done = demo("--until-idle", "--home", str(home), tmp=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "DID NOT HAPPEN" not in done.stdout and str(home) in done.stdout
    assert "The demo raised the cap in your place" in done.stdout
    logs = [path.read_text(encoding="utf-8") for path in home.glob("runs/*/agents/*/*/output.log")]
    assert len(logs) >= 16 and all("no model is involved" in log for log in logs)
    resumed = [log for log in logs if "was told only what is new" in log]
    assert len(resumed) >= 4, "later rounds and retries go on with a conversation"
    assert [path for path in home.glob("runs/*/agents/*/*/runner.log") if path.read_text(encoding="utf-8")] == []
    assert bearers(str(home)) == []
    again = demo("--until-idle", "--home", str(home), tmp=tmp_path)
    assert again.returncode == 4 and "fresh home" in again.stderr


@pytest.mark.parametrize("thing", sorted(NEEDED))
def test_what_did_not_happen_is_missing_from_the_proof(tmp_path: Path, thing: str) -> None:
    board = Board(tmp_path / "demo", "demo")
    board.work(board.task("alone").id)
    assert thing in THINGS and thing in prove(board.db, "demo").missing
    board.close()
