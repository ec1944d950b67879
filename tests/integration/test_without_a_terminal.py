"""Promises of `moziplus` where there is no terminal: one line, exit code 2, no home, nobody in charge, no escape."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.repository import ROOT

COMMANDS: tuple[list[str], ...] = ([], ["--read-only"], ["demo"])


def ends(arguments: list[str], folder: Path, term: str | None, files: dict[str, int]) -> tuple[int, str, str]:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("MOZIPLUS_") and name != "TERM"}
    environ |= {"PYTHONPATH": str(ROOT), "HOME": str(folder), "TMPDIR": str(folder)}
    environ |= {} if term is None else {"TERM": term}
    streams: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | files
    process = subprocess.Popen(
        [sys.executable, "-m", "console", *arguments], env=environ, cwd=folder, text=True, **streams
    )
    out, err = process.communicate(timeout=60)
    return process.returncode, out or "", err or ""


@pytest.mark.parametrize("arguments", COMMANDS)
def test_pipes_are_no_terminal(tmp_path: Path, arguments: list[str]) -> None:
    code, out, err = ends(arguments, tmp_path, "xterm-256color", {})
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "\x1b" not in err and ("moziplus run" in err or "--headless" in err)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("piped", ["stdin", "stdout", "stderr"])
def test_each_of_the_three_must_be_one(tmp_path: Path, piped: str) -> None:
    master, slave = pty.openpty()
    code, *_ = ends([], tmp_path, "xterm", {name: slave for name in ("stdin", "stdout", "stderr") if name != piped})
    os.close(slave)
    os.close(master)
    assert code == 2 and list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("term", ["dumb", "", None])
def test_a_terminal_that_shows_no_screen_is_none(tmp_path: Path, term: str | None) -> None:
    master, slave = pty.openpty()
    code, *_ = ends([], tmp_path, term, {"stdin": slave, "stdout": slave, "stderr": slave})
    os.close(slave)
    said = os.read(master, 65536).decode()
    os.close(master)
    assert (code, said.count("\n"), "\x1b" in said) == (2, 1, False)
    assert "moziplus run" in said and "moziplus status" in said
    assert list(tmp_path.iterdir()) == []
