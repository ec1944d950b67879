"""Owns the comparison of a task's outputs in two rounds: what changed, how much, and for text the lines.

It opens no database, and reads no file that is large or not text beyond its first bytes. What others wrote is shown
inert: characters that act on a terminal or turn the reading order stand as their number, secrets are hidden.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from console.artifacts import version_of
from console.line_diff import TooDifferent, line_diff
from console.records.output import Change, Output, OutputChange, RoundChanges
from console.redact import Redactor

__all__ = ("Compared", "compare")

TEXT_MAX = 1 << 20
"""Bytes of one version up to which its lines are compared."""
NO_END = "\\ no line end at the end of the file"
SNIFF = 8192
"""First bytes of a file, by which text is known."""
LINES_MAX = 400
"""Lines of the diff of one file; what follows is counted."""
ALL_LINES_MAX = 2000
"""Lines of all diffs together."""
FILES_MAX = 50
"""Files that are compared at most."""
LINE_MAX = 400
"""Characters of one line that are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One output in two rounds, as people read it."""

    change: OutputChange
    note: str
    """What became of it, in words: `changed, 12 B → 14 B`."""
    diff: tuple[str, ...] = ()
    """Lines of a unified diff, safe for a terminal; empty where there is none to show."""


def compare(task_folder: Path, changes: RoundChanges) -> tuple[Compared, ...]:
    """Every output that is not the same, with its lines where they can be compared."""
    found: list[Compared] = []
    left = ALL_LINES_MAX
    for change in changes.outputs:
        if change.change == Change.SAME:
            continue
        if left > 0 and len(found) < FILES_MAX:
            found.append(_compared(task_folder, change, left))
        else:
            found.append(Compared(change=change, note=f"{change.words}: not compared, there is enough before it"))
        left -= len(found[-1].diff)
    return tuple(found)


def _compared(task_folder: Path, change: OutputChange, left: int) -> Compared:
    try:
        before, after = (_text_of(task_folder, side) for side in (change.before, change.after))
        lines = list(_shown(line_diff(before, after)))
    except _NoText as reason:
        return Compared(change=change, note=f"{change.words}: {reason}")
    except TooDifferent:
        return Compared(change=change, note=f"{change.words}: too large to compare line by line")
    most = min(LINES_MAX, left)
    if len(lines) > most:
        lines[most:] = [f"[cut: {len(lines) - most} more lines of this diff]"]
    return Compared(change=change, note=change.words, diff=tuple(lines))


class _NoText(Exception):
    """There are no lines of it to compare; the message says why."""


def _text_of(task_folder: Path, output: Output | None) -> list[str]:
    """The lines of a version as it was recorded. Raises _NoText."""
    if output is None:
        return []
    kept = version_of(task_folder, output.sha256)
    place = task_folder / output.path if kept is None else kept
    content = _content(place, output)
    if content is None or _hash(content) != output.sha256:
        raise _NoText(f"no copy of version {output.version} was kept" if kept is None else "its kept copy is damaged")
    lines = content.decode("utf-8", "replace").split("\n")
    return lines[:-1] if not lines[-1] else [*lines, NO_END]


def _content(place: Path, output: Output) -> bytes | None:
    """What is in a plain file of text that is small enough; None where it is not there."""
    try:
        descriptor = os.open(place, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return None
        head = os.read(descriptor, SNIFF)
        if not _is_text(head):
            raise _NoText("binary")
        if output.size > TEXT_MAX or os.fstat(descriptor).st_size > TEXT_MAX:
            raise _NoText("too large to compare")
        return head + b"".join(_rest(descriptor, TEXT_MAX))
    finally:
        os.close(descriptor)


def _rest(descriptor: int, most: int) -> Iterator[bytes]:
    while most > 0 and (chunk := os.read(descriptor, min(most, 1 << 16))):
        most -= len(chunk)
        yield chunk


def _is_text(head: bytes) -> bool:
    """UTF-8 without NUL; a character may be cut at the end of what was read."""
    if b"\0" in head:
        return False
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        return len(head) == SNIFF and error.start >= SNIFF - 3
    return True


def _hash(content: bytes) -> str:
    import hashlib  # loads OpenSSL; only a diff needs it

    return hashlib.sha256(content).hexdigest()


def _shown(lines: Iterator[str]) -> Iterator[str]:
    """Safe lines of bounded length, without secrets."""
    redactor = Redactor()
    for line in lines:
        whole = line if len(line) <= LINE_MAX else f"{line[:LINE_MAX]}… [{len(line) - LINE_MAX} more characters]"
        if hidden := redactor.line(whole if whole.isprintable() else "".join(map(_inert, whole))):
            yield hidden


def _inert(character: str) -> str:
    """A character, or its number where it is not seen: what hides in a text must show in its diff."""
    if character.isprintable() or character == "\t" or character == "\u3000":
        return character
    return character.encode("unicode_escape").decode("ascii")
