"""Owns the gate of a project folder: everyone who opens its blackboard passes it, so that a mover can wait for all to leave.

Each connection holds a shared flock on `.gate`. Whoever moves the folder locks the mark `.gate.closing`, takes the
lock on `.gate` exclusively, renames the folder, and only then lets go. All locks die with their process.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from console.blackboard.translate import unreachable
from console.errors import Conflict, DatabaseSetAside

__all__ = ("Gate", "closed_for_moving", "is_closing")

CLOSING = ".gate.closing"


class Gate:
    """A shared hold on a project folder; `release` is safe to call twice."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    @classmethod
    def shared(cls, folder: Path) -> Gate:
        """Pass the gate of `folder`. Raises Conflict while it is being moved, DatabaseSetAside where it is not there."""
        try:
            descriptor = os.open(folder / ".gate", os.O_CREAT | os.O_RDONLY | os.O_CLOEXEC, 0o600)
        except FileNotFoundError:
            raise DatabaseSetAside(
                f"the folder {folder} is missing; mount it or restore a backup", cause="missing"
            ) from None
        except PermissionError:
            descriptor = _existing(folder)
        except OSError as error:
            raise unreachable(folder, error) from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            raise Conflict(f"{folder.name} is being archived or moved; try again in a moment") from None
        gate = cls(descriptor)
        if is_closing(folder):
            gate.release()
            raise Conflict(f"{folder.name} is being archived or moved; try again in a moment")
        return gate

    def release(self) -> None:
        """Let go."""
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)


def _existing(folder: Path) -> int:
    try:
        return os.open(folder / ".gate", os.O_RDONLY | os.O_CLOEXEC)
    except OSError as error:
        raise unreachable(folder, error) from error


def is_closing(folder: Path) -> bool:
    """Whether somebody alive waits to move the folder; whoever holds a connection closes it then.

    The mark counts only while its maker holds a lock on it, so a mover that was killed closes nothing.
    """
    try:
        mark = os.open(folder / CLOSING, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise unreachable(folder, error) from error
    try:
        fcntl.flock(mark, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(mark)
    return False


@contextmanager
def closed_for_moving(folder: Path, *, patience: float = 10.0) -> Iterator[None]:
    """Wait up to `patience` seconds until nobody has the blackboard of `folder` open, and keep it so.

    The body may rename the folder. Raises Conflict where somebody does not leave in time.
    """
    mark = os.open(folder / CLOSING, os.O_CREAT | os.O_RDONLY | os.O_CLOEXEC, 0o600)
    descriptor = os.open(folder / ".gate", os.O_CREAT | os.O_RDONLY | os.O_CLOEXEC, 0o600)
    try:
        _take(mark, folder, patience)
        os.utime(mark)  # those inside watch the folder and see the mark change
        _take(descriptor, folder, patience)
        yield
    finally:
        os.close(mark)
        os.close(descriptor)


def _take(descriptor: int, folder: Path, patience: float) -> None:
    until = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() > until:
                raise Conflict(f"{folder.name} is still open in another program; close it and try again") from None
            time.sleep(0.05)
