"""Promises of how far a long command is: told on a terminal once it takes long, in a line that is gone at the end."""

from __future__ import annotations

import os
from collections.abc import Iterator

from console.cli.progress import Progress


def told(terminal: bool, *moments: float) -> str:
    """What a command writes that is asked at these moments, the first of which is its beginning."""
    ours, theirs = os.openpty() if terminal else os.pipe()[::1]
    clock: Iterator[float] = iter(moments)
    with open(theirs, "w", encoding="utf-8") as stream:
        with Progress("transcripts read", lambda: next(clock), stream) as progress:
            for n in range(1, len(moments)):
                progress(n, 9)
        stream.write("END")
        stream.flush()
        found = b""
        while not found.endswith(b"END"):
            found += os.read(ours, 1000)
    os.close(ours)
    return found.decode().removesuffix("END")


def test_what_takes_long_is_told_now_and_then_and_the_line_is_gone_at_the_end() -> None:
    text = told(True, 0.0, 0.5, 1.1, 1.2, 1.4)
    first, second, gone = text.split("\r")[1:4]
    assert first.startswith("2/9 transcripts read, press ctrl-c to stop") and second.startswith("4/9 ")
    assert gone.strip() == "" and len(gone) >= len(first) and text.endswith("\r")


def test_what_is_short_and_what_no_terminal_shows_is_not_told() -> None:
    assert told(True, 0.0, 0.1, 0.9) == ""
    assert told(False, 0.0, 5.0, 9.0) == ""
