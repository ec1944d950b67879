"""Owns the reading of a session's transcript on the command line: as a person reads, or its entries. It reads, never locks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from console.api.session import Entry as Shown
from console.cli.in_words import in_words
from console.cli.options import Here
from console.cli.session_log import gone
from console.days import LOCAL
from console.errors import MoziError, UsageError, said_of
from console.records.session import Session
from console.records.transcript import Entry, EntryKind
from console.transcript.reader import Follow, exists, read
from console.transcript.shown import holds, joined, shown, speaker

__all__ = ("has_transcript", "show_transcript")

_PAUSE = 0.2


def has_transcript(session: Session) -> bool:
    """Whether the session has left one. Raises MoziError where nobody can say."""
    try:
        return session.folder is not None and exists(Path(session.folder))
    except OSError as error:
        raise _unreadable(session, error) from error


def show_transcript(
    here: Here, project: str, session: Session, *, last: int, follow: bool, pattern: str | None = None
) -> None:
    """The `last` entries (0: all), then with `follow` those that come until the session's process is gone."""
    wanted = _matching(pattern)
    page = _Page(here, session.agent)
    try:
        for entry in _entries(here, project, session, last=last, follow=follow, grep=wanted):
            page.show(entry)
    except OSError as error:
        raise _unreadable(session, error) from error


def _entries(
    here: Here, project: str, session: Session, *, last: int, follow: bool, grep: Callable[[str], object] | None
) -> Iterator[Entry]:
    folder = Path(session.folder or "/nowhere")
    if not follow and (grep is not None or not last):
        found = [entry for entry in joined(read(folder)) if holds(entry, grep)] if grep else joined(read(folder))
        yield from found[-last:] if isinstance(found, list) and last else found
        return
    reading = Follow(folder, last)
    over = False
    while not over:
        over = not follow or gone(here, project, session.id)  # asked before reading: the very last words are read, too
        new = reading.new() + (reading.end() if over else [])
        yield from (entry for entry in joined(new) if grep is None or holds(entry, grep))
        if not over:
            here.out.pause(_PAUSE)


class _Page:
    """Prints one entry after the other."""

    def __init__(self, here: Here, agent: str) -> None:
        self._here, self._agent = here, agent
        self._before = ("", "")
        self._day = ""

    def show(self, entry: Entry) -> None:
        record = Shown.of(entry)
        if self._here.out.as_json:
            self._here.out.line(record, "")
            return
        when = datetime.fromtimestamp(entry.at / 1000, LOCAL) if entry.at else None
        lines = [line for _role, line in shown(entry, in_words)]
        if not lines:
            return
        if when is not None and (day := when.strftime("%Y-%m-%d")) != self._day:
            self._day = day
            self._here.out.line(record, day)
        time = when.strftime("%H:%M:%S") if when is not None else ""
        said = f"{speaker(entry, self._agent)}:" if entry.kind is EntryKind.TEXT else ""
        head = f"{time:8} {said} ".rstrip() + " " if (time, said) != self._before else ""
        self._before = time, said
        margin = " " * 9 if not said else " " * len(f"{time:8} {said} ")
        for n, line in enumerate(lines):
            self._here.out.line(record, f"{head if head and not n else margin}{line}")


def _matching(pattern: str | None) -> Callable[[str], object] | None:
    if not pattern:
        return None
    try:
        return re.compile(pattern, re.IGNORECASE).search
    except re.error as error:
        raise UsageError(f"--grep: {error} in {pattern!r}") from error


def _unreadable(session: Session, error: OSError) -> MoziError:
    return MoziError(f"what session {session.id} said cannot be read: {said_of(error, session.folder)}")
