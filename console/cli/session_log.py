"""Owns the reading of a session's output.log: its last lines, and what is added while it lives. It reads, never locks."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path, PurePath

from console.blackboard.reads.sessions import get_session
from console.cli.options import Here
from console.errors import MoziError, NotFound, said_of
from console.records.session import Session
from console.safe_files import chunks, look, of_session, opened

__all__ = ("gone", "said")

_PAUSE = 0.2
_TAIL = 4_000_000
"""Bytes of the end that are searched for the last lines; a longer log is not read whole for them."""
_CHUNK = 1 << 16


def said(here: Here, project: str, session: Session, *, last: int, follow: bool) -> Iterator[str]:
    """The `last` lines (0: all), then with `follow` those that come until the session's process is gone."""
    place = of_session(Path(session.folder or "/nowhere"), "output.log")
    if session.folder is None or not (follow or look(*place)):
        raise NotFound(f"session {session.id} has said nothing yet")
    try:
        yield from _lines(here, project, session, _Log(place, last), follow)
    except OSError as error:
        raise MoziError(f"what session {session.id} said cannot be read: {said_of(error, Path(*place))}") from error


def _lines(here: Here, project: str, session: Session, log: _Log, follow: bool) -> Iterator[str]:
    while follow:
        over = gone(here, project, session.id)  # asked before reading, so that the very last words are read too
        yield from log.new()
        if over:
            break
        here.out.pause(_PAUSE)
    yield from log.new()
    yield from log.rest()


class _Log:
    """A file that grows, read line by line from its last lines on."""

    def __init__(self, place: tuple[Path, PurePath], last: int) -> None:
        self._place = place
        self._at = _start_of_last(place, last) if last else 0
        self._begun = b""

    def new(self) -> Iterator[str]:
        """The whole lines that were added since the last call."""
        with suppress(FileNotFoundError), opened(*self._place) as (descriptor, _):
            os.lseek(descriptor, self._at, os.SEEK_SET)
            while chunk := os.read(descriptor, _CHUNK):
                self._at += len(chunk)
                *whole, self._begun = (self._begun + chunk).split(b"\n")
                yield from map(_text, whole)

    def rest(self) -> Iterator[str]:
        """A last line without an end."""
        if self._begun:
            yield _text(self._begun)


def _start_of_last(place: tuple[Path, PurePath], last: int) -> int:
    try:
        with opened(*place) as (descriptor, found):
            begin = max(found.st_size - _TAIL, 0)
            os.lseek(descriptor, begin, os.SEEK_SET)
            tail = b"".join(chunks(descriptor, found.st_size - begin))
    except FileNotFoundError:
        return 0
    at = len(tail) - tail.endswith(b"\n")
    for _ in range(last):
        at = tail.rfind(b"\n", 0, at)
        if at < 0:
            return begin
    return begin + at + 1


def _text(line: bytes) -> str:
    return line.decode("utf-8", "replace").rstrip("\r")


def gone(here: Here, project: str, session_id: str) -> bool:
    """Whether the session's process is gone."""
    with here.blackboard(project, read_only=True) as db:
        return get_session(db, session_id).gone_at is not None
