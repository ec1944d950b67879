"""Owns the one way in from SQL: building a record from a row by the names of its fields."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

R = TypeVar("R")


def from_row(record: type[R], row: Mapping[str, Any], **convert: Callable[[Any], Any]) -> R:
    """A `record` from the columns of `row` that bear its fields' names; `convert` turns those that are not null."""
    names = row.keys()
    values = {name: row[name] for name in record.__slots__ if name in names}  # type: ignore[attr-defined]
    for name, turn in convert.items():
        if values.get(name) is not None:
            values[name] = turn(values[name])
    return record(**values)


def words(text: str) -> tuple[Any, ...]:
    """A JSON array as a tuple."""
    return tuple(json.loads(text))


def mapping(text: str) -> dict[str, Any]:
    """A JSON object as a dict."""
    value: dict[str, Any] = json.loads(text)
    return value
