"""Owns the reading of an output whole, as it was recorded, for people: its lines with their numbers, a table in columns, what
is made of other things (JSON, a diff) laid out by them.

It opens no database. What others wrote is shown inert, as in a diff.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePath, PurePosixPath

from console.artifacts import place_of
from console.diff_rows import TreeRow, diff_rows, is_diff
from console.json_rows import json_rows
from console.outputs_text import NO_END, TOO_LARGE, NoText, beginning_of, shown, text_of
from console.pictures import Picture, picture_of
from console.records.output import Output
from console.text import cells

__all__ = ("LINES_MAX", "Form", "ReadOutput", "read_diff", "read_output")

LINES_MAX = 5000
"""Lines of one output that are shown; what follows is counted."""
_COLUMN_MAX = 28
"""Cells of one column of a table."""
_JSON = frozenset({".json", ".jsonl", ".geojson", ".ipynb"})
_SEPARATORS = {".csv": ",", ".tsv": "\t"}


class Form(StrEnum):
    """How its lines are to be taken."""

    LINES = "lines"
    TABLE = "table"
    """Rows, in columns."""
    JSON = "json"
    """One thing a line, with how deep it lies."""
    DIFF = "diff"
    """Folders, files, and the lines that changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadOutput:
    """An output as people read it."""

    output: Output
    why: str = ""
    """Why there are no lines of it: a msgid, in which `{version}` is the version in question; empty where there are."""
    picture: Picture | None = None
    """What kind of picture it is, where it is one."""
    lines: tuple[str, ...] = ()
    """Safe for a terminal."""
    numbers: tuple[int, ...] = ()
    """Of each of them; what hides a secret of several lines leaves some out."""
    cut: int = 0
    """How many lines there are that are not among them."""
    form: Form = Form.LINES
    depths: tuple[int, ...] = ()
    """Of JSON and of a diff: how deep each line lies."""
    rows: tuple[TreeRow, ...] = ()
    """Of a diff."""


def read_output(task_folder: Path, output: Output, most: int = LINES_MAX, *, source: bool = False) -> ReadOutput:
    """Read one version of an output, in at most so many lines; with `source` as it stands in the file.

    What cannot be read says why; raises nothing for what stands in it.
    """
    try:
        text, beyond = _lines(task_folder, output)
    except NoText as reason:
        return ReadOutput(output=output, why=reason.why, picture=picture_of(*_place(task_folder, output)))
    text = text[:-1] if text[-1:] == [NO_END] else text
    suffix = PurePosixPath(output.path).suffix.casefold()
    if not source and not beyond and suffix in _JSON:
        rows, more = json_rows(text, most, each=suffix == ".jsonl")
        if rows:
            return _laid_out(output, Form.JSON, [(row.text, row.number, row.depth) for row in rows], more)
    if not source and not beyond and is_diff(output.path, text):
        return read_diff(output, text, most)
    # With a sign before it, as in a diff: an empty line is no hidden one.
    found = [(line[1:], n or 0) for line, n in shown((f" {line}", n) for n, line in enumerate(text[:most], 1))]
    lines_found = [line for line, _number in found]
    separator = None if source else _SEPARATORS.get(suffix)
    table = separator is not None and any(separator in line for line in lines_found[:1])
    return ReadOutput(
        output=output,
        lines=tuple(_in_columns(lines_found, separator) if table and separator is not None else lines_found),
        numbers=tuple(number for _line, number in found),
        cut=max(0, len(text) - most) + beyond,
        form=Form.TABLE if table else Form.LINES,
    )


def _lines(task_folder: Path, output: Output) -> tuple[list[str], int]:
    """All lines of a version, or those that it begins with and how many follow. Raises NoText."""
    try:
        return text_of(task_folder, output), 0
    except NoText as reason:
        if reason.why != TOO_LARGE:
            raise
        return beginning_of(task_folder, output)


def read_diff(output: Output, text: Sequence[str], most: int) -> ReadOutput:
    """A diff of git, in at most so many lines."""
    tree = list(diff_rows(text[:most]))
    lines = [(row.text, row.at, row.depth) for row in tree]
    return _laid_out(output, Form.DIFF, lines, max(0, len(text) - most), tree)


def _place(task_folder: Path, output: Output) -> tuple[Path, PurePath]:
    return place_of(task_folder, output.path, output.sha256)


def _laid_out(
    output: Output, form: Form, rows: Sequence[tuple[str, int, int]], cut: int, tree: Sequence[TreeRow] = ()
) -> ReadOutput:
    """Each row by its place among them: what hides a secret leaves some out."""
    safe = [(line[1:], n or 0) for line, n in shown((f" {row[0]}", n) for n, row in enumerate(rows))]
    return ReadOutput(
        output=output,
        lines=tuple(line for line, _n in safe),
        numbers=tuple(rows[n][1] for _line, n in safe),
        depths=tuple(rows[n][2] for _line, n in safe),
        rows=tuple(tree[n] for _line, n in safe) if tree else (),
        cut=cut,
        form=form,
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
