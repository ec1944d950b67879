"""Promises what the doctor says of a terminal: how wide it draws, its size, what tmux lets through."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import select
import shutil
import struct
import subprocess
import sys
import termios
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.home import Home
from console.making import prepare_home
from tests.repository import ROOT

_ASKS = b"\x1b[6n"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return prepare_home(Home(tmp_path / "home"))


@pytest.mark.parametrize(("width", "state"), [(1, "ok"), (2, "warn"), (None, None)])
def test_a_terminal_that_draws_ambiguous_characters_wide_is_told(
    home: Home, width: int | None, state: str | None
) -> None:
    found = [row["state"] for row in in_a_terminal(home, width, 120, 40) if "ambiguous" in row["means"]]
    assert found == ([] if state is None else [state])


def test_a_terminal_that_is_too_small_is_told(home: Home) -> None:
    (row,) = [row for row in in_a_terminal(home, 1, 70, 20) if "70x20" in row["means"]]
    assert row["state"] == "warn"


@pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not on this machine")
@pytest.mark.parametrize(
    ("options", "state"),
    [((), "warn"), (("set-clipboard on",), "warn"), (("allow-passthrough on",), "ok")],
)
def test_what_tmux_drops_is_told_with_the_lines_that_mend_it(
    home: Home, tmp_path: Path, options: tuple[str, ...], state: str
) -> None:
    answer, name = tmp_path / "answer", f"doctor-{uuid.uuid4().hex[:8]}"
    tmux = ["tmux", "-L", name, "-f", "/dev/null"]
    doctor = f"{sys.executable} -m console --home '{home.path}' doctor --json"
    command = f"{doctor} >'{answer}.draft'; mv '{answer}.draft' '{answer}'"
    environ = os.environ | {"PYTHONPATH": str(ROOT)}
    try:
        subprocess.run([*tmux, "new-session", "-d", "-x", "100", "-y", "30", "cat"], env=environ, check=True)
        for option in options:
            subprocess.run([*tmux, "set-option", "-g", *option.split()], check=True)
        subprocess.run([*tmux, "new-window", command], env=environ, check=True)
        until = time.monotonic() + 30
        while not answer.exists():
            assert time.monotonic() < until, "doctor did not end in time"
            time.sleep(0.05)
    finally:
        subprocess.run([*tmux, "kill-server"], check=False, capture_output=True)
    rows = [json.loads(line) for line in answer.read_text("utf-8").splitlines()]
    (row,) = [row for row in rows if row["check"] == "terminal" and row["means"].startswith("tmux")]
    assert row["state"] == state
    assert state == "ok" or "set -g allow-passthrough on" in row["do"]


def in_a_terminal(home: Home, width: int | None, columns: int, lines: int) -> list[dict[str, str]]:
    """What doctor says in a terminal that draws ● `width` columns wide; None never answers."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
    process = subprocess.Popen(
        [sys.executable, "-m", "console", "--home", str(home.path), "doctor", "--json"],
        stdin=theirs,
        stdout=theirs,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    os.close(theirs)
    said = b"".join(_conversation(ours, width))
    process.wait(30)
    os.close(ours)
    text = said.decode().replace("\r", "\n")
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


def _conversation(ours: int, width: int | None) -> Iterator[bytes]:
    answers = [] if width is None else [b"\x1b[5;1R", b"\x1b[5;%dR" % (1 + width)]
    while select.select([ours], [], [], 30)[0]:
        try:
            read = os.read(ours, 65536)
        except OSError:
            return
        if not read:
            return
        for _ in range(read.count(_ASKS)):
            if answers:
                os.write(ours, answers.pop(0))
        yield read.replace(b"\x1b[K", b"\n").replace(_ASKS, b"")
