"""Owns the hand-over: a detached headless scheduler that goes on where this process ends.

The new one waits in the wings and takes charge as soon as this process lets go. It survives the terminal and its hangup.
"""

from __future__ import annotations

import os
import subprocess

from console.agents.shim import python_command
from console.home import Home

__all__ = ("detach",)


def detach(home: Home) -> int:
    """Start a headless `moziplus run` on `home` in a session of its own and give its pid. Does not let go of the lock."""
    home.logs.mkdir(mode=0o700, exist_ok=True)
    log = os.open(home.logs / "detached.log", os.O_CREAT | os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC, 0o600)
    try:
        process = subprocess.Popen(
            [*python_command("console.cli.main"), "--home", str(home.path), "run"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            cwd=home.path,
        )
    finally:
        os.close(log)
    process.returncode = 0  # it outlives us: no warning that it was never waited for
    return process.pid
