"""Owns the stamp in a service file: one line that says which home it serves and whether anybody edited it since.

It is a check against overwriting a person's work, not against malice.
"""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import NamedTuple

__all__ = ("Stamp", "read_stamp", "stamped")

PLACE = "@STAMP@"
"""Where a file's text wants its stamp: within a comment."""
_STAMP = re.compile(r"written by moziplus (\{[^\n]*?\})")


class Stamp(NamedTuple):
    """What a file says of itself."""

    home: str
    edited: bool
    """It is not as it was written."""


def stamped(text: str, home: Path) -> str:
    """`text` with its stamp."""
    said = json.dumps({"home": str(home), "sha256": _sum(text)}).replace(
        "--", "-\\u002d"
    )  # "--" would end XML's comment
    return text.replace(PLACE, f"written by moziplus {said}", 1)


def read_stamp(text: str) -> Stamp | None:
    """What the stamp in `text` says; None where it has none."""
    found = _STAMP.search(text)
    if found is None:
        return None
    try:
        said = json.loads(found[1])
        return Stamp(home=str(said["home"]), edited=said["sha256"] != _sum(text.replace(found[0], PLACE, 1)))
    except (ValueError, KeyError, TypeError):
        return None


def _sum(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
