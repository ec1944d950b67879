"""Owns the reading of a session's output.log: its last lines, and what is added while it lives. It reads, never locks."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from console.blackboard.reads.sessions import get_session
from console.cli.options import Here
from console.errors import NotFound
from console.records.session import Session

__all__ = ("said",)

_PAUSE = 0.2
_TAIL = 4_000_000
"""Bytes of the end that are searched for the last lines; a longer log is not read whole for them."""
_CHUNK = 1 << 16


def said(here: Here, project: str, session: Session, *, last: int, follow: bool) -> Iterator[str]:
    """The `last` lines (0: all), then with `follow` those that come until the session's process is gone."""
    path = Path(session.folder or "") / "output.log"
    if not path.exists() and not follow:
        raise NotFound(f"session {session.id} has said nothing yet")
    log = _Log(path, last)
    while follow:
        gone = _gone(here, project, session.id)  # asked before reading, so that the very last words are read too
        yield from log.new()
        if gone:
            break
        time.sleep(_PAUSE)
    yield from log.new()
    yield from log.rest()


class _Log:
    """A file that grows, read line by line from its last lines on."""

    def __init__(self, path: Path, last: int) -> None:
        self._path = path
        self._at = _start_of_last(path, last) if last else 0
        self._begun = b""

    def new(self) -> Iterator[str]:
        """The whole lines that were added since the last call."""
        try:
            file = self._path.open("rb")
        except FileNotFoundError:
            return
        with file:
            file.seek(self._at)
            while chunk := file.read(_CHUNK):
                self._at += len(chunk)
                *whole, self._begun = (self._begun + chunk).split(b"\n")
                yield from map(_text, whole)

    def rest(self) -> Iterator[str]:
        """A last line without an end."""
        if self._begun:
            yield _text(self._begun)


def _start_of_last(path: Path, last: int) -> int:
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return 0
    with file:
        size = file.seek(0, 2)
        begin = max(size - _TAIL, 0)
        file.seek(begin)
        tail = file.read(size - begin)
    at = len(tail) - tail.endswith(b"\n")
    for _ in range(last):
        at = tail.rfind(b"\n", 0, at)
        if at < 0:
            return begin
    return begin + at + 1


def _text(line: bytes) -> str:
    return line.decode("utf-8", "replace").rstrip("\r")


def _gone(here: Here, project: str, session_id: str) -> bool:
    with here.blackboard(project, read_only=True) as db:
        return get_session(db, session_id).gone_at is not None
