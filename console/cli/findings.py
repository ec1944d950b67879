"""Owns how a finding is written in a command line: `path:line: text`, or the text alone."""

from __future__ import annotations

import re
from typing import Any

from console.cli.words import lines
from console.errors import UsageError

__all__ = ("finding",)

MOST = 20_000
_PLACED = re.compile(
    r"(?P<path>[^\s:][^:\n]{0,400}):(?P<line>[1-9][0-9]{0,8})(?::[0-9]+)?:\s+(?P<text>\S.*)", re.DOTALL
)


def finding(text: str) -> dict[str, Any]:
    """A finding; `path:line: text` says where. Raises UsageError for one that is empty or too long."""
    text = lines(text)
    if not text:
        raise UsageError("a finding is empty: say what is wrong and where")
    if len(text) > MOST:
        raise UsageError(f"a finding has {len(text)} characters; at most {MOST} fit")
    placed = _PLACED.fullmatch(text)
    if placed is None:
        return {"text": text}
    return {"text": placed["text"], "path": placed["path"], "line": int(placed["line"])}
