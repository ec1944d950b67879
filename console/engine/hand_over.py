"""Owns the hand-over: a detached headless scheduler that goes on where this process ends.

The new one waits in the wings and takes charge as soon as this process lets go. It survives the terminal and its hangup.
"""

from __future__ import annotations

import os
import subprocess
import time

from console.engine.in_charge import Holder, holder, somebody_waits
from console.home import Home
from console.own_python import python_command
from console.umask import former

__all__ = ("detach", "who_follows")

SUCCESSION = 1.5
"""Seconds in which a scheduler that waits in the wings has taken over; it looks twice a second."""


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
            env=dict(os.environ),  # it goes on for us, and needs what we have
            start_new_session=True,
            umask=former(),
            cwd=home.path,
        )
    finally:
        os.close(log)
    process.returncode = 0  # it outlives us: no warning that it was never waited for
    return process.pid


def who_follows(home: Home) -> Holder | None:
    """Who took charge after the last one let go; None where nobody waits for that, or did not come in time."""
    until = time.monotonic() + SUCCESSION
    while (who := holder(home)) is None and somebody_waits(home) and time.monotonic() < until:
        time.sleep(0.05)
    return who
