"""Owns the comparison of what a file says with what may be set: it finds every problem and keeps what is right.

It never stops at the first problem and never shows the value of a key that it does not know.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from console.redact import redact
from console.scalars import Plain, value_of
from console.settings.kinds import Each, Kind, Many, Schema
from console.settings.yaml_file import Document
from console.text import one_line

__all__ = ("check", "found")

Path = tuple[str, ...]


def check(document: Document, schema: Schema, problems: list[str]) -> dict[str, Any]:
    """The values of `document` that satisfy `schema`; everything else adds a line to `problems`."""
    return _section(document.values, schema, (), document, problems)


def found(value: Any) -> str:
    """A value as a problem shows it: short, in one line, without secrets and without effect on a terminal."""
    if value is None:
        return "nothing"
    if isinstance(value, Plain):
        return one_line(value, 60)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, list | tuple):
        return f"a list ({', '.join(found(item) for item in value[:3])}{', …' if len(value) > 3 else ''})"
    if isinstance(value, int) and abs(value) >= 10**18:
        return "a huge number"
    return f"`{one_line(redact(value), 60)}`" if isinstance(value, str) else str(value)


def _section(
    values: Mapping[str, Any], schema: Schema, path: Path, document: Document, problems: list[str]
) -> dict[str, Any]:
    right: dict[str, Any] = {}
    for key, value in values.items():
        below = (*path, key)
        if key not in schema:
            problems.append(f"{_at(below, document)}: expected {_known(key, schema)}, found a key that is not known")
            continue
        _put(right, key, value, schema[key], below, document, problems)
    return right


def _put(
    right: dict[str, Any],
    key: str,
    value: Any,
    wanted: Kind | Each | Many | Schema,
    path: Path,
    document: Document,
    problems: list[str],
) -> None:
    nothing = value_of(value) is None
    if isinstance(wanted, Kind):
        if nothing and wanted.optional:
            right[key] = None
            return
        try:
            right[key] = wanted.read(value)
        except ValueError:
            problems.append(f"{_at(path, document)}: expected {wanted.expected}, found {found(value)}")
    elif nothing:
        return  # a section in which everything is commented out
    elif isinstance(wanted, Many):
        right[key] = _list(value, wanted, path, document, problems)
    elif not isinstance(value, dict):
        problems.append(f"{_at(path, document)}: expected a mapping, found {found(value)}")
    elif isinstance(wanted, Each):
        right[key] = _names(value, wanted, path, document, problems)
    else:
        right[key] = _section(value, wanted, path, document, problems)


def _list(value: Any, many: Many, path: Path, document: Document, problems: list[str]) -> list[dict[str, Any]]:
    """What is right in each mapping of a list; the places stay, so that the lines of the document still fit."""
    if not isinstance(value, list) or len(value) > many.most:
        problems.append(f"{_at(path, document)}: expected a list of at most {many.most} mappings, found {found(value)}")
        return []
    right = []
    for n, item in enumerate(value):
        below = (*path, str(n))
        if not isinstance(item, dict):
            problems.append(f"{_at(below, document)}: expected a mapping, found {found(item)}")
        right.append(_section(item, many.of, below, document, problems) if isinstance(item, dict) else {})
    return right


def _names(
    values: Mapping[str, Any], each: Each, path: Path, document: Document, problems: list[str]
) -> dict[str, Any]:
    right: dict[str, Any] = {}
    for name, value in values.items():
        below = (*path, name)
        try:
            each.name.read(name)
        except ValueError:
            problems.append(f"{_at(below, document)}: expected {each.name.expected}, found {found(name)}")
            continue
        _put(right, name, value, each.of, below, document, problems)
        if value_of(value) is None and not isinstance(each.of, Kind):
            right[name] = {}  # an agent with nothing of its own is still an agent
    return right


def _at(path: Path, document: Document) -> str:
    return f"{document.where(path)}: {one_line(redact('.'.join(path)), 120)}"


def _known(key: str, schema: Schema) -> str:
    from difflib import get_close_matches  # only for a mistake

    near = get_close_matches(key[:80], schema, n=1)
    return f"`{near[0]}`" if near else f"one of {', '.join(schema)}"
