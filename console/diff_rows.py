"""Owns how a diff of git is laid out to be read: a tree of folders and files, under each file what changed in it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

__all__ = ("Kind", "TreeRow", "diff_rows", "is_diff")

_STARTS = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_BEGINS = "diff --git "
_QUOTED = re.compile(r"\\([0-7]{3}|.)")
_ESCAPES = {"t": "\t", "n": "\n", "r": "\r"}


class Kind(StrEnum):
    """What a row is."""

    FOLDER = "folder"
    FILE = "file"
    LINE = "line"


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeRow:
    """A row of the tree, or a line under a file."""

    kind: Kind
    text: str
    """A name; of a line its sign and itself."""
    depth: int
    at: int
    """The line of the diff, from 1, that it is or begins with."""
    path: str = ""
    """Of the file that it is, or belongs to."""
    number: int | None = None
    """Of a line: in the file as it is now, of one that was removed as it was."""
    added: int = 0
    removed: int = 0


@dataclass(slots=True)
class _File:
    path: str
    at: int
    note: str = ""
    lines: list[tuple[str, int | None, int]] = field(default_factory=list)


def is_diff(path: str, lines: Sequence[str]) -> bool:
    """Whether it is one that git made."""
    return path.endswith((".diff", ".patch")) and any(line.startswith(_BEGINS) for line in lines[:1])


def diff_rows(lines: Iterable[str]) -> Iterator[TreeRow]:
    """The folders and files in the order of the diff, each folder once, and what changed in each file."""
    before: tuple[str, ...] = ()
    for file in _files(lines):
        *folders, name = file.path.split("/")
        for depth, folder in enumerate(folders):
            if before[: depth + 1] != tuple(folders[: depth + 1]):
                yield TreeRow(kind=Kind.FOLDER, text=f"{folder}/", depth=depth, at=file.at)
        before, deep = tuple(folders), len(folders)
        added = sum(line[0] == "+" for line, _number, _at in file.lines)
        removed = sum(line[0] == "-" for line, _number, _at in file.lines)
        text = f"{name}  {file.note}" if file.note else name
        yield TreeRow(kind=Kind.FILE, text=text, depth=deep, at=file.at, path=file.path, added=added, removed=removed)
        for line, number, at in file.lines:
            yield TreeRow(kind=Kind.LINE, text=line, depth=deep + 1, at=at, path=file.path, number=number)


def _files(lines: Iterable[str]) -> Iterator[_File]:
    file: _File | None = None
    old = new = old_left = new_left = 0
    for at, line in enumerate(lines, 1):
        if old_left <= 0 and new_left <= 0:
            if line.startswith(_BEGINS):
                if file is not None:
                    yield file
                file = _File(_path_of(line.removeprefix(_BEGINS)), at)
                continue
            if file is None:
                continue
            if start := _STARTS.match(line):
                old, new = int(start[1]), int(start[3])
                old_left, new_left = (int(start[n] if start[n] is not None else 1) for n in (2, 4))
                file.lines.append((line, None, at))
            elif line.startswith("\\"):
                file.lines.append((line, None, at))
            elif line.startswith("["):  # a remark of ours at the end
                file.lines.append((f"@{line}", None, at))
            else:
                _head(file, line)
            continue
        assert file is not None
        sign = line[:1] or " "
        if sign == "\\":
            file.lines.append((line, None, at))
            continue
        file.lines.append((line or " ", old if sign == "-" else new, at))
        old, old_left = (old + 1, old_left - 1) if sign != "+" else (old, old_left)
        new, new_left = (new + 1, new_left - 1) if sign != "-" else (new, new_left)
    if file is not None:
        yield file


def _head(file: _File, line: str) -> None:
    """What git says of a file before its lines."""
    for side in ("--- ", "+++ "):
        if line.startswith(side) and (path := _unquoted(line[4:].rstrip("\t"))) != "/dev/null":
            file.path = path[2:]
    if line.startswith(
        ("new file", "deleted file", "rename from", "copy from", "Binary files", "old mode", "new mode")
    ):
        said = "Binary" if line.startswith("Binary") else line
        file.note = f"{file.note}, {said}" if file.note else said
    if line.startswith(("rename to ", "copy to ")):
        file.path = _unquoted(line.partition(" to ")[2])


def _path_of(both: str) -> str:
    """Of `a/x b/x`; a renamed file says its new name further below."""
    if both.startswith('"'):
        return _unquoted(both.partition('" ')[0] + '"')[2:]
    return both[2 : len(both) // 2]


def _unquoted(said: str) -> str:
    """A name as git writes it where it has characters of other kinds."""
    if not (said.startswith('"') and said.endswith('"') and len(said) > 1):
        return said
    codes = bytearray()
    at = 0
    inside = said[1:-1]
    for found in _QUOTED.finditer(inside):
        codes += inside[at : found.start()].encode()
        what = found[1]
        codes += bytes([int(what, 8) & 255]) if len(what) == 3 else _ESCAPES.get(what, what).encode()
        at = found.end()
    return (codes + inside[at:].encode()).decode("utf-8", "replace")
