"""Owns the output: a file that a task produced, as it was when it was recorded, and how it changed between two rounds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Any

from console.errors import UsageError
from console.records.rows import from_row

FOLDER = "outputs"
"""Of a task's folder: where declared outputs lie."""
PATH_MAX = 240
REMOVED = "removed"
"""The kind of a version that says that the file is gone since the one before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """A file that exists, is not empty, and had this hash."""

    id: int
    task_id: int
    session: str | None = None
    version: int = 1
    """Counts up for each path of the task."""
    round: int = 1
    """The round of work in which it was recorded."""
    path: str
    """Relative to the task's artifacts folder."""
    kind: str = "file"
    """file, diff, last_words or another word; `removed` where the file was taken away (its size is then 0)."""
    sha256: str
    size: int
    """Bytes."""
    actor: str = "unknown"
    at: int = 0

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Output:
        """From a row of `outputs`."""
        return from_row(cls, row)


class Change(StrEnum):
    """What became of an output between two rounds."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    SAME = "same"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputChange:
    """One path in two rounds; at least one of both is there."""

    path: str
    before: Output | None
    after: Output | None

    @property
    def change(self) -> Change:
        """What became of it."""
        if self.before is None:
            return Change.ADDED
        if self.after is None:
            return Change.REMOVED
        return Change.SAME if self.before.sha256 == self.after.sha256 else Change.CHANGED

    @property
    def words(self) -> str:
        """What became of it, for people: `changed, 12 B → 14 B`."""
        sides = [plain_size(side.size) for side in (self.before, self.after) if side is not None]
        sizes = " → ".join(sides) if self.change == Change.CHANGED else sides[-1]
        return f"{self.change}, {sizes}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundChanges:
    """The outputs of a task as two rounds of a review handed them in."""

    before: int
    """The earlier round; 0 is the time before the first, when there was nothing."""
    after: int
    outputs: tuple[OutputChange, ...]
    """By path; those that stayed the same too."""


def plain_size(size: int) -> str:
    """Bytes for people: `12 B`, `3.4 kB`, `3.2 MB`."""
    if size < 1000:
        return f"{size} B"
    number, unit = size / 1000, "kB"
    for larger in ("MB", "GB"):
        if number < 999.95:
            break
        number, unit = number / 1000, larger
    return f"{number:.1f} {unit}"


def changed_between(before: tuple[Output, ...], after: tuple[Output, ...]) -> tuple[OutputChange, ...]:
    """Both states of a task's outputs, path by path."""
    old, new = ({o.path: o for o in state if o.kind != REMOVED} for state in (before, after))
    return tuple(OutputChange(path=p, before=old.get(p), after=new.get(p)) for p in sorted(old.keys() | new.keys()))


def expected_path(text: str) -> str:
    """A declared output as it is stored: a path under outputs/, whose name may be left out.

    Raises UsageError for one that leads elsewhere or names no file.
    """
    path = PurePosixPath(text)
    if text != text.strip() or not text or text.endswith("/") or "\\" in text or not text.isprintable():
        raise UsageError(f"{text[:60]!r} cannot be an expected output: write the path of a file, as in report.md")
    if path.is_absolute() or ".." in path.parts or path.parts[:1] == ("~",):
        raise UsageError(
            f"{text[:60]!r} cannot be an expected output: it must lie below {FOLDER}/ of the task's folder"
        )
    path = path if path.parts[0] == FOLDER else FOLDER / path
    if len(path.parts) < 2:
        raise UsageError(f"{text[:60]!r} cannot be an expected output: it is the folder itself; name a file in it")
    if len(str(path)) > PATH_MAX:
        raise UsageError(f"an expected output has a path of at most {PATH_MAX} characters; {text[:40]!r}… is longer")
    return str(path)
