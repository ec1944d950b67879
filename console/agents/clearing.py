"""Owns the clearing away of an agent by its runner: everything that it started is killed, until the system itself says so.

"Nothing is left" is said only where no child is left to the runner, asked after the kill; where the system gives orphans to
nobody, the noted tree and the marker stand in. A look that fails is tried again, and never taken for "nothing".
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from console.agents.kill import CERTAIN, Target, kill_for_certain
from console.agents.orphans import childless

__all__ = ("clear_away",)

_PAUSE = 0.01
_AGAIN = 0.3
"""Seconds after a look that failed."""
IN_ORDER = 5.0
"""Seconds that an agent has to end in order what it has started."""
_REAPED = 5.0
"""Seconds in which the agent itself must be reaped once it was killed."""


def clear_away(
    agent: subprocess.Popen[bytes],
    target: Target,
    *,
    grace: float,
    orphans: bool,
    in_order: bool,
    pause: Callable[[float], None],
    complain: Callable[[str], None],
) -> bool:
    """End the agent where it still runs, and all below this process; True when nothing is left.

    `orphans`: this process is given those of its descendants that lose their parent. `in_order`: the agent itself ends what
    it has started, where it alone is told to; what it does not end in time is killed as all else.
    """
    if in_order and agent.poll() is None:
        agent.terminate()
        _wait(agent, IN_ORDER, pause)
    if orphans and agent.poll() is not None and childless():
        return True
    swept = _killed(agent, target, grace, pause, complain)
    try:
        agent.wait(_REAPED)
    except subprocess.TimeoutExpired:
        return False
    if not orphans:
        return swept
    until = time.monotonic() + CERTAIN
    while not childless():
        if time.monotonic() > until:
            return False
        pause(_PAUSE)
        _killed(agent, replace(target, leader=None, group_is_ours=False), 0.0, pause, complain)
    return True


def _wait(agent: subprocess.Popen[bytes], seconds: float, pause: Callable[[float], None]) -> None:
    until = time.monotonic() + seconds
    while agent.poll() is None and time.monotonic() < until:
        pause(_PAUSE)


def _killed(
    agent: subprocess.Popen[bytes],
    target: Target,
    grace: float,
    pause: Callable[[float], None],
    complain: Callable[[str], None],
) -> bool:
    until = time.monotonic() + CERTAIN
    while True:
        try:
            return kill_for_certain(target, grace=grace, pause=pause)
        except Exception as error:  # out of descriptors, say: the agent's own group needs none
            complain(f"its processes could not be looked at: {error!r}")
            if agent.poll() is None:
                with suppress(OSError):
                    os.killpg(agent.pid, signal.SIGKILL)
            if time.monotonic() > until:
                return False
            pause(_AGAIN)
