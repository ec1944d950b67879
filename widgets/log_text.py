"""Owns how moziplus's own log reads on a screen: lines in, paragraphs out, the newest at the end. It reads no file."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache

from console.i18n import _
from widgets.cells import fit
from widgets.marks import Glyphs
from widgets.models import LogLine
from widgets.painted import Look
from widgets.text_pane import Paragraph

__all__ = ("log_paragraphs",)

_COMPONENT = 10
_INDENT = 9 + 2 + _COMPONENT + 1


def log_paragraphs(lines: Iterable[LogLine], look: Look) -> list[Paragraph]:
    """Time, mark, component and message of each; a line with the date wherever another day begins."""
    found: list[Paragraph] = []
    day: date | None = _moment(look.now).date()
    for line in lines:
        moment = None if line.at is None else _moment(line.at)
        if moment is not None and moment.date() != day:
            day = moment.date()
            found.append((0, ((f"{day:%Y-%m-%d}", "dim"),)))
        found.append(_line(line, moment, *_mark(line.level, look.glyphs), look.glyphs.more))
    return found or [(0, ((_("The log is empty."), "dim"),))]


@lru_cache(2048)
def _line(line: LogLine, moment: datetime | None, mark: str, role: str, more: str) -> Paragraph:
    return _INDENT, (
        ("         " if moment is None else f"{moment:%H:%M:%S} ", "dim"),
        (f"{mark} ", role),
        (fit(line.component, _COMPONENT, more) + " ", "dim"),
        (line.message, role),
    )


def _mark(level: str, glyphs: Glyphs) -> tuple[str, str]:
    if level in ("ERROR", "CRITICAL"):
        return glyphs.failed, "error"
    if level == "WARNING":
        return glyphs.attention, "warning"
    return (glyphs.dot, "dim") if level == "DEBUG" else (" ", "text")


@lru_cache(2048)
def _moment(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000).astimezone()
