"""Owns what of an entry is kept: its secrets hidden, nothing in it that a terminal acts on, and no more than has room.

Says how much was cut. Never raises, whatever an agent put into an entry.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from console.records.transcript import Entry
from console.redact import Redactor, hide_values

__all__ = ("TEXT", "presentable")

TEXT = 32_768
"""Characters of one entry's text."""
MARGIN = 1_024
"""Characters read beyond that before it is cut, so that a secret across the cut is seen whole."""
FIELD = 8_192
"""Characters of all of one field's texts."""
FIELDS = 40
"""Fields of one entry, and members of one list or object within one."""
DEEP = 6
NAME = 200


def presentable(entry: Entry, redactor: Redactor | None = None, at: int | None = None) -> Entry:
    """The entry as it is written. `redactor`: of the message of which it is a piece; `at`: epoch ms, else its own."""
    text, cut = entry.text, max(0, len(entry.text) - TEXT)
    if cut:
        text = text[: TEXT + MARGIN]
    if text:
        text = (redactor or Redactor()).text(text)
    if cut:
        text = text[: max(0, min(TEXT, len(text) - MARGIN))]
    fields = hide_values(_Bounded().of(entry.fields)) if entry.fields else {}
    if cut:
        fields["cut"] = cut
    return Entry(kind=entry.kind, text=text, at=entry.at if at is None else at, id=_name(entry.id), fields=fields)


class _Bounded:
    """Copies a tree of plain values as far as there is room."""

    def of(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, value in fields.items():
            if len(found) >= FIELDS:
                found["fields_cut"] = len(fields) - FIELDS
                break
            self._room = FIELD
            found[_name(name)] = self._value(value, DEEP)
        return found

    def _value(self, value: Any, deep: int) -> Any:
        if isinstance(value, str):
            return self._text(value)
        if value is None or isinstance(value, bool | int | float):
            return value if not isinstance(value, int) or abs(value) < 1 << 63 else str(value)[:40]
        if deep <= 0 or self._room <= 0:
            return "…"
        if isinstance(value, Mapping):
            some = [pair for pair, _ in zip(value.items(), range(FIELDS), strict=False)]
            shown: dict[str, Any] = {_name(str(name)): self._value(one, deep - 1) for name, one in some}
            return shown if len(some) == len(value) else shown | {"…": len(value) - len(some)}
        if isinstance(value, list | tuple):
            listed = [self._value(one, deep - 1) for one in value[:FIELDS]]
            return listed if len(value) <= FIELDS else [*listed, f"… {len(value) - FIELDS} more"]
        return self._text(str(value))

    def _text(self, text: str) -> str:
        room = max(0, self._room)
        self._room -= len(text)
        return text if len(text) <= room else f"{text[:room]}… ({len(text) - room} characters cut)"


def _name(text: str) -> str:
    return text[:NAME]
