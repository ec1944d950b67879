"""Owns the reading of the newest lines of moziplus's own log for a screen, also where it was just rotated. Draws nothing.

Secrets were hidden when the lines were written; here the text is only made safe for a terminal.
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from console.app.errands import tail
from console.logs import log_file, record_of, what_failed
from console.text import one_line
from widgets.models import LogLine

__all__ = ("MOST", "NOTHING", "Stamp", "newest_lines")

MOST = 500
"""Lines that are given."""
LONGEST = 4000
Stamp = tuple[int, int]
"""Size and time of the file that was read, so that it is read again only where it is another."""
NOTHING: Stamp = (-1, -1)
_MISSING: Stamp = (0, 0)


def newest_lines(logs: Path, known: Stamp = NOTHING) -> tuple[Stamp, tuple[LogLine, ...]] | None:
    """(Stamp, the last MOST lines, the newest at the end) of the log in `logs`; None where its stamp is `known`."""
    path = log_file(logs)
    try:
        found = tail(path, known)
    except FileNotFoundError:
        return None if known == _MISSING else (_MISSING, ())
    except OSError as error:
        stamp = (-2, error.errno or 0)
        return None if known == stamp else (stamp, (LogLine(level="ERROR", message=one_line(str(error))),))
    if found is None:
        return None
    stamp, text = found
    lines = _whole(text)
    if len(lines) < MOST:
        lines = _before(path) + lines
    return stamp, tuple(map(_shown, lines[-MOST:]))


def _before(path: Path) -> list[str]:
    """The lines that were rotated away last."""
    try:
        found = tail(path.with_name(f"{path.name}.1"))
    except OSError:
        return []
    return [] if found is None else _whole(found[1])


def _whole(text: str) -> list[str]:
    """The lines that are finished; one that is being written is left for the next look."""
    return text.split("\n")[:-1]


@lru_cache(2 * MOST)
def _shown(line: str) -> LogLine:
    record = record_of(line)
    failed = what_failed(record)
    message = str(record.get("message", ""))
    return LogLine(
        at=_ms(record.get("at")),
        level=str(record.get("level", "")),
        component=one_line(str(record.get("component", "")), 40),
        message=one_line(f"{message} | {failed}" if failed else message, LONGEST),
    )


def _ms(moment: Any) -> int | None:
    try:
        return round(datetime.fromisoformat(str(moment)).timestamp() * 1000)
    except ValueError:
        return None
