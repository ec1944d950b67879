"""Owns the kinds of values that a setting can have: what is expected, in words, and how a plain value becomes one.

A kind knows nothing of files, lines or keys; it raises ValueError and leaves the telling to `check`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from console.errors import UsageError
from console.guardrails.patterns import fault
from console.scalars import as_text, value_of
from console.text import same_name
from console.user_paths import expanded

__all__ = ("Each", "Kind", "Schema", "choice", "flag", "free", "number", "size", "text", "whole", "words")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of value."""

    expected: str
    """In words, after `expected`."""
    read: Callable[[Any], Any]
    """The value from a plain one; raises ValueError."""
    optional: bool = False
    """Nothing (null) stands for none."""
    json: Mapping[str, Any]
    """The same as JSON Schema, for editors."""


@dataclass(frozen=True, slots=True)
class Each:
    """A mapping whose keys are names: each name must satisfy `name`, each value `of`."""

    name: Kind
    of: Kind | Schema


@dataclass(frozen=True, slots=True)
class Many:
    """A list of mappings, each with the same keys."""

    of: Schema
    most: int


Schema = Mapping[str, "Kind | Each | Many | Schema"]
"""Keys that are known, with what each holds."""

_SIZE = re.compile(r"(\d{1,15})\s*([KMGT]?)(?:i?B)?", re.IGNORECASE)
_STEPS = {"": 0, "K": 1, "M": 2, "G": 3, "T": 4}
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")


def whole(least: int, most: int) -> Kind:
    """A whole number."""

    def read(value: Any) -> int:
        value = value_of(value)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise ValueError
        return value

    expected = f"a whole number from {least} to {most}"
    return Kind(expected=expected, read=read, json={"type": "integer", "minimum": least, "maximum": most})


def number(least: float, most: float) -> Kind:
    """A number, whole or not."""

    def read(value: Any) -> float:
        value = value_of(value)
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise ValueError
        if not least <= value <= most:
            raise ValueError
        return value

    expected = f"a number from {least:g} to {most:g}"
    return Kind(expected=expected, read=read, json={"type": "number", "minimum": least, "maximum": most})


def size(least: int) -> Kind:
    """Bytes: a whole number, or one with KB, MB, GB (each 1024 times the last)."""

    def read(value: Any) -> int:
        found = _SIZE.fullmatch(value.strip()) if isinstance(value, str) else None
        if found:
            value = int(found[1]) * 1024 ** _STEPS[found[2].upper()]
        return int(whole(least, 2**50).read(value))

    return Kind(
        expected=f"a size of {least} bytes or more, as in 10MB", read=read, json={"type": ["integer", "string"]}
    )


def flag() -> Kind:
    """Yes or no."""

    def read(value: Any) -> bool:
        value = value_of(value)
        if not isinstance(value, bool):
            raise ValueError
        return value

    return Kind(expected="true or false", read=read, json={"type": "boolean"})


def text(
    most: int,
    *,
    pattern: str | None = None,
    says: str = "",
    lines: bool = False,
    optional: bool = False,
    name: bool = False,
) -> Kind:
    """Text of 1 to `most` characters that matches `pattern`, in one line unless `lines`; a `name` is compared with others."""
    form = re.compile(pattern) if pattern else None

    def read(value: Any) -> str:
        if not isinstance(value, str) or not 1 <= len(value) <= most or _CONTROL.search(value):
            raise ValueError
        if (form and not form.fullmatch(value)) or (not lines and ("\n" in value or "\t" in value)):
            raise ValueError
        return same_name(str(value)) if name else str(value)

    expected = says or f"text of 1 to {most} characters" + ("" if lines else " in one line")
    shape: dict[str, Any] = {"type": ["string", "null"] if optional else "string", "minLength": 1, "maxLength": most}
    if pattern:
        shape["pattern"] = f"^(?:{pattern})$"
    return Kind(expected=expected, read=read, optional=optional, json=shape)


def path(most: int, *, whole: bool = False, optional: bool = False) -> Kind:
    """A path; one with `~` in front is that of a user of this machine. `whole`: absolute, not from the home's folder."""
    says = "an absolute path, or one that begins with ~" if whole else "a path"
    plain = text(most, pattern=r"[/~].*" if whole else None, says=says, optional=optional)

    def read(value: Any) -> str:
        found = str(plain.read(value))
        try:
            expanded(found)
        except UsageError as error:
            raise ValueError from error
        return found

    return replace(plain, read=read, expected=f"{says} (~name must be a user here)")


def choice(*words: str, any_case: bool = False) -> Kind:
    """One of some words."""

    def read(value: Any) -> str:
        if isinstance(value, str) and any_case:
            value = value.upper()
        if not isinstance(value, str) or value not in words:
            raise ValueError
        return str(value)

    return Kind(expected=f"one of {', '.join(words)}", read=read, json={"enum": list(words)})


def words(each: Kind, *, most: int, says: str) -> Kind:
    """A list, each of one kind."""

    def read(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list) or len(value) > most:
            raise ValueError
        return tuple(each.read(item) for item in value)

    return Kind(expected=says, read=read, json={"type": "array", "items": dict(each.json), "maxItems": most})


def one_or_more(each: Kind, *, most: int, says: str) -> Kind:
    """One of a kind, or a list of them; a list in any case when it is read."""
    several = words(each, most=most, says=says)

    def read(value: Any) -> tuple[Any, ...]:
        found = several.read(value if isinstance(value, list) else [value])
        if not found:
            raise ValueError
        return tuple(found)

    return Kind(expected=says, read=read, json={"anyOf": [dict(each.json), {**several.json, "minItems": 1}]})


def either(one: Kind, other: Kind, *, says: str) -> Kind:
    """What is of one kind or of another."""

    def read(value: Any) -> Any:
        try:
            return one.read(value)
        except ValueError:
            return other.read(value)

    return Kind(expected=says, read=read, json={"anyOf": [dict(one.json), dict(other.json)]})


def some_of(**kinds: Kind) -> Kind:
    """A mapping with one or more of these keys."""

    def read(value: Any) -> dict[str, Any]:
        if not isinstance(value, dict) or not value or not set(value) <= set(kinds):
            raise ValueError
        return {key: kinds[key].read(item) for key, item in value.items()}

    properties = {key: dict(kind.json) for key, kind in kinds.items()}
    return Kind(
        expected=f"a mapping with {' or '.join(kinds)}",
        read=read,
        json={"type": "object", "properties": properties, "additionalProperties": False, "minProperties": 1},
    )


def pattern() -> Kind:
    """A regular expression that cannot run away."""

    def read(value: Any) -> str:
        if not isinstance(value, str) or fault(value) is not None:
            raise ValueError
        return str(value)

    shape = {"type": "string", "minLength": 1, "maxLength": 500, "format": "regex"}
    return Kind(expected="a regular expression without repetition inside a repeated group", read=read, json=shape)


def free() -> Kind:
    """A mapping in which every key is allowed, and every value is text."""

    def read(value: Any) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise ValueError
        return dict(as_text(value))

    return Kind(expected="a mapping", read=read, json={"type": "object"})
