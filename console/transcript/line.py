"""Owns the line of an entry: one JSON object, and back. Reads no file, hides nothing, and believes nothing that it reads.

`kind` is always there; `at`, `id` and `text` where they say something; beside them the fields of the kind, flat. An agent
whose form is `moziplus` writes the same lines itself.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from console.foreign_json import foreign_json
from console.records.transcript import Entry, EntryKind

__all__ = ("entry_from", "entry_of", "line_of")

_OWN = ("kind", "at", "id", "text")
_KINDS = {kind.value: kind for kind in EntryKind}
_LATEST = 1 << 53


def line_of(entry: Entry) -> str:
    """One line, without its end."""
    own = {"kind": entry.kind.value, "at": entry.at, "id": entry.id, "text": entry.text}
    known = {name: value for name, value in own.items() if value}
    return _encoded(known | {name: value for name, value in entry.fields.items() if name not in _OWN})


def entry_of(line: str | bytes) -> Entry | None:
    """The entry of a line; None where it is none: half a line, something else, a kind that is not known."""
    try:
        found = foreign_json(line)
    except (ValueError, RecursionError):
        return None
    return entry_from(found) if isinstance(found, dict) else None


def entry_from(said: Mapping[str, Any]) -> Entry | None:
    """The entry of a decoded line; None where it is none."""
    kind = said.get("kind")
    found = _KINDS.get(kind) if isinstance(kind, str) else None
    if found is None:
        return None
    at, name, text = said.get("at"), said.get("id"), said.get("text")
    return Entry(
        kind=found,
        text=text if isinstance(text, str) else "",
        at=at if isinstance(at, int) and not isinstance(at, bool) and 0 <= at < _LATEST else 0,
        id=name if isinstance(name, str) else "",
        fields={key: value for key, value in said.items() if key not in _OWN},
    )


_encoded = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=str).encode
