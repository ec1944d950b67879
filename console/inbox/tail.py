"""Owns the tailing of the inbox: its file and those that it was before, each read on from its stored offset.

It renames, and never truncates. Files are told apart by what was read of them, not by their names. What the lines ask
for is not done here.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from console.blackboard.connection import Database
from console.blackboard.reads.inbox import segments
from console.blackboard.writes.inbox import follow_segment, register_segment, set_segment
from console.crash import crash_point
from console.inbox.files import HEAD, Place, Refused, opened, same_file
from console.inbox.reading import Look, Reader
from console.records.inbox import Segment, SegmentState

__all__ = ("Tail",)

GLANCE_MS = 60_000
"""Files that are closed are looked at this often: a writer may have kept one open."""
KEEP_MS = 7 * 86_400_000
"""Closed files are removed after this."""


class Tail:
    """The reader of one inbox. `look` takes the home's database and runs on that one's thread."""

    def __init__(self, place: Place, keep_all: Callable[[], bool] = lambda: False) -> None:
        """While `keep_all` says so, nothing is removed for its age."""
        self._place, self._keep_all = place, keep_all
        self._known: dict[tuple[int, int], Segment] = {}
        self._seen: dict[int, tuple[int, int]] = {}
        """Segment → size and time of the last change at the last visit: where both are the same, nothing happened."""
        self._partial: dict[int, tuple[int, int]] = {}
        self._glanced: int | None = None

    def look(self, db: Database, *, budget: int, max_size: int, quiet_ms: int, now: int) -> Look:
        """Read about `budget` bytes, the oldest file first; rename the inbox from `max_size` bytes on.

        Raises what the database raises; only what was committed counts as read then.
        """
        reader = Reader(db, Look(), budget, quiet_ms, now, self._partial)
        self._known = {(known.dev, known.ino): known for known in segments(db)}
        glance = self._glanced is None or not 0 <= now - self._glanced < GLANCE_MS
        resting = {known.ino: known.id for known in self._known.values() if known.state == SegmentState.CLOSED}
        there: set[int] = set()
        for file in self._place.renamed():
            if file.ino in resting and not glance:
                there.add(resting[file.ino])
            else:
                there.add(self._visit(reader, file.path, file.name, SegmentState.RENAMED))
        live = self._visit(reader, self._place.path, self._place.path.name, SegmentState.LIVE)
        self._miss(reader, there | {live})
        self._rotate(reader, max_size)
        if glance:
            self._glanced = now
        return reader.look

    def _visit(self, reader: Reader, path: Path, name: str, state: SegmentState) -> int:
        """Read a file on where it is there and may be read; gives its segment, 0 where it has none."""
        try:
            with opened(path) as (descriptor, status):
                segment = self._recognise(reader, descriptor, status, name, state)
                segment = reader.read(descriptor, status.st_size, segment)
                self._seen[segment.id] = (status.st_size, status.st_mtime_ns)
                self._rest(reader, path, status.st_size, segment)
                return segment.id
        except FileNotFoundError:
            return 0
        except Refused as reason:
            reader.look.refused.append(f"{name} is not read: {reason}")
            return 0

    def _recognise(
        self, reader: Reader, descriptor: int, status: os.stat_result, name: str, state: SegmentState
    ) -> Segment:
        """The segment that the file is, by its number and by what was read of it; else a new one."""
        number = (status.st_dev, status.st_ino)
        known: Segment | None = self._known.get(number)
        replaces: int | None = None
        if known is not None and not self._unchanged(descriptor, status, known):
            reader.look.mishaps.append(
                f"{known.name} was truncated or replaced by another program: it is read anew from its first line, and what"
                " it held unread is lost. Write to the inbox with >> only"
            )
            replaces = known.id
            known = None
        if known is None and replaces is None:
            known = self._moved(reader, descriptor, status, name)
        if known is None:
            known = register_segment(
                reader.db, dev=number[0], ino=number[1], name=name, state=state, replaces=replaces, now=reader.now
            )
        else:
            resting = known.state == SegmentState.CLOSED and status.st_size == known.offset
            known = self._told(reader.db, known, name, known.state if resting else state)
        self._known[number] = known
        return known

    def _moved(self, reader: Reader, descriptor: int, status: os.stat_result, name: str) -> Segment | None:
        """The segment that the file was under another number, if what was read of it says so beyond doubt."""
        for known in self._known.values():
            alike = known.ino == status.st_ino or (known.name == name and known.offset >= HEAD)
            if alike and known.offset and same_file(descriptor, status.st_size, known.offset, known.head):
                del self._known[known.dev, known.ino]
                follow_segment(reader.db, known.id, dev=status.st_dev, ino=status.st_ino)
                return replace(known, dev=status.st_dev, ino=status.st_ino)
        return None

    def _unchanged(self, descriptor: int, status: os.stat_result, known: Segment) -> bool:
        if self._seen.get(known.id) == (status.st_size, status.st_mtime_ns):
            return True
        return same_file(descriptor, status.st_size, known.offset, known.head)

    def _rest(self, reader: Reader, path: Path, size: int, segment: Segment) -> None:
        """Close a renamed file that is read to its end and quiet; remove one that has been so for long."""
        age = reader.now - segment.last_growth
        if size != segment.offset or 0 <= age < reader.quiet_ms:
            return
        if segment.state == SegmentState.RENAMED:
            self._told(reader.db, segment, segment.name, SegmentState.CLOSED)
        elif segment.state == SegmentState.CLOSED and age >= KEEP_MS and not self._keep_all():
            with contextlib.suppress(OSError):
                path.unlink()
                self._told(reader.db, segment, segment.name, SegmentState.GONE)

    def _miss(self, reader: Reader, there: set[int]) -> None:
        """Look for files that are neither the inbox nor among its segments: another program may have renamed them."""
        missing = {known.ino: known for known in self._known.values() if known.id not in there}
        missing = {ino: known for ino, known in missing.items() if known.state != SegmentState.GONE}
        if not missing:
            return
        for file in self._place.strays():
            if file.ino in missing and file.path != self._place.path:
                there.add(self._visit(reader, file.path, file.name, SegmentState.RENAMED))
        for known in missing.values():
            if known.id in there:
                continue
            self._told(reader.db, known, known.name, SegmentState.GONE)
            self._seen.pop(known.id, None)
            if known.state != SegmentState.CLOSED and not reader.look.refused:
                reader.look.mishaps.append(
                    f"{known.name} was removed by another program, or moved out of the inbox's folder; lines in it that were"
                    " not read yet are lost"
                )

    def _rotate(self, reader: Reader, max_size: int) -> None:
        """Rename the inbox where it is full, whether it is read to its end or not; where that fails, the next look tries."""
        try:
            status = os.stat(self._place.path, follow_symlinks=False)
        except OSError:
            return
        known = self._known.get((status.st_dev, status.st_ino))
        if known is None or status.st_size < max_size:
            return
        crash_point("inbox.rotate.before_rename")
        with contextlib.suppress(OSError):
            name = self._place.rotate(known.ino, reader.now)
            crash_point("inbox.rotate.after_rename")
            self._told(reader.db, replace(known, state=SegmentState.LIVE), name, SegmentState.RENAMED)

    def _told(self, db: Database, segment: Segment, name: str, state: SegmentState) -> Segment:
        if (segment.name, segment.state) == (name, state):
            return segment
        set_segment(db, segment.id, name=name, state=state)
        return replace(segment, name=name, state=state)
