"""Owns the mark that all processes of a session bear on Linux, wherever they went: a limit that the system itself ignores.

RLIMIT_LOCKS means nothing since Linux 2.4. Each process inherits it from the one that started it, through any number of
forks, sessions and empty environments, and nobody but root can raise it again. Other systems have nothing like it: there
the marker in the environment and the noted tree stand in. Never signals a process that does not bear the mark just then.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
import time
from collections.abc import Callable, Collection
from contextlib import suppress
from functools import cache

__all__ = ("bear", "bearers", "none_left")

_LOCKS = 10
_MOST = 1 << 62
_LOOKS = 3
"""Looks in a row that must see none."""
_APART = 0.004


def bear(session: str) -> bool:
    """Mark this process, and with it all that it will start; False where the system has no such thing."""
    if sys.platform == "linux":
        with suppress(OSError, ValueError):
            value = _value(session)
            resource.setrlimit(_LOCKS, (value, value))
            return True
    return False


def bearers(session: str, *, ended: bool = False) -> list[int]:
    """The pids of all living processes of a session, whoever asks among them; none where the system has no marks.

    `ended` takes those along that nobody has reaped yet. Whoever was replaced by its child while it was looked for is met
    all the same: what began meanwhile is looked at, too.
    """
    if sys.platform == "linux":
        value, known = _value(session), _newest()
        found = {int(name) for name in os.listdir("/proc") if name.isdigit() and _bears(int(name), value, ended)}
        while (newest := _newest()) != known:
            if newest < known:  # the numbers begin anew
                return bearers(session, ended=ended)
            found |= {pid for pid in range(known + 1, newest + 1) if _bears(pid, value, ended)}
            known = newest
        return sorted(found)
    else:
        return []


def none_left(session: str, spared: Collection[int], *, pause: Callable[[float], None] = time.sleep) -> bool:
    """Kill every bearer that is seen, but those `spared`; True where several looks in a row see none."""
    if sys.platform == "linux":
        for _ in range(_LOOKS):
            if _kill_all(session, spared):
                return False
            pause(_APART)
    return True


def _newest() -> int:
    """The number that was given to a process last."""
    try:
        with open("/proc/loadavg", "rb") as file:
            return int(file.read(200).split()[-1])
    except (OSError, ValueError, IndexError):
        return 0


def _kill_all(session: str, spared: Collection[int]) -> int:
    """How many bearers still run; each of them has been sent a KILL."""
    seen, value = 0, _value(session)
    for pid in bearers(session):
        if pid not in spared:
            seen += 1
            _kill(pid, value)
    return seen


def _kill(pid: int, value: int) -> None:
    """By a descriptor that goes on meaning this process: a pid alone may be another's an instant later."""
    if sys.platform == "linux":
        with suppress(OSError):
            process = os.pidfd_open(pid)
            try:
                if _bears(pid, value):
                    signal.pidfd_send_signal(process, signal.SIGKILL)
            finally:
                os.close(process)


def _bears(pid: int, value: int, ended: bool = False) -> bool:
    """Whether it has ended is asked last, before it is asked who is new: its child is among these."""
    if sys.platform == "linux":
        with suppress(OSError):
            return resource.prlimit(pid, _LOCKS)[1] == value and (ended or not _is_zombie(pid))
    return False


def _is_zombie(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            return file.read(512).rpartition(b")")[2].split()[:1] in ([b"Z"], [b"X"])
    except OSError:
        return True


@cache
def _value(session: str) -> int:
    """The same for whoever asks with the same limit above, as a runner does before it bears it, and who started it."""
    above = resource.getrlimit(_LOCKS)[1]
    number = 0xCBF29CE484222325
    for byte in session.encode():
        number = (number ^ byte) * 0x100000001B3 % (1 << 64)
    return 1 + number % (_MOST if above == resource.RLIM_INFINITY else max(above - 1, 1))
