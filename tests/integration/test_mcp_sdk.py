"""Promises of `blackboard mcp` to the protocol's own SDK: its client lists and calls the tools, in both eras."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from console.cli.blackboard import COMMANDS
from console.own_python import python_command
from tests.homes import SUBMITS, TeamHome

PYTHON = os.environ.get("TEST_MCP_SDK", "")

pytestmark = pytest.mark.skipif(not PYTHON, reason="needs `TEST_MCP_SDK=$(bash .ci/mcp_sdk)`; .ci/run has it")


@pytest.mark.parametrize(("era", "version"), [("handshake", "2025-11-25"), ("stateless", "2026-07-28")])
def test_the_protocols_own_client_is_served(tmp_path: Path, era: str, version: str) -> None:
    team = TeamHome(tmp_path / "home", {"dev": SUBMITS})
    team.task("write it")
    team.close()
    environ = {**os.environ, "MOZIPLUS_HOME": str(team.home.path), "MOZIPLUS_PROJECT": "quant", "MOZIPLUS_TASK": "1"}
    client = Path(__file__).with_name("mcp_client.py")
    server = [*python_command("console.cli.blackboard"), "mcp"]
    done = subprocess.run(
        [PYTHON, str(client), era, *server], env=environ, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert (found["version"], set(found["tools"])) == (version, COMMANDS.keys() - {"mcp", "permission"})
    read, comment, submit = found["calls"]
    assert "# Task quant#1: write it" in read["text"]
    assert comment["data"]["comment"] == 1
    assert submit["refused"] and submit["data"]["exit_code"] == 2
