"""Owns a short transcript for tests that only need one to be there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from console.records.transcript import Entry, EntryKind
from console.transcript.writer import Transcript

__all__ = ("write_transcript",)

SAID = (
    Entry(kind=EntryKind.TEXT, text="began"),
    Entry(kind=EntryKind.TOOL_CALL, id="c1", fields={"tool": "shell", "command": "cat reading.md"}),
)


def write_transcript(folder: Path, now: Callable[[], int]) -> None:
    """Into a session's folder, which is made, beside its output."""
    folder.mkdir(parents=True)
    (folder / "output.log").write_text("began\nreading\n")
    transcript = Transcript(folder, now)
    for entry in SAID:
        transcript.add(entry)
    transcript.close()
