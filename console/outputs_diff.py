"""Owns the comparison of a task's outputs in two rounds: what changed, how much, and for text the lines.

It opens no database and no file that could be one by another name (a console that holds connections calls it, too), and
reads no file that is large or not text beyond its first bytes. What others wrote is shown inert: characters that act on a
terminal or turn the reading order stand as their number, secrets are hidden.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from console.artifacts import place_of, version_of
from console.i18n import N_
from console.line_diff import TooDifferent, line_diff
from console.records.output import Change, Output, OutputChange, RoundChanges
from console.redact import Redactor
from console.safe_files import chunks, opened
from console.text import decoded

__all__ = ("NO_END", "Compared", "compare", "each_compared")

TEXT_MAX = 1 << 20
"""Bytes of one version up to which its lines are compared."""
NO_END = N_("\\ no line end at the end of the file")
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
_STARTS = re.compile(r"@@ -(\d+)(?:,\d+)? \+(\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One output in two rounds, as people read it."""

    change: OutputChange
    why: str = ""
    """Why there are no lines of it: a msgid, in which `{version}` is the version in question; empty where there are."""
    version: int = 0
    diff: tuple[str, ...] = ()
    """Lines of a unified diff, safe for a terminal; empty where there is none to show."""
    places: tuple[int | None, ...] = ()
    """For each line of `diff` its number in the later version, for one that was removed in the earlier one."""
    added: int = 0
    removed: int = 0
    """How many lines, shown or not."""
    cut: int = 0
    """How many lines of the diff are missing; its last line then says so."""

    @property
    def note(self) -> str:
        """What became of it, in words: `changed, 12 B → 14 B`."""
        return f"{self.change.words}: {self.why.format(version=self.version)}" if self.why else self.change.words


def compare(task_folder: Path, changes: RoundChanges) -> tuple[Compared, ...]:
    """Every output that is not the same, with its lines where they can be compared."""
    return tuple(each_compared(task_folder, changes))


def each_compared(task_folder: Path, changes: RoundChanges) -> Iterator[Compared]:
    """The same one by one: a file is read when it is asked for."""
    moved = [change for change in changes.outputs if change.change != Change.SAME]
    left = ALL_LINES_MAX
    for n, change in enumerate(moved):
        if left > 0 and n < FILES_MAX:
            found = _compared(task_folder, change, left)
        else:
            found = Compared(change=change, why=N_("not compared, there is enough before it"))
        yield found
        left -= len(found.diff)


def _compared(task_folder: Path, change: OutputChange, left: int) -> Compared:
    try:
        before, after = (_text_of(task_folder, side) for side in (change.before, change.after))
        lines = list(line_diff(before, after))
    except _NoText as reason:
        return Compared(change=change, why=reason.why, version=reason.version)
    except TooDifferent:
        return Compared(change=change, why=N_("too large to compare line by line"))
    shown = list(_shown(_placed(lines)))
    most = min(LINES_MAX, left)
    cut = max(0, len(shown) - most)
    if cut:
        shown[most:] = [(f"[cut: {cut} more lines of this diff]", None)]
    return Compared(
        change=change,
        diff=tuple(line for line, _place in shown),
        places=tuple(place for _line, place in shown),
        added=_count(lines, "+"),
        removed=_count(lines, "-"),
        cut=cut,
    )


def _count(lines: Sequence[str], sign: str) -> int:
    return sum(1 for line in lines if line[0] == sign and line[1:] != NO_END)


def _placed(lines: Sequence[str]) -> Iterator[tuple[str, int | None]]:
    """Each line of a diff with its number; what is no line of a file has none."""
    old = new = 0
    for line in lines:
        if start := _STARTS.match(line):
            old, new = int(start[1]), int(start[2])
            yield line, None
        else:
            yield line, None if line[1:] == NO_END else old if line[0] == "-" else new
            old += line[0] != "+"
            new += line[0] != "-"


class _NoText(Exception):
    """There are no lines of it to compare; `why` as in Compared."""

    def __init__(self, why: str, version: int = 0) -> None:
        super().__init__(why)
        self.why, self.version = why, version


def _text_of(task_folder: Path, output: Output | None) -> list[str]:
    """The lines of a version as it was recorded. Raises _NoText."""
    if output is None:
        return []
    place = place_of(task_folder, output.path, output.sha256)
    content = _content(place, output)
    if content is None or _hash(content) != output.sha256:
        kept = version_of(task_folder, output.sha256) is not None
        why = N_("its kept copy is damaged") if kept else N_("no copy of version {version} was kept")
        raise _NoText(why, output.version)
    lines = decoded(content).split("\n")
    return lines[:-1] if not lines[-1] else [*lines, NO_END]


def _content(place: tuple[Path, PurePath], output: Output) -> bytes | None:
    """What is in a plain file of text that is small enough; None where it is not there."""
    try:
        with opened(*place) as (descriptor, found):
            head = os.read(descriptor, SNIFF)
            if not _is_text(head):
                raise _NoText(N_("binary"))
            if output.size > TEXT_MAX or found.st_size > TEXT_MAX:
                raise _NoText(N_("too large to compare"))
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


def _shown(lines: Iterator[tuple[str, int | None]]) -> Iterator[tuple[str, int | None]]:
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
