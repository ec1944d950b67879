"""Owns the search for a text in transcripts: the newest entries first, in as little of them as possible."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from console.records.transcript import Entry
from console.transcript.reader import newest_first
from console.transcript.shown import holds, joined

__all__ = ("around", "around_in", "find")

ROUND = 80
"""Characters before and after what was found."""


def find(folder: Path, text: str) -> Iterator[Entry]:
    """The entries of one session that hold `text`, in any case, the newest first. Raises OSError."""
    wanted = text.casefold()
    for part in newest_first(folder):
        found = [entry for entry in joined(part) if holds(entry, lambda one: wanted in one.casefold())]
        yield from reversed(found)


def around(entry: Entry, text: str) -> str:
    """What stands around the place, in one line."""
    said = entry.text
    if text.casefold() not in said.casefold():
        said = json.dumps(dict(entry.fields), ensure_ascii=False)
    return around_in(said, text)


def around_in(said: str, text: str) -> str:
    """The same in what was said."""
    wanted = text.casefold()
    at = max(0, said.casefold().find(wanted))
    begin, end = max(0, at - ROUND), at + len(text) + ROUND
    return ("…" if begin else "") + " ".join(said[begin:end].split()) + ("…" if end < len(said) else "")
