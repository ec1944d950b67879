"""Owns who is in charge of a home: one flock that dies with its holder, and a file beside it that says who that is.

The lock is the only proof; the file names its holder for people and is believed only while the lock is held. The lock's
file is never unlinked, and its descriptor is never inherited by an agent.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from console import __version__
from console.clock import Clock, SystemClock
from console.crash import crash_point
from console.errors import Conflict
from console.home import Home, write_atomically

__all__ = (
    "CONSOLE",
    "HEADLESS",
    "Holder",
    "InCharge",
    "Wings",
    "holder",
    "last_beat",
    "quiet_for",
    "somebody_waits",
    "take",
    "take_or_conflict",
)

HEADLESS = "headless"
CONSOLE = "console"

_TRIES = 5
"""A glance of `holder` holds the lock for an instant; whoever takes it looks again this often, 10 ms apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Who is in charge."""

    pid: int
    host: str
    since: int
    """Epoch ms."""
    mode: str
    """headless, console, or the name of a command that acts while nobody else is in charge."""
    version: str

    def __str__(self) -> str:
        return f"{self.mode} scheduler, pid {self.pid} on {self.host}, moziplus {self.version}"


class InCharge:
    """The lock, held. Let go with `release`, or by the end of the process."""

    def __init__(self, descriptor: int, who: Holder) -> None:
        self._descriptor = descriptor
        self.holder = who

    def is_in_place(self, home: Home) -> bool:
        """Whether the lock that is held is still the one that everybody else asks."""
        try:
            there, mine = os.stat(home.in_charge_lock), os.fstat(self._descriptor)
        except OSError:
            return False
        return (there.st_dev, there.st_ino) == (mine.st_dev, mine.st_ino)

    def beat(self) -> None:
        """Say that whoever holds it goes on: time stamps, which a full disk takes, too.

        As the time of its last reading it gets the clock that nobody can set, and that stands still in a sleep.
        """
        clock = SystemClock()
        with suppress(OSError):
            os.utime(self._descriptor, ns=(round(clock.monotonic() * 1e9), clock.now() * 1_000_000))

    def release(self) -> None:
        """Let go; safe to call twice."""
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)


def last_beat(home: Home) -> int:
    """Epoch ms when whoever is in charge last said that it goes on; 0 where that is not known."""
    try:
        return os.stat(home.in_charge_lock).st_mtime_ns // 1_000_000
    except OSError:
        return 0


def quiet_for(home: Home) -> float | None:
    """Seconds awake since whoever is in charge on this machine last said that it goes on; None where that is not known."""
    try:
        told = os.stat(home.in_charge_lock).st_atime_ns / 1e9
    except OSError:
        return None
    passed = SystemClock().monotonic() - told
    return passed if passed >= 0 else None  # somebody has read the file, and the system has noted when


def take(home: Home, *, mode: str, clock: Clock | None = None) -> InCharge | None:
    """Take charge of `home` now, or None where somebody else has it. Never waits: who wants to, asks again."""
    descriptor = os.open(home.in_charge_lock, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        if not _locked(descriptor, fcntl.LOCK_EX, _TRIES):
            os.close(descriptor)
            return None
        crash_point("in_charge.taken")
        who = Holder(
            pid=os.getpid(),
            host=os.uname().nodename,
            since=(clock or SystemClock()).now(),
            mode=mode,
            version=__version__,
        )
        write_atomically(_card(home), json.dumps(asdict(who)) + "\n")
    except BaseException:
        os.close(descriptor)
        raise
    held = InCharge(descriptor, who)
    held.beat()
    return held


def take_or_conflict(home: Home, *, mode: str, clock: Clock | None = None) -> InCharge:
    """Take charge of `home` now. Raises Conflict, which names the holder, where somebody else has it."""
    held = take(home, mode=mode, clock=clock)
    if held is None:
        raise Conflict(
            f"somebody else is in charge of {home.path}: {holder(home) or 'a scheduler that is just starting'}"
        )
    return held


class Wings:
    """A place in the wings: whoever leaves sees that somebody will take over. Ends with `leave`, or with the process."""

    def __init__(self, home: Home) -> None:
        self._descriptor = os.open(home.wings_lock, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        self._held = False

    def wait(self) -> None:
        """Hold the place. Again with each try, for a glance of `somebody_waits` may just have had it."""
        self._held = self._held or _locked(self._descriptor, fcntl.LOCK_SH, 1)

    def leave(self) -> None:
        """It waits no longer."""
        os.close(self._descriptor)


def somebody_waits(home: Home) -> bool:
    """Whether another scheduler waits in the wings of `home`, to take over as soon as nobody is in charge."""
    try:
        descriptor = os.open(home.wings_lock, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        return not _locked(descriptor, fcntl.LOCK_EX, 1)
    finally:
        os.close(descriptor)


def holder(home: Home) -> Holder | None:
    """Who is in charge of `home`, None where nobody is. Looks only; takes nothing away from anybody."""
    try:
        descriptor = os.open(home.in_charge_lock, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        for _ in range(20):
            if _locked(descriptor, fcntl.LOCK_SH, 1):
                return None
            who = _read(_card(home))
            if who is not None and (who.host != os.uname().nodename or _alive(who.pid)):
                return who
            time.sleep(0.01)  # the new holder has the lock and is about to write its name
        return who
    finally:
        os.close(descriptor)


def _alive(pid: int) -> bool:
    """Whether there is such a process, also one of somebody else's."""
    try:
        os.kill(pid, 0)
    except PermissionError:
        return True
    except (ProcessLookupError, OverflowError):
        return False
    return pid > 0


def _locked(descriptor: int, how: int, tries: int) -> bool:
    for left in reversed(range(tries)):
        try:
            fcntl.flock(descriptor, how | fcntl.LOCK_NB)
        except BlockingIOError:
            if left:
                time.sleep(0.01)
        else:
            return True
    return False


def _card(home: Home) -> Path:
    return home.state / "in_charge.json"


def _read(card: Path) -> Holder | None:
    try:
        found = json.loads(card.read_text("utf-8"))
        return Holder(**{name: found[name] for name in Holder.__slots__})
    except (OSError, ValueError, KeyError, TypeError):
        return None
