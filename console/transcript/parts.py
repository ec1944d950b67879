"""Owns the names of a transcript's files: the one that grows, and its older parts, numbered from 1. Opens none of them.

The first line of each part says which one it is, so that a reader who comes between two knows what he holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from console.records.transcript import Entry, EntryKind

__all__ = ("KEPT", "LIVE", "PART", "is_heading", "heading", "kept", "number_of", "older")

LIVE = "transcript.jsonl"
PART = 4_000_000
"""Bytes after which a part is full."""
KEPT = 16
"""Parts of one session's transcript that are kept: its first, and the newest."""
_OLDER = re.compile(r"transcript\.([1-9]\d{0,5})\.jsonl\.gz")


def kept(number: int) -> str:
    """The name of an older part."""
    return f"transcript.{number}.jsonl.gz"


def older(names: Iterable[str]) -> list[int]:
    """The numbers of the older parts among these names, the oldest first."""
    return sorted(int(found[1]) for name in names if (found := _OLDER.fullmatch(name)))


def heading(number: int, at: int) -> Entry:
    """The first line of a part."""
    return Entry(kind=EntryKind.STATUS, at=at, fields={"part": number, "parts_kept": KEPT, "part_bytes": PART})


def is_heading(entry: Entry) -> bool:
    """Whether it is the first line of a part, which tells nothing of the session."""
    return number_of(entry) is not None


def number_of(entry: Entry | None) -> int | None:
    """Which part begins with this entry; None where it begins none."""
    number = entry.fields.get("part") if entry is not None and entry.kind is EntryKind.STATUS else None
    return number if isinstance(number, int) and not isinstance(number, bool) and 0 < number < 1_000_000 else None
