"""Owns how SQLite's errors, and the system's at the opening of a database, become ours: the one place where that is done."""

from __future__ import annotations

import errno
import os
import resource
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from console.errors import DatabaseSetAside, Locked, Unavailable

__all__ = ("translated", "unreachable")


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn what SQLite raises of the database at `path` into an error of ours, whose message says what to do."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        ours = _ours(error, path)
        if ours is None:
            raise
        raise ours from error


def unreachable(path: Path, error: OSError) -> Unavailable:
    """What to say where the system does not let `path` be opened."""
    if error.errno in (errno.EMFILE, errno.ENFILE):
        return Unavailable(_too_many(path))
    return Unavailable(
        f"{path} cannot be opened ({error.strerror}); check that its disk is mounted and that it is yours"
    )


def _ours(error: sqlite3.DatabaseError, path: Path) -> Exception | None:
    name = getattr(error, "sqlite_errorname", "") or ""
    where = f"{path.parent.name}/{path.name}"
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return Locked(f"{where} is locked by another program; try again, or find it with `moziplus doctor`", path=path)
    if name in ("SQLITE_FULL", "SQLITE_IOERR_SHMSIZE"):  # the latter where not even a reader's index finds room
        return Unavailable(f"the disk that holds {where} is full; free some space, nothing was written")
    if name.startswith("SQLITE_READONLY"):
        return Unavailable(f"{where} cannot be written from here (read-only folder or sandbox)")
    if name.startswith("SQLITE_CORRUPT"):
        return DatabaseSetAside(f"{where} is corrupt; see `moziplus doctor`, then restore a backup", cause="corrupt")
    if name.startswith("SQLITE_NOTADB"):
        return DatabaseSetAside(f"{where} is not a database; move it away or restore a backup", cause="not_a_database")
    if name.startswith(("SQLITE_CANTOPEN", "SQLITE_IOERR")):
        if _no_file_is_left():
            return Unavailable(_too_many(path))
        return Unavailable(f"{where} cannot be opened ({name}); check that its disk is mounted and its folder is yours")
    return None


def _no_file_is_left() -> bool:
    """SQLite does not say why it cannot open a file, so one that everybody may open is tried."""
    try:
        os.close(os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC))
    except OSError as error:
        return error.errno in (errno.EMFILE, errno.ENFILE)
    return False


def _too_many(path: Path) -> str:
    limit, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return f"{path.parent.name}/{path.name} cannot be opened: too many open files (this program may have {limit}; `ulimit -n`)"
