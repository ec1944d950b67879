"""Owns what sleeps of what needs the operator: kept in a file of the home, so that every console and command knows it.

It is no work of anybody's: what cannot be read lets nothing sleep.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from console.errors import UsageError
from console.home import Home, write_atomically
from console.records.need import Need
from console.records.snooze import Snooze, Span, lasting, snoozed_until
from console.when import moment

__all__ = ("MOST", "snooze", "snoozes", "stamp_of", "wake")

MOST = 2_000
"""Snoozes that are kept; the oldest go."""
MORNING = "tomorrow 8:00"
"""When what sleeps until tomorrow wakes."""
_SIZE = 4_194_304
_HOUR = 3_600_000


def snoozes(home: Home, now: int) -> tuple[Snooze, ...]:
    """What sleeps still; nothing where the file cannot be read."""
    try:
        with open(_file(home), "rb") as file:
            found = msgspec.json.decode(file.read(_SIZE), type=tuple[Snooze, ...])
    except (OSError, ValueError):
        return ()
    return lasting(found, now)


def stamp_of(home: Home) -> tuple[int, int]:
    """Changes with the file, so that it need not be read again; zeros where there is none."""
    try:
        found = os.stat(_file(home))
    except OSError:
        return 0, 0
    return found.st_mtime_ns, found.st_ino


def snooze(home: Home, need: Need, span: Span, now: int) -> Snooze:
    """Let it sleep. Raises UsageError for what is urgent."""
    if need.urgent:
        raise UsageError("what is urgent does not sleep: settle it, or acknowledge its alert")
    wanted = snoozed_until(need, span, _end(span, now), now)
    _change(home, now, lambda kept: (*(each for each in kept if each.key != wanted.key), wanted)[-MOST:])
    return wanted


def wake(home: Home, key: str | None, now: int) -> int:
    """Wake one, by its key, or all; says how many."""
    woken = 0

    def without(kept: tuple[Snooze, ...]) -> tuple[Snooze, ...]:
        nonlocal woken
        left = tuple(each for each in kept if key is not None and each.key != key)
        woken = len(kept) - len(left)
        return left

    _change(home, now, without)
    return woken


def _end(span: Span, now: int) -> int | None:
    if span == Span.HOUR:
        return now + _HOUR
    if span != Span.TOMORROW:
        return None
    return moment(MORNING, now)


def _change(home: Home, now: int, how: Callable[[tuple[Snooze, ...]], tuple[Snooze, ...]]) -> None:
    """Nobody else writes meanwhile."""
    with _alone(home):
        write_atomically(_file(home), msgspec.json.encode(how(snoozes(home, now))).decode() + "\n")


@contextmanager
def _alone(home: Home) -> Iterator[None]:
    descriptor = os.open(home.state / "snoozed.lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _file(home: Home) -> Path:
    return home.state / "snoozed.json"
