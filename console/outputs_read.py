"""Owns the reading of an output whole, as it was recorded, for people: its lines with their numbers, a table in columns.

It opens no database. What others wrote is shown inert, as in a diff.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from console.outputs_text import NO_END, NoText, shown, text_of
from console.records.output import Output
from console.text import cells

__all__ = ("LINES_MAX", "ReadOutput", "read_output")

LINES_MAX = 5000
"""Lines of one output that are shown; what follows is counted."""
_COLUMN_MAX = 28
"""Cells of one column of a table."""
_SEPARATORS = {".csv": ",", ".tsv": "\t"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOutput:
    """An output as people read it."""

    output: Output
    why: str = ""
    """Why there are no lines of it: a msgid, in which `{version}` is the version in question; empty where there are."""
    lines: tuple[str, ...] = ()
    """Safe for a terminal."""
    numbers: tuple[int, ...] = ()
    """Of each of them; what hides a secret of several lines leaves some out."""
    cut: int = 0
    """How many lines there are that are not among them."""
    table: bool = False
    """Its lines are rows, in columns."""


def read_output(task_folder: Path, output: Output) -> ReadOutput:
    """Read one version of an output. What cannot be read says why; raises nothing for what stands in it."""
    try:
        text = text_of(task_folder, output)
    except NoText as reason:
        return ReadOutput(output=output, why=reason.why)
    text = text[:-1] if text[-1:] == [NO_END] else text
    # With a sign before it, as in a diff: an empty line is no hidden one.
    found = [(line[1:], n or 0) for line, n in shown((f" {line}", n) for n, line in enumerate(text[:LINES_MAX], 1))]
    lines = [line for line, _number in found]
    separator = _SEPARATORS.get(PurePosixPath(output.path).suffix.casefold())
    table = separator is not None and any(separator in line for line in lines[:1])
    return ReadOutput(
        output=output,
        lines=tuple(_in_columns(lines, separator) if table and separator is not None else lines),
        numbers=tuple(number for _line, number in found),
        cut=max(0, len(text) - LINES_MAX),
        table=table,
    )


def _in_columns(lines: Sequence[str], separator: str) -> list[str]:
    """Each row in one line still: a field that goes over several lines keeps its quotes."""
    rows = [next(csv.reader([line], delimiter=separator), []) for line in lines]
    widths: list[int] = []
    for row in rows:
        widths += [0] * (len(row) - len(widths))
        for n, field in enumerate(row):
            widths[n] = min(max(widths[n], cells(field)), _COLUMN_MAX)
    return [
        "  ".join(_padded(field, width) for field, width in zip(row, widths, strict=False)).rstrip() for row in rows
    ]


def _padded(field: str, width: int) -> str:
    return field + " " * max(0, width - cells(field))
