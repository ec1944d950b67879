"""Owns keeping the machine awake while agents are at work: one child that holds off sleep, and ends with the scheduler.

What holds off sleep is chosen by a pure function. A machine that has nothing of the kind is told once and left alone.
"""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Callable

from console.environments import for_tool

__all__ = ("KeepAwake", "sleep_guard")

_log = logging.getLogger("moziplus.engine")


def sleep_guard(platform: str, pid: int, found: Callable[[str], str | None]) -> list[str] | None:
    """The command that holds off sleep on `platform` until process `pid` ends; None where the machine has none.

    On Linux it reads a pipe whose other end only the scheduler has, so that it ends with it, however that ends.
    """
    if platform == "darwin":
        program = found("caffeinate")
        return [program, "-i", "-w", str(pid)] if program else None
    program = found("systemd-inhibit")
    if not program:
        return None
    return [program, "--what=sleep:idle", "--who=moziplus", "--why=agents are at work", "--mode=block", "cat"]


class KeepAwake:
    """Holds off sleep between `follow(True)` and `follow(False)`."""

    def __init__(self, command: list[str] | None = None) -> None:
        self._command = command or sleep_guard(sys.platform, os.getpid(), shutil.which)
        self._guard: subprocess.Popen[bytes] | None = None
        self._told = False

    def follow(self, wanted: bool) -> None:
        """Hold off sleep, or no longer. Cheap to call at every tick."""
        if not wanted:
            self.close()
            self._told = False
        elif self._guard is None:
            self._begin()
        elif self._guard.poll() is not None:
            self._tell(f"{self._command} ended with {self._guard.returncode}")

    def close(self) -> None:
        """Let the machine sleep. Safe to call twice."""
        guard, self._guard = self._guard, None
        if guard is None:
            return
        if guard.stdin is not None:
            guard.stdin.close()
        if guard.poll() is None:
            guard.terminate()
            try:
                guard.wait(2)
            except subprocess.TimeoutExpired:
                guard.kill()
                guard.wait()

    def _begin(self) -> None:
        if self._command is None:
            self._tell("this machine has neither caffeinate nor systemd-inhibit")
            return
        try:
            self._guard = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=for_tool(os.environ),
                start_new_session=True,
            )
        except OSError as error:
            self._tell(f"{self._command[0]}: {error.strerror}")

    def _tell(self, why: str) -> None:
        if not self._told:
            _log.warning("the machine may fall asleep while agents are at work: %s", why)
            self._told = True
