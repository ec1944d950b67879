"""Promises that the plain shell agent of docs/agents.md works exactly as it stands there, by the commands that stand there."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from pathlib import Path

from console.own_python import python_command
from tests.repository import ROOT

PAGE = (ROOT / "docs" / "agents.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", PAGE, re.DOTALL)
SETTINGS = next(text for kind, text in BLOCKS if kind == "yaml" and text.startswith("# shell-agent"))
COMMANDS = next(text for kind, text in BLOCKS if kind == "sh")


def moziplus(home: Path, line: str) -> str:
    """One line of the page, with the real program."""
    command = [*python_command("console.cli.main"), *shlex.split(line)[1:], "--home", str(home)]
    env = {n: v for n, v in os.environ.items() if not n.startswith("MOZIPLUS_")}
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=home.parent, env=env, timeout=120)
    assert done.returncode == 0, f"{line}: {done.stderr}"
    return done.stdout


def test_the_shell_agent_of_the_docs_does_its_task(tmp_path: Path) -> None:
    home = tmp_path / "home"
    moziplus(home, f"moziplus init {shlex.quote(str(home))}")
    (home / "config" / "default.yaml").write_text(SETTINGS, encoding="utf-8")
    said = [moziplus(home, line) for line in COMMANDS.strip().splitlines()]
    assert "done" in said[-1] and "machine.txt" in said[-1]
    assert (home / "projects" / "reports" / "artifacts" / "1" / "outputs" / "machine.txt").read_text().count("\n") == 2
