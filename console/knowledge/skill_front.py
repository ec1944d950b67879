"""Owns the front matter of a SKILL.md: where it begins and ends, and what it says, in every form that real ones have.

Front matter that is no strict YAML is read line by line; it never refuses a file that has a name or a description in it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from console.scalars import as_text
from console.settings.yaml_file import Problem, parse

__all__ = ("Front", "read_front")

_LINE = re.compile(r"([A-Za-z][\w .-]{0,60}?)[ \t]*:(?:[ \t]+(.*)|[ \t]*)$")
_FENCE = re.compile(r"(`{3,}|~{3,})[ \t]*(?:markdown|md|yaml)?[ \t]*")
_BLOCK = re.compile(r"[|>][-+0-9]*")
_QUOTED = re.compile(r"\"(.*)\"|'(.*)'", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Front:
    """What stands between the two lines of ---."""

    values: dict[str, Any] = field(default_factory=dict)
    """Each key with its text, list or mapping, those of other tools too."""
    body: str
    first: int
    """Line at which the body begins."""
    problem: str = ""
    """Why it is no strict YAML, with file and line."""
    found: bool = True


def read_front(text: str, file: str) -> Front:
    """The front matter of `text`. Blank lines before it, and a fence around the whole file, are no reason to miss it."""
    lines = text.split("\n")
    start = next((n for n, line in enumerate(lines) if line.strip()), 0)
    if fence := _FENCE.fullmatch(lines[start].strip()):
        last = next((n for n in range(len(lines) - 1, start, -1) if lines[n].strip()), start)
        if lines[last].strip() == fence[1]:
            lines[last] = ""
            start = next((n for n in range(start + 1, len(lines)) if lines[n].strip()), start)
    end = next((n for n in range(start + 1, len(lines)) if lines[n].rstrip() in ("---", "...")), None)
    if lines[start].strip() != "---" or end is None:
        return Front(body=text, first=1, found=False)
    inside, body = lines[start + 1 : end], "\n".join(lines[end + 1 :])
    try:
        # Its lines count as they stand in the file.
        values = parse("\n" * (start + 1) + "\n".join(inside), file).values
        return Front(values=dict(as_text(values)), body=body, first=end + 2)
    except Problem as problem:
        return Front(values=_by_line(inside), body=body, first=end + 2, problem=str(problem))


def _by_line(lines: list[str]) -> dict[str, Any]:
    """`key: the rest of the line`, with the indented lines below it; the first of two equal keys holds."""
    values: dict[str, str] = {}
    key = ""
    for line in lines:
        found = _LINE.fullmatch(line.rstrip()) if line[:1].strip() else None
        if found:
            key = "" if found[1] in values else found[1]
            rest = (found[2] or "").strip()
            if key:
                values[key] = "" if _BLOCK.fullmatch(rest) else rest
        elif key and line.strip():
            values[key] = f"{values[key]}\n{line.strip()}".strip()
    return {key: _unquoted(value) for key, value in values.items()}


def _unquoted(value: str) -> str:
    found = _QUOTED.fullmatch(value)
    return value if found is None else (found[1] or found[2] or "")
