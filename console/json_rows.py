"""Owns how a text of JSON is laid out to be read: one thing a line, and how deep each line lies. Pure; it alters no value.

A text that has lines already keeps them, one in a single line is given some: each with the number of the line that it is from.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

__all__ = ("Row", "json_rows")

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{},:]|[^\s\[\]{},:"]+')
_BRACKETS = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]')
_LONG = 120
"""Characters from which on a line with more than one thing in it is divided."""
_DEEPEST = 100


class Row(NamedTuple):
    """A line as it is shown."""

    text: str
    number: int
    """Of the line of the file, from 1."""
    depth: int
    """In how many objects and lists it lies; of one that begins or ends there, in how many these lie."""


def json_rows(lines: Sequence[str], most: int, *, each: bool = False) -> tuple[list[Row], int]:
    """(at most so many rows, how many more there are); none at all where it is no JSON. With `each` every line is one value."""
    found: Iterator[Row]
    if each:
        found = (row for n, line in enumerate(lines, 1) for row in _of_line(line, n))
    elif not _is_json("\n".join(lines)):
        return [], 0
    elif len(lines) == 1 and len(lines[0]) > _LONG:
        found = _divided(lines[0], 1)
    else:
        found = _kept(lines)
    return list(islice(found, most)), sum(1 for _row in found)


def _of_line(line: str, number: int) -> Iterator[Row]:
    if len(line) > _LONG and _is_json(line):
        yield from _divided(line, number)
    else:
        yield Row(line, number, 0)


def _is_json(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict | list)
    except (ValueError, RecursionError):
        return False


def _kept(lines: Sequence[str]) -> Iterator[Row]:
    depth = 0
    for n, line in enumerate(lines, 1):
        brackets = [found for found in _BRACKETS.findall(line) if len(found) == 1]
        closes = sum(each in "]}" for each in line[: len(line) - len(line.lstrip(" \t]},"))])
        yield Row(line, n, max(0, depth - closes))
        depth += sum(1 if bracket in "[{" else -1 for bracket in brackets)


def _divided(line: str, number: int) -> Iterator[Row]:
    """As everybody writes it: what is empty stays in one line."""
    depth, row, before = 0, "", ""
    for token in _TOKEN.findall(line):
        if token in ("}", "]"):
            if before not in ("{", "["):
                yield Row("  " * min(depth, _DEEPEST) + row, number, depth)
                row = ""
            depth -= 1
            row += token
        elif before in ("{", "["):
            yield Row("  " * min(depth - 1, _DEEPEST) + row, number, depth - 1)
            row = token
            depth += token in ("{", "[")
        elif token == ",":
            row += token
        elif before == ",":
            yield Row("  " * min(depth, _DEEPEST) + row, number, depth)
            row = token
            depth += token in ("{", "[")
        else:
            row += f" {token}" if before == ":" else token
            depth += token in ("{", "[")
        before = token
    if row:
        yield Row("  " * max(0, min(depth, _DEEPEST)) + row, number, max(0, depth))
