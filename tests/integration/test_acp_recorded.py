"""Promises of the driver on what real agent programs said over ACP in November 2026: recorded, replayed.

Each worked on one task: read it, wrote a file, recorded and submitted it. All leave was given once.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from console.blackboard.reads.asks import list_asks, open_asks
from console.blackboard.writes.asks import answer_ask
from console.own_python import python_command
from console.records.actor import OPERATOR, Actor, Origin
from tests.live_sessions import CLOCK, Live, session_for
from tests.repository import ROOT

RECORDED = ROOT / "tests" / "unit" / "agents" / "recorded" / "acp"
BOSS = Actor(name=OPERATOR, origin=Origin.CLI)

TOLD: dict[str, dict[str, Any]] = {
    "opencode": {"asks": 4, "tokens": 1250, "cost": 0.01905, "tool": "execute"},
    "claude": {"asks": 4, "tokens": 6250, "cost": 0.03024, "tool": "Bash", "mode": "default"},
    "gemini": {"asks": 4, "tokens": 6250, "cost": 0.0, "tool": "execute", "mode": "default", "commands": False},
    "qwen": {"asks": 4, "tokens": 6250, "cost": 0.0, "tool": "run_shell_command", "mode": "default"},
}


def played(tmp_path: Path, program: str, mode: str | None) -> Live:
    command = [sys.executable, str(ROOT / "tests" / "acp_replay.py"), str(RECORDED / f"{program}.jsonl")]
    options = {"mode": mode} if mode else {}
    live = session_for(tmp_path, command, backend="acp", usage={"form": "moziplus"}, options=options)
    runner = subprocess.Popen([*python_command("console.agents.runner"), str(live.folder.path)])
    db = live.open()
    while True:
        try:
            runner.wait(0.1)
            break
        except subprocess.TimeoutExpired:
            for ask in open_asks(db):
                answer_ask(db, ask.id, next(o.id for o in ask.options if o.leave == "once"), by=BOSS, now=CLOCK.now())
    db.close()
    return live


@pytest.mark.parametrize("program", TOLD)
def test_a_recorded_session_is_told_asked_and_counted_as_it_was(tmp_path: Path, program: str) -> None:
    told = TOLD[program]
    live = played(tmp_path, program, told.get("mode"))
    ending = live.folder.ending()
    assert ending is not None and not ending.failed and ending.failure is None
    assert (ending.words, ending.tokens, ending.cost) == ("All done: the answer is 42.", told["tokens"], told["cost"])
    db = live.open()
    asked = list_asks(db)
    db.close()
    assert len(asked) == told["asks"] and {ask.about["tool"] for ask in asked} == {told["tool"]}
    if told.get("commands", True):
        assert asked[-1].about["command"] == "blackboard read"
    said = [json.loads(line) for line in live.folder.output.read_text().splitlines() if line.startswith("{")]
    calls = [entry for entry in said if entry["kind"] == "tool_call"]
    results = [entry for entry in said if entry["kind"] == "tool_result"]
    assert len(calls) == len(results) == 4, "each call is told once, and has its result"
    assert [call["id"] for call in calls] == [result["id"] for result in results]
    if told.get("commands", True):
        assert calls[0]["command"] == "blackboard read"
