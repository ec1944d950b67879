"""Owns the question whether whoever is in charge hangs: no tick for three intervals, and nothing else that explains it.

It ends nobody. Where the home takes no writes, silence proves nothing: then it only says what is not known.
"""

from __future__ import annotations

import errno
import os
import socket
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import psutil

from console.engine.in_charge import CONSOLE, HEADLESS, Holder, last_beat, quiet_for
from console.home import Home

__all__ = ("hangs", "is_hung", "takes_no_writes", "unpublished", "unwritable")

HUNG_AFTER = 3
"""Intervals without a tick, after which a holder hangs."""
_TAKES_NOTHING = frozenset((errno.EROFS, errno.ENOSPC, errno.EDQUOT, errno.EIO))
_STANDS = frozenset((psutil.STATUS_STOPPED, psutil.STATUS_TRACING_STOP, psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD))


def is_hung(
    who: Holder, last_tick: str | None, interval: int, now: int, beat: int = 0, quiet: float | None = None
) -> bool:
    """Whether who is in charge has not ticked for three intervals; the tick of an earlier life does not count.

    `beat` is the time of its lock, which it touches in every tick: it can do so also where a full disk takes nothing else.
    `quiet` is how many seconds that was ago; where it is known no time of day matters, which may jump.
    """
    if who.mode not in (HEADLESS, CONSOLE):
        return False
    if quiet is not None and who.host == socket.gethostname():
        return quiet > HUNG_AFTER * interval
    beat = 0 if beat > now + 60_000 else beat  # a clock that was wrong then, or is now, proves nothing
    return now - max(who.since, _ms(last_tick), beat) > HUNG_AFTER * 1000 * interval


def hangs(
    home: Home,
    who: Holder | None,
    last_tick: str | None,
    interval: int,
    now: int,
    *,
    refused: Callable[[Path], str | None] | None = None,
) -> bool:
    """The same, asked of the home: one that takes no write leaves a scheduler no way to say that it goes on.

    `refused` says why a folder takes no write; `unwritable` by default.
    """
    if who is None or not is_hung(who, last_tick, interval, now, last_beat(home), quiet_for(home)):
        return False
    return _stands(who) or (refused or unwritable)(home.state) is None


def unpublished(
    home: Home,
    who: Holder | None,
    last_tick: str | None,
    interval: int,
    now: int,
    *,
    refused: Callable[[Path], str | None] | None = None,
) -> str | None:
    """What to say of a scheduler that does not hang, but whose status is old."""
    late, told = HUNG_AFTER * 1000 * interval, _ms(last_tick)
    if who is None or who.mode not in (HEADLESS, CONSOLE) or now - max(who.since, told) <= late:
        return None
    since = f"since {last_tick}" if last_tick else "yet"
    beat, quiet = last_beat(home), quiet_for(home)
    if (now - beat if quiet is None else 1000 * quiet) <= late:
        if (
            beat - max(who.since, told) <= late
        ):  # by one and the same clock it is not late: the time of day has jumped since
            return None
        return (
            f"the scheduler in charge goes on, but could not publish its status {since}: is its disk full or read-only?"
        )
    why = None if _stands(who) else (refused or unwritable)(home.state)
    return (
        why and f"whether the scheduler in charge goes on cannot be seen {since}: {home.state} takes no writes ({why})"
    )


def takes_no_writes(home: Home, who: Holder | None, last_tick: str | None, interval: int, now: int) -> str | None:
    """Why nothing that happens in the home can be written down, as far as it shows; None where nothing hints at it."""
    if who is not None:
        return unpublished(home, who, last_tick, interval, now)
    try:
        sealed = os.statvfs(home.state).f_flag & os.ST_RDONLY
    except OSError:
        return None
    return (
        f"{home.state} is on a disk that is read-only: nothing is started before it is writable again"
        if sealed
        else None
    )


def unwritable(folder: Path) -> str | None:
    """Why the disk of `folder` takes no write, found by trying one that leaves nothing; None where it does, or that a
    reader without rights cannot know."""
    try:
        with tempfile.TemporaryFile(dir=folder, prefix=".try-") as file:
            file.write(b"?")
            file.flush()
    except OSError as error:
        return error.strerror if error.errno in _TAKES_NOTHING else None
    return None


def _stands(who: Holder) -> bool:
    """Its process was stopped or has ended: that alone explains its silence."""
    if who.host != socket.gethostname():
        return False
    try:
        return psutil.Process(who.pid).status() in _STANDS
    except psutil.Error:
        return False


def _ms(moment: str | None) -> int:
    """Epoch ms of `2026-11-20T14:02:03.004Z`; 0 for what is none."""
    try:
        return round(datetime.fromisoformat(moment or "").timestamp() * 1000)
    except ValueError:
        return 0
