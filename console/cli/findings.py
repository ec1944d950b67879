"""Owns how a finding is written in a command line: `path:line: text`, or the text alone."""

from __future__ import annotations

import re

from console.cli.words import lines
from console.commands.reviews import Finding
from console.commands.text import Line, Prose

__all__ = ("finding",)

_PLACED = re.compile(
    r"(?P<path>[^\s:][^:\n]{0,400}):(?P<line>[1-9][0-9]{0,8})(?::[0-9]+)?:\s+(?P<text>\S.*)", re.DOTALL
)


def finding(text: str) -> Finding:
    """A finding; `path:line: text` says where. Raises UsageError for one that is empty or too long."""
    said = lines(text)
    placed = _PLACED.fullmatch(said)
    if placed is None:
        return Finding(text=said)
    return Finding(text=Prose.known_clean(placed["text"]), path=Line(placed["path"]), line=int(placed["line"]))
