"""Measures the cold start of `blackboard` as a process against `python -c 'import sqlite3'`, side by side in one run.

The goal is a ratio of at most 5. What is measured is what the session's shim runs, without its sh.
By hand: `.venv/bin/python -m tests.benchmarks.bench_cli`.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from console.own_python import python_command
from tests.agent import Desk

GOAL = 5.0
ROUNDS = 15
COMMANDS = {
    "read": ("read",),
    "claim": ("claim",),
    "comment": ("comment", "half done"),
    "usage": ("usage", "--tokens", "5"),
    "create": ("create", "--title", "a part"),
}
"""Of an agent's commands those that it calls often."""


@pytest.mark.benchmark
@pytest.mark.parametrize("command", COMMANDS)
def test_a_cold_blackboard_takes_at_most_five_times_a_bare_python(tmp_path: Path, command: str) -> None:
    ratio = cold_ratio(tmp_path, COMMANDS[command])
    sys.stdout.write(f"\nblackboard {command}: {ratio:.2f}x\n")
    assert ratio <= GOAL


def cold_ratio(tmp_path: Path, words: tuple[str, ...]) -> float:
    """Median wall time of the command by the median of the bare interpreter's, each taken in turn."""
    desk = Desk(tmp_path)
    desk.claim("--task", str(desk.task()))
    environ = {**os.environ, **desk.context}
    bare = [sys.executable, "-c", "import sqlite3"]
    ours = [*python_command("console.cli.blackboard"), *words]
    seconds: dict[str, list[float]] = {"bare": [], "ours": []}
    for _ in range(ROUNDS):
        for name, command in (("bare", bare), ("ours", ours)):
            began = time.perf_counter()
            subprocess.run(command, env=environ, check=True, stdout=subprocess.DEVNULL)
            seconds[name].append(time.perf_counter() - began)
    return statistics.median(seconds["ours"]) / statistics.median(seconds["bare"])


if __name__ == "__main__":
    for name, words in COMMANDS.items():
        with tempfile.TemporaryDirectory() as folder:
            sys.stdout.write(f"blackboard {name:<8} {cold_ratio(Path(folder), words):.2f}x (goal {GOAL:g}x)\n")
