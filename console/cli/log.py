"""`moziplus log`: reads moziplus's own log, also what was rotated away, and follows it."""

from __future__ import annotations

import os
import re
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import click

from console.cli.options import Here, command, pass_here
from console.logs import KEPT, log_file, readable, record_of, what_failed

__all__ = ("log",)

_PAUSE = 0.25
"""Seconds between two looks at a log that is followed."""


@command("log")
@click.option("--grep", metavar="PATTERN", help="Only lines that match this regular expression (any case).")
@click.option("--follow", "-f", is_flag=True, help="Go on with what is written from now on.")
@click.option("-n", "--lines", default=200, show_default=True, type=click.IntRange(0), help="How many of the last.")
@pass_here
def log(here: Here, grep: str | None, follow: bool, lines: int) -> None:
    """Show the last lines of the log.

    JSON, one object a line: at, level, component, message, pid, and what else the line has.
    """
    try:
        wanted = re.compile(grep, re.IGNORECASE).search if grep else _everything
    except re.error as error:
        raise click.UsageError(f"--grep: {error} in {grep!r}") from error
    newest = log_file(here.home.logs)
    file = _open(newest)
    kept = deque((line for line in _earlier(newest) if wanted(line)), maxlen=lines)
    if file is not None:
        kept.extend(line for line in _whole_lines(file) if wanted(line))
    for line in kept:
        _show(here, line)
    if follow:
        _follow(here, newest, file, wanted)


def _everything(line: str) -> object:
    return line


def _show(here: Here, line: str) -> None:
    record = record_of(line)
    text = readable(*(record.get(key, "-") for key in ("at", "level", "component", "message")))
    failed = what_failed(record)
    here.out.line(record, f"{text} | {failed}" if failed else text)


def _earlier(newest: Path) -> Iterator[str]:
    for n in range(KEPT, 0, -1):
        file = _open(newest.with_name(f"{newest.name}.{n}"))
        if file is not None:
            with file:
                yield from _whole_lines(file)


def _open(path: Path) -> Any:
    try:
        return path.open(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return None


def _whole_lines(file: Any) -> Iterator[str]:
    """The lines that are finished; one that is being written is left for the next look."""
    while True:
        start = file.tell()
        line = file.readline()
        if not line.endswith("\n"):
            file.seek(start)
            return
        yield line


def _follow(here: Here, newest: Path, file: Any, wanted: Callable[[str], object]) -> None:
    """Look again and again; where the log was rotated, first finish the old file, then begin the new one."""
    while True:
        rotated = _is_other(newest, file)
        if file is not None:
            for line in _whole_lines(file):
                if wanted(line):
                    _show(here, line)
        if rotated:
            if file is not None:
                file.close()
            file = _open(newest)
            continue
        here.out.pause(_PAUSE)


def _is_other(newest: Path, file: Any) -> bool:
    try:
        named = os.stat(newest)
    except FileNotFoundError:
        return False
    if file is None:
        return True
    mine = os.fstat(file.fileno())
    return (named.st_ino, named.st_dev) != (mine.st_ino, mine.st_dev)
