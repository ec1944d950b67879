"""Owns the count of what waits in the inbox, as anybody can see it: no consumer is needed, and nothing is changed."""

from __future__ import annotations

import os
from pathlib import Path

from console.blackboard.connection import Database
from console.blackboard.reads.inbox import segments, waiting
from console.errors import Unavailable
from console.inbox.files import Place, Refused, opened

__all__ = ("count_pending",)

PIECE = 1 << 20
MOST = 64 * 1024 * 1024
"""Bytes that are counted; what lies behind them counts as one line."""


def count_pending(db: Database | None, path: Path) -> int:
    """Lines that nobody has read yet and messages that wait to be applied. `db` is the home's, None where it has none.

    Raises what the database raises, and Unavailable where a file of the inbox cannot be read.
    """
    known = {} if db is None else {(one.dev, one.ino): one.offset for one in segments(db)}
    place = Place(path)
    try:
        files = [path, *(found.path for found in place.renamed())]
    except FileNotFoundError:
        files = [path]
    except OSError as error:
        raise Unavailable(f"{place.segments} cannot be read: {error.strerror or error}") from error
    lines = sum(_unread(file, known) for file in files)
    return lines + (0 if db is None else sum(waiting(db).values()))


def _unread(path: Path, known: dict[tuple[int, int], int]) -> int:
    try:
        with opened(path) as (descriptor, status):
            offset = known.get((status.st_dev, status.st_ino), 0)
            if offset > status.st_size:
                offset = 0
            lines, last = 0, b"\n"
            end = min(status.st_size, offset + MOST)
            while offset < end and (piece := os.pread(descriptor, PIECE, offset)):
                lines, last = lines + piece.count(b"\n"), piece[-1:]
                offset += len(piece)
            return lines + (last != b"\n" or offset < status.st_size)
    except FileNotFoundError:  # nothing was sent yet, or it was taken away just now
        return 0
    except (OSError, Refused) as error:
        raise Unavailable(
            f"the inbox {path.name} cannot be read: {getattr(error, 'strerror', None) or error}"
        ) from error
