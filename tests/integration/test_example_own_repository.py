"""The example in the docs works as it is written: real tools on this repository, their findings reviewed."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "examples" / "own-repository.md"


def _blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


def test_the_example_of_the_docs_brings_real_findings_back_for_review(tmp_path: Path) -> None:
    env = {name: value for name, value in os.environ.items() if not name.startswith(("MOZIPLUS_", "BLACKBOARD_"))}
    tools = tmp_path / "bin"
    tools.mkdir()
    (tools / "moziplus").write_text(f'#!/bin/sh\nexec "{sys.executable}" -P -m console "$@"\n')
    (tools / "moziplus").chmod(0o755)
    env |= {
        "PATH": f"{tools}:{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "MOZIPLUS_HOME": str(tmp_path / "home"),
    }
    subprocess.run([tools / "moziplus", "init", tmp_path / "home"], env=env, check=True, capture_output=True)
    (team,) = _blocks("yaml")
    (tmp_path / "home" / "config" / "default.yaml").write_text(team, encoding="utf-8")
    (script,) = _blocks("sh")
    done = subprocess.run(
        ["sh", "-e", "-c", script], env=env, cwd=ROOT, capture_output=True, text=True, timeout=180, check=False
    )
    assert done.returncode == 0, done.stderr
    listed = subprocess.run(
        [tools / "moziplus", "task", "list", "--project", "self", "--all", "--json"],
        env=env,
        capture_output=True,
        text=True,
        check=True,
    )
    tasks = [json.loads(line) for line in listed.stdout.splitlines()]
    assert [(task["id"], task["status"]) for task in tasks] == [(1, "done"), (2, "done"), (3, "done")], done.stdout
    artifacts = tmp_path / "home" / "projects" / "self" / "artifacts"
    assert "passed" in (artifacts / "3" / "outputs" / "pytest.txt").read_text(encoding="utf-8")
    assert "gatekeeper" in done.stdout and "approve" in done.stdout
