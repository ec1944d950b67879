"""Owns the comparison of a task's outputs in two rounds: what changed, how much, and for text the lines.

It opens no database and no file that could be one by another name: a console that holds connections calls it, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from console.i18n import N_
from console.line_diff import TooDifferent, line_diff
from console.outputs_text import NO_END, NoText, shown, text_of
from console.records.output import Change, OutputChange, RoundChanges

__all__ = ("Compared", "compare", "compared", "each_compared")

LINES_MAX = 400
"""Lines of the diff of one file; what follows is counted."""
ALL_LINES_MAX = 2000
"""Lines of all diffs together."""
FILES_MAX = 50
"""Files that are compared at most."""
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
            found = compared(task_folder, change, min(LINES_MAX, left))
        else:
            found = Compared(change=change, why=N_("not compared, there is enough before it"))
        yield found
        left -= len(found.diff)


def compared(task_folder: Path, change: OutputChange, most: int) -> Compared:
    """One output, with at most so many lines of its diff."""
    try:
        before, after = (text_of(task_folder, side) for side in (change.before, change.after))
        lines = list(line_diff(before, after))
    except NoText as reason:
        return Compared(change=change, why=reason.why, version=reason.version)
    except TooDifferent:
        return Compared(change=change, why=N_("too large to compare line by line"))
    left = iter(list(_placed(lines)))
    found = list(islice(shown(left), most))
    cut = sum(1 for _line in left)
    if cut:
        found.append((f"[cut: {cut} more lines of this diff]", None))
    return Compared(
        change=change,
        diff=tuple(line for line, _place in found),
        places=tuple(place for _line, place in found),
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
