"""Owns stdout, the only way there: JSON for programs (one object, or one a line), plain text and tables for people.

Text for people passes `console.text`, so that nothing in a title or an agent's output acts on the terminal. An
acknowledgement never fails: what it tells of is done, whoever reads it.
"""

from __future__ import annotations

import errno
import json
import os
import re
import select
import stat
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, is_dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO, TypeAlias

from console.cli.in_words import in_words
from console.text import cells, fit, one_line, safe

if TYPE_CHECKING:
    from console.api.shape import Shape

__all__ = (
    "READS",
    "Column",
    "Output",
    "OutputLost",
    "as_json",
    "for_reading",
    "lost_output",
    "nowhere",
    "open_streams",
)

Record: TypeAlias = "Shape | Mapping[str, Any]"

_MOMENT = re.compile(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")

READS = frozenset(
    "check doctor events explain graph list log path prompt read search show stats status".split()  # noqa: SIM905
)
"""Names of the commands that are there for what they print: for these alone an output that cannot be written is a failure."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table for people."""

    title: str
    key: str | Callable[[Any], Any]
    """A field of the record, or a function of the record."""
    right: bool = False
    """Aligned to the right, as numbers are."""
    most: int = 60
    """Columns of the terminal that it may take."""
    gives: bool = False
    """Becomes narrower where the terminal is."""
    words: bool = False
    """A state, a reason, a finding: said in the language of this shell. What people and agents wrote stays theirs."""


NOTHING_READ = "nothing in what could be read; stderr names the rest"


class Output:
    """What a command prints. Every method prints JSON where it was asked for, and text for people otherwise."""

    def __init__(self, *, as_json: bool, missed: Callable[[], bool] = lambda: False) -> None:
        """`missed` says whether something that belongs to the answer could not be read."""
        self.as_json, self._missed = as_json, missed

    def one(self, record: Record, human: str | Callable[[], str]) -> None:
        """One object, or a sentence of ours, or what `human` makes: a view, which says itself what of it is ours."""
        if self.as_json:
            _write(_json_line(record))
        else:
            text = in_words(human) if isinstance(human, str) else human()
            _write(local_times(safe(text)).rstrip("\n"))

    def many(self, records: Iterable[Record], columns: Sequence[Column], *, empty: str) -> None:
        """One object a line, or a table; `empty` is what people read where there are none."""
        if self.as_json:
            for record in records:
                _write(_json_line(record))
            return
        rows = list(records)
        _write(_table(rows, columns) if rows else in_words(NOTHING_READ if self._missed() else empty))

    def line(self, record: Record, human: str) -> None:
        """One of a stream: shown at once."""
        _write(_json_line(record) if self.as_json else local_times(safe(human, 20_000)).replace("\n", " "))
        _flush()

    def pause(self, seconds: float) -> None:
        """Wait between two looks at what is followed. Raises OutputLost where whoever read is gone meanwhile."""
        if _reader_left(seconds):
            _Lost.reading = True
            _give_up(BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE)))

    def say(self, text: str) -> None:
        """A sentence of ours for people; programs do not get it."""
        if not self.as_json:
            _write(local_times(safe(in_words(text))))
            _flush()


def local_times(text: str) -> str:
    """Text for people: moments as programs get them become this machine's time, with its offset from UTC."""
    return _MOMENT.sub(_local, text) if "Z" in text else text


def _local(found: re.Match[str]) -> str:
    from datetime import datetime

    try:
        return datetime.fromisoformat(found[0]).astimezone().isoformat(" ", "seconds")
    except (ValueError, OverflowError, OSError):
        return found[0]


def as_json(value: Any) -> str:
    """One line of JSON; paths are text, records objects."""
    return json.dumps(value, ensure_ascii=False, default=_plain, allow_nan=False)


def _plain(value: Any) -> Any:
    if isinstance(value, Path):
        return str(value)
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, set | frozenset):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


def open_streams() -> None:
    """Make stdin, stdout and stderr usable, whatever we were started with: closed, or in a narrow encoding.

    For the start of a program, before it opens a file: that one would get the number of a stream that is closed.
    """
    for number, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest free number: this one
        if getattr(sys, name) is None:
            setattr(sys, name, open(number, mode, encoding="utf-8", closefd=False))  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if (reconfigure := getattr(stream, "reconfigure", None)) is not None:
            reconfigure(errors="backslashreplace")


class OutputLost(Exception):
    """What a command was asked to print cannot be written; there is nothing left for it to do."""


class _Lost:
    """What became of stdout in this process."""

    reading = False
    error: OSError | None = None
    terminal = False
    """It was one."""


def for_reading(reading: bool) -> None:
    """Say whether this command is there for what it prints; else it acts, and what it prints only acknowledges."""
    _Lost.reading = reading


def lost_output() -> tuple[OSError | None, bool]:
    """Write what is still to be written; then why some of it was lost, and whether that is a failure of the command."""
    with suppress(OutputLost):
        _flush()
    return _Lost.error, _Lost.reading


def _write(text: str) -> None:
    if _Lost.error is None:
        try:
            print(text.encode("utf-8", "backslashreplace").decode("utf-8"))
        except OSError as error:
            _give_up(error)


def _flush() -> None:
    if _Lost.error is None:
        try:
            sys.stdout.flush()
        except OSError as error:
            _give_up(error)


def _give_up(error: OSError) -> None:
    """Nobody takes our output: the rest goes nowhere."""
    _Lost.error = error
    nowhere(sys.stdout)
    if _Lost.reading:
        raise OutputLost from error


def _reader_left(seconds: float) -> bool:
    """Whether nobody reads stdout any more, asked for so long; a file takes all, and of other things writing tells."""
    try:
        descriptor = sys.stdout.fileno()
        mode = os.fstat(descriptor).st_mode
        if not (stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)):
            before = _Lost.terminal = _Lost.terminal or os.isatty(descriptor)
            time.sleep(seconds)
            return before and not os.isatty(descriptor)
        asked = select.poll()
        asked.register(descriptor, 0)  # an error and a hang-up are always told
        return bool(asked.poll(seconds * 1000))
    except (OSError, ValueError):
        return True


def nowhere(stream: TextIO) -> None:
    """Let what a stream still holds go nowhere: at its end the interpreter would try once more, and fail for that."""
    null = os.open(os.devnull, os.O_WRONLY | os.O_CLOEXEC)
    os.dup2(null, stream.fileno())
    os.close(null)


def _json_line(record: Record) -> str:
    """One line of JSON that stdout can take: what its encoding has not, is escaped as JSON does."""
    line = as_json(record) if isinstance(record, Mapping) else _encoded(record)
    try:
        line.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return json.dumps(json.loads(line), allow_nan=False)
    return line


def _encoded(shape: Shape) -> str:
    from console.api.shape import encoded  # loaded with the shape; `blackboard` has none

    return encoded(shape)


def _table(rows: Sequence[Record], columns: Sequence[Column]) -> str:
    lines = [[in_words(column.title) for column in columns]]
    lines += [[_cell(row, column) for column in columns] for row in rows]
    widths = [max(cells(line[n]) for line in lines) for n in range(len(columns))]
    _give_way(widths, columns)
    return "\n".join(
        "  ".join(
            fit(cell, width, right=column.right) for cell, width, column in zip(line, widths, columns, strict=True)
        ).rstrip()
        for line in lines
    )


def _cell(row: Record, column: Column) -> str:
    value = column.key(row) if callable(column.key) else _field(row, column.key)
    if value is None:
        return "-"
    if isinstance(value, bool):
        return in_words("yes" if value else "no")
    if isinstance(value, list | tuple):
        value = ", ".join(map(str, value))
    text = local_times(one_line(in_words(str(value), ours=False) if column.words else str(value), 2000))
    return fit(text, column.most).rstrip() if cells(text) > column.most else text


def _field(row: Record, name: str) -> Any:
    return row.get(name) if isinstance(row, Mapping) else getattr(row, name)


def _give_way(widths: list[int], columns: Sequence[Column]) -> None:
    """Make columns that give narrower until the table fits the terminal; a pipe gets everything."""
    if not sys.stdout.isatty():
        return
    import shutil  # with it come three compressors, and `blackboard` starts often

    over = sum(widths) + 2 * (len(widths) - 1) - shutil.get_terminal_size().columns
    for n, column in enumerate(columns):
        if column.gives and over > 0:
            less = min(over, max(widths[n] - 10, 0))
            widths[n] -= less
            over -= less
