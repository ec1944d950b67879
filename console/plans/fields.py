"""Owns the reading of single fields of a plan: its type, its bounds, its text made safe; every problem is kept with its place.

It never raises for what a plan says: what is wrong becomes a problem, and the field its default.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from console.redact import redact
from console.scalars import value_of
from console.text import one_line, safe, same_name

__all__ = ("Fields", "Report", "kind_of")

Place = Callable[[tuple[str, ...]], str]
"""`file:line` of a dotted path in the plan."""
KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
WORD_MAX = 80


class Report:
    """The problems of a plan, each in one line with its place."""

    def __init__(self, place: Place) -> None:
        self.problems: list[str] = []
        self._place = place

    def add(self, path: tuple[str, ...], expected: str, found: str = "") -> None:
        """One problem; `found` is what stands there."""
        what = f"expected {expected}" + (f", found {found}" if found else "")
        name = ".".join(path)
        self.problems.append(
            one_line(f"{self._place(path)}: {name}: {what}" if name else f"{self._place(path)}: {what}")
        )


class Fields:
    """The fields of one mapping."""

    def __init__(self, values: Mapping[str, Any], path: tuple[str, ...], report: Report) -> None:
        self._values = values
        self._path = path
        self._report = report

    def has(self, name: str) -> bool:
        """Whether the plan says something of it; an empty value says nothing."""
        return self._other(name) is not None

    def wrong(self, name: str, expected: str, found: str = "") -> None:
        """Note a problem of a field."""
        self._report.add((*self._path, name), expected, found)

    def only(self, known: Iterable[str]) -> None:
        """Note every key that is not `known`."""
        names = tuple(known)
        for name in self._values:
            if name not in names:
                self._report.add((*self._path, one_line(name, 40)), f"one of {', '.join(names)}", "an unknown key")

    def text(self, name: str, most: int, *, needed: bool = False, single: bool = False) -> str:
        """A text of at most `most` characters, safe and free of secrets."""
        value = self._values.get(name)
        if value is None or (not needed and value_of(value) is None):
            if needed:
                self.wrong(name, "a text", "nothing")
            return ""
        if not isinstance(value, str):
            self.wrong(name, "a text", kind_of(value))
            return ""
        text = safe(redact(value)).strip()
        text = same_name(" ".join(text.split())) if single else text
        if len(text) > most:
            self.wrong(name, f"at most {most} characters", f"{len(text)}")
        elif needed and not text:
            self.wrong(name, "a text", "an empty one")
        return text

    def words(self, name: str, most: int = 50) -> tuple[str, ...]:
        """A list of short words, each once."""
        value = self._values.get(name)
        if value_of(value) is None:
            return ()
        if not isinstance(value, list):
            self.wrong(name, "a list, as in [one, two]", kind_of(value))
            return ()
        found: list[str] = []
        for n, entry in enumerate(value):
            word = self._word(entry)
            if word is None:
                self._report.add((*self._path, name, str(n)), f"a word of 1 to {WORD_MAX} characters", kind_of(entry))
            else:
                found.append(word)
        if len(found) > most:
            self.wrong(name, f"at most {most} entries", str(len(found)))
        return tuple(dict.fromkeys(found))

    def key(self, name: str) -> str:
        """A key of a task; empty where it is none."""
        value = self._values.get(name)
        text = str(value) if isinstance(value, str) else ""
        if KEY.fullmatch(text) is None:
            found = "nothing" if value is None else kind_of(value)
            self.wrong(name, "a short name of letters, digits, - and _, as in fetch-data", found)
            return ""
        return text

    def whole(self, name: str, default: int, most: int) -> int:
        """A whole number from 0 to `most`."""
        value = self._other(name)
        if value is None:
            return default
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
            self.wrong(name, f"a whole number from 0 to {most}", kind_of(self._values[name]))
            return default
        return value

    def number(self, name: str, most: float) -> float:
        """A number from 0 to `most`; 0 where there is none."""
        value = self._other(name)
        if value is None:
            return 0.0
        if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= most:
            self.wrong(name, f"a number from 0 to {most:g}", kind_of(self._values[name]))
            return 0.0
        return float(value)

    def choice(self, name: str, among: Iterable[str], default: str) -> str:
        """One of a few words."""
        value = self._values.get(name)
        if value_of(value) is None:
            return default
        names = tuple(among)
        if value not in names:
            self.wrong(name, f"one of {', '.join(names)}", kind_of(value))
            return default
        return str(value)

    def _other(self, name: str) -> Any:
        """A value that is no text."""
        return value_of(self._values.get(name))

    def _word(self, entry: object) -> str | None:
        if not isinstance(entry, str):
            return None
        word = same_name(one_line(redact(str(entry)), WORD_MAX + 1))
        return word if 0 < len(word) <= WORD_MAX else None


def kind_of(value: object) -> str:
    """What stands there, in words."""
    if value is None:
        return "nothing"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, Mapping):
        return "a mapping"
    return f"`{one_line(str(value), 40)}`"
