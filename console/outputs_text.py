"""Owns the text of an output as it was recorded: its lines, or why there are none to read, and how they are shown inert.

It opens no database and no file that could be one by another name (a console that holds connections calls it, too), and
reads no file that is large or not text beyond its first bytes. What others wrote is shown inert: characters that act on a
terminal or turn the reading order stand as their number, secrets are hidden.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path, PurePath

from console.artifacts import place_of, version_of
from console.i18n import N_
from console.records.output import Output
from console.redact import Redactor
from console.safe_files import chunks, opened
from console.text import decoded

__all__ = ("NO_END", "TOO_LARGE", "NoText", "beginning_of", "shown", "text_of")

TEXT_MAX = 1 << 20
"""Bytes of one version up to which all of its lines are read, and so many of a larger one."""
BEGUN_MAX = 64 << 20
"""Bytes of one version of which the beginning is read: all of it is checked against what was recorded."""
TOO_LARGE = N_("too large to show here")
NO_END = N_("\\ no line end at the end of the file")
SNIFF = 8192
"""First bytes of a file, by which text is known."""
LINE_MAX = 400
"""Characters of one line that are shown."""


class NoText(Exception):
    """There are no lines of it to read; `why` is a msgid, in which `{version}` is the version in question."""

    def __init__(self, why: str, version: int = 0) -> None:
        super().__init__(why)
        self.why, self.version = why, version


def text_of(task_folder: Path, output: Output | None) -> list[str]:
    """The lines of a version as it was recorded. Raises NoText."""
    if output is None:
        return []
    place = place_of(task_folder, output.path, output.sha256)
    content = _content(place, output)
    if content is None or _hash(content) != output.sha256:
        raise _lost(task_folder, output)
    lines = decoded(content).split("\n")
    return lines[:-1] if not lines[-1] else [*lines, NO_END]


def beginning_of(task_folder: Path, output: Output) -> tuple[list[str], int]:
    """The first whole lines of a version that is large, and how many follow. Raises NoText."""
    import hashlib

    digest, kept, more = hashlib.sha256(), bytearray(), 0
    try:
        with opened(*place_of(task_folder, output.path, output.sha256)) as (descriptor, found):
            if found.st_size > BEGUN_MAX:
                raise NoText(TOO_LARGE)
            last = b""
            for chunk in chunks(descriptor, BEGUN_MAX):
                digest.update(chunk)
                room = max(0, TEXT_MAX - len(kept))
                kept += chunk[:room]
                more, last = more + chunk[room:].count(b"\n"), chunk[-1:]
    except OSError as error:
        raise _lost(task_folder, output) from error
    if digest.hexdigest() != output.sha256:
        raise _lost(task_folder, output)
    whole = kept[: kept.rfind(b"\n") + 1] or kept
    lines = decoded(bytes(whole)).split("\n")
    return (lines if len(whole) == len(kept) and lines[-1] else lines[:-1]), more + (last != b"\n")


def _lost(task_folder: Path, output: Output) -> NoText:
    kept = version_of(task_folder, output.sha256) is not None
    why = N_("its kept copy is damaged") if kept else N_("no copy of version {version} was kept")
    return NoText(why, output.version)


def _content(place: tuple[Path, PurePath], output: Output) -> bytes | None:
    """What is in a plain file of text that is small enough; None where it is not there."""
    try:
        with opened(*place) as (descriptor, found):
            head = os.read(descriptor, SNIFF)
            if not _is_text(head):
                raise NoText(N_("binary"))
            if output.size > TEXT_MAX or found.st_size > TEXT_MAX:
                raise NoText(TOO_LARGE)
            return head + b"".join(chunks(descriptor, TEXT_MAX))
    except OSError:
        return None


_CONTROL = re.compile(rb"[\x00-\x06\x0e-\x1a\x1c-\x1f]")


def _is_text(head: bytes) -> bool:
    """UTF-8 or GBK without control characters; a character may be cut at the end of what was read."""
    return not _CONTROL.search(head) and "\ufffd" not in decoded(head[: SNIFF - 1] if len(head) == SNIFF else head)


def _hash(content: bytes) -> str:
    import hashlib  # loads OpenSSL; only a diff needs it

    return hashlib.sha256(content).hexdigest()


def shown(lines: Iterator[tuple[str, int | None]]) -> Iterator[tuple[str, int | None]]:
    """Safe lines of bounded length, without secrets."""
    redactor = Redactor()
    for line, place in lines:
        whole = line if len(line) <= LINE_MAX else f"{line[:LINE_MAX]}… [{len(line) - LINE_MAX} more characters]"
        if hidden := redactor.line(whole if whole.isprintable() else "".join(map(_inert, whole))):
            yield hidden, place


def _inert(character: str) -> str:
    """A character, or its number where it is not seen: what hides in a text must show in its diff."""
    if character.isprintable() or character == "\t" or character == "\u3000":
        return character
    return character.encode("unicode_escape").decode("ascii")
