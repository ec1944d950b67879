"""Promises that a console ends with its terminal, whichever way that one goes, and on SIGTERM whatever it waits for.

The terminals are bare ones, and none is the console's controlling terminal: nobody sends a SIGHUP when it goes.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from console.app.hang_up import hung_up
from console.clock import SystemClock
from console.engine.in_charge import holder
from console.home import Home
from console.making import prepare_home
from tests.repository import ROOT
from tests.terminal.tmux import wait_for

ENDS_WITHIN = 5.0
SHOWS = b"this console"
ESCAPES = re.compile(rb"\x1b\[[0-9;]*m")


@pytest.fixture
def home() -> Iterator[Home]:
    """A home of which nobody is in charge when the test has ended."""
    with tempfile.TemporaryDirectory(prefix="mz", ignore_cleanup_errors=True) as folder:
        made = prepare_home(Home(Path(folder).resolve() / "home"), SystemClock())
        yield made
        if (left := holder(made)) is not None:
            psutil.Process(left.pid).terminate()
            wait_for(lambda: holder(made) is None, "the scheduler left behind has ended")


def console(home: Home, *arguments: str) -> list[str]:
    """The console's command line."""
    return [sys.executable, "-m", "console", "--home", str(home.path), *arguments]


class Bare:
    """A pseudo-terminal with a console on it, which is read only when it is asked to be."""

    def __init__(self, home: Home, *command: str) -> None:
        self.master, slave = pty.openpty()
        self.size(60, 200)
        environ = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm-256color", "LANG": "C.UTF-8"}
        self.process = subprocess.Popen(
            command or console(home),
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            env=environ,
            cwd=home.path,
        )
        os.close(slave)

    def size(self, rows: int, columns: int) -> None:
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def read_until(self, text: bytes) -> None:
        got, until = b"", time.monotonic() + 60
        while text not in got and text not in ESCAPES.sub(b"", got):
            assert time.monotonic() < until, got[-2000:]
            if select.select([self.master], [], [], 0.2)[0]:
                got += os.read(self.master, 65536)

    def stall(self) -> None:
        """Read nothing, and have so much painted that the console can write no more."""
        for n in range(80):
            self.size(60 + n % 2, 200 + n % 7)
            self.process.send_signal(signal.SIGWINCH)
            time.sleep(0.03)  # resizes that come together are painted once

    def vanish(self) -> None:
        os.close(self.master)
        self.master = -1

    def ends(self, within: float = ENDS_WITHIN) -> int:
        try:
            return self.process.wait(within)
        finally:
            self.close()

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        if self.master >= 0:
            self.vanish()


def goes_on(home: Home) -> None:
    """Somebody without a screen is in charge."""
    who = wait_for(lambda: holder(home), "a scheduler goes on")
    assert who.mode == "headless"


@pytest.mark.parametrize("stalled", [False, True])
def test_it_ends_when_its_terminal_is_gone_without_a_signal(home: Home, stalled: bool) -> None:
    terminal = Bare(home)
    terminal.read_until(SHOWS)
    if stalled:
        terminal.stall()
    terminal.vanish()
    assert terminal.ends() == 0
    goes_on(home)


def test_sigterm_ends_it_while_it_cannot_write(home: Home) -> None:
    terminal = Bare(home)
    terminal.read_until(SHOWS)
    terminal.stall()
    terminal.process.terminate()
    assert terminal.ends() == 0
    goes_on(home)


@pytest.mark.skipif(sys.platform != "linux" or shutil.which("script") is None, reason="wants the `script` of Linux")
def test_it_ends_with_the_recorder_that_it_runs_under_though_it_ignores_hangups(home: Home) -> None:
    terminal = Bare(home, "script", "-qec", f"trap '' HUP; exec {' '.join(console(home))}", "/dev/null")
    terminal.read_until(SHOWS)
    below = psutil.Process(terminal.process.pid).children(recursive=True)
    terminal.process.kill()
    assert below and not psutil.wait_procs(below, timeout=ENDS_WITHIN)[1]
    terminal.close()
    goes_on(home)


def test_under_nohup_it_has_no_terminal_and_says_so(home: Home) -> None:
    assert Bare(home, "nohup", *console(home)).ends(60) == 2
    assert "`moziplus status`" in (home.path / "nohup.out").read_text()
    assert holder(home) is None


def test_it_hands_over_to_nobody_where_another_scheduler_waits(home: Home) -> None:
    terminal = Bare(home)
    terminal.read_until(SHOWS)
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    waiting = subprocess.Popen(console(home, "run"), stderr=subprocess.PIPE, env=environ)
    assert waiting.stderr is not None
    try:
        wait_for(lambda: b"waiting in the wings" in waiting.stderr.readline(), "it waits")  # type: ignore[union-attr]
        os.write(terminal.master, b"q")
        terminal.read_until(b"that waits takes over")
        os.write(terminal.master, b"\r")
        terminal.read_until(b"\x1b[?1049l")
        assert terminal.ends() == 0
        who = wait_for(lambda: holder(home), "somebody is in charge")
        assert who.pid == waiting.pid
        assert not (home.logs / "detached.log").exists()
    finally:
        waiting.terminate()
        waiting.wait()
        waiting.stderr.close()


def test_a_terminal_hangs_up_when_its_other_end_is_closed() -> None:
    master, slave = pty.openpty()
    assert not hung_up(slave)
    os.close(master)
    assert hung_up(slave)
    os.close(slave)
    assert hung_up(slave)
