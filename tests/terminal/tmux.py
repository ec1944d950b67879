"""Runs the console in a tmux of its own and looks at its screen until it shows what it should, never without a deadline."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

from tests.repository import ROOT

__all__ = ("Terminal", "needs_tmux", "wait_for")

needs_tmux = pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")
PATIENCE = 60.0
T = TypeVar("T")


def wait_for(promise: Callable[[], T | None], what: str, patience: float = PATIENCE) -> T:
    """What `promise` gives as soon as that is true; fails after `patience` seconds."""
    end = time.monotonic() + patience
    while not (found := promise()):
        assert time.monotonic() < end, f"this never came true: {what}"
        time.sleep(0.05)
    return found


class Terminal:
    """One tmux server with one window; use it in a `with`."""

    def __init__(self, folder: Path, *arguments: str, size: tuple[int, int] = (120, 40), **environ: str) -> None:
        self._socket = folder / "tmux.sock"
        self._code = folder / "exit-code"
        command = [sys.executable, "-m", "console", *arguments]
        script = folder / "start.sh"
        line = " ".join(f"'{word}'" for word in command)
        script.write_text(f"#!/bin/sh\n{line}\necho $? > '{self._code}'\n", "utf-8")
        script.chmod(0o700)
        width, height = size
        kept = {**os.environ, "PYTHONPATH": str(ROOT), "TERM": "xterm-256color", **environ}
        self._run("-f", os.devnull, "new-session", "-d", "-x", str(width), "-y", str(height), str(script), env=kept)

    def __enter__(self) -> Terminal:
        """The terminal."""
        return self

    def __exit__(self, *failure: object) -> None:
        """Close it, if it is still there."""
        self.vanish()

    def screen(self) -> str:
        """What it shows now, as text."""
        return self._run("capture-pane", "-p")

    def press(self, *keys: str) -> None:
        """Press keys, by tmux's names for them."""
        self._run("send-keys", *keys)

    def shows(self, *texts: str) -> str:
        """Wait until it shows every text; gives the screen."""

        def showing() -> str:
            screen = self.screen()
            return screen if all(text in screen for text in texts) else ""

        return wait_for(showing, f"{texts} on the screen")

    def rang(self) -> bool:
        """Whether it has rung since it was opened."""
        return self._run("display-message", "-p", "#{window_bell_flag}").strip() == "1"

    def clipboard(self) -> str:
        """What was copied last; tmux takes copies into a buffer of its own where `set-clipboard` is on."""
        return self._run("show-buffer", check=False)

    def take_copies(self) -> None:
        """Let copies through, as the doctor advises."""
        self._run("set-option", "-s", "set-clipboard", "on")

    def resize(self, width: int, height: int) -> None:
        """Give it another size."""
        self._run("resize-window", "-x", str(width), "-y", str(height))

    def vanish(self) -> None:
        """Go away, as when an SSH connection drops."""
        self._run("kill-server", check=False)

    def exit_code(self) -> int:
        """Wait until the program has ended; gives its exit code."""

        def written() -> str:
            return self._code.read_text("utf-8").strip() if self._code.exists() else ""

        return int(wait_for(written, "the program ended"))

    def _run(self, *arguments: str, env: dict[str, str] | None = None, check: bool = True) -> str:
        done = subprocess.run(
            ["tmux", "-u", "-S", str(self._socket), *arguments], capture_output=True, text=True, check=check, env=env
        )
        return done.stdout
