"""Owns the one way in from SQL: building a record from a row by the names of its fields."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, TypeVar, cast

R = TypeVar("R")


def from_row(record: type[R], row: Mapping[str, Any], **convert: Callable[[Any], Any]) -> R:
    """A `record` from the columns of `row` that bear its fields' names; `convert` turns those that are not null."""
    # A row is asked by place: asking it for each name compares that name with every column.
    cells = tuple(row.values() if isinstance(row, dict) else row)
    values = {name: cells[place] for name, place in _places(cast(Any, record), tuple(row.keys()))}
    for name, turn in convert.items():
        if values.get(name) is not None:
            values[name] = turn(values[name])
    return record(**values)


@lru_cache(maxsize=256)
def _places(record: type[Any], columns: tuple[str, ...]) -> tuple[tuple[str, int], ...]:
    """Field and column number of each field that has a column; of two columns of a name the first counts, as in SQL."""
    return tuple((name, columns.index(name)) for name in record.__slots__ if name in columns)


def words(text: str) -> tuple[Any, ...]:
    """A JSON array as a tuple."""
    return () if text == "[]" else tuple(json.loads(text))


def mapping(text: str) -> dict[str, Any]:
    """A JSON object as a dict."""
    value: dict[str, Any] = json.loads(text)
    return value
