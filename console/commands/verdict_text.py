"""Owns the text of a verdict as the operator writes it: findings with their places and the comment, line by line.

A line `path:line text` is a finding where the task has such an output, one that begins with `- ` always is; what is indented
under it belongs to it, and everything else is the comment. Knows no database.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from console.commands.reviews import Finding
from console.commands.text import Line, Prose

__all__ = ("Written", "as_line", "read_verdict")

_MARK, _UNDER = "- ", "  "
_PLACE = re.compile(r"(?P<path>\S+?)(?::(?P<line>\d{1,7}))?:?\s+(?=\S)")


@dataclass(frozen=True, slots=True)
class Written:
    """What a text says."""

    comment: str
    findings: tuple[Finding, ...]


def as_line(text: str, place: str = "") -> str:
    """A finding as a line of such a text."""
    said = f"{place} {text}" if place else text
    return _MARK + said.strip().replace("\n", f"\n{_UNDER}")


def read_verdict(text: str, paths: Iterable[str]) -> Written:
    """`paths` are those of the task's outputs."""
    known = tuple(paths)
    comment: list[str] = []
    found: list[Finding] = []
    said: list[str] = []  # of the finding that is read
    for line in [*text.splitlines(), ""]:
        if said and line.startswith(_UNDER):
            said.append(line.removeprefix(_UNDER))
            continue
        if said:
            found.append(_finding("\n".join(said), known))
            said = []
        body = line.removeprefix(_MARK)
        if body.strip() and (body != line or _place(line, known) is not None):
            said = [body]
        else:
            comment.append(line)
    return Written("\n".join(comment).strip(), tuple(found))


def _finding(text: str, known: tuple[str, ...]) -> Finding:
    place = _place(text, known)
    if place is None:
        return Finding(text=Prose(text))
    number = place["line"]
    return Finding(
        text=Prose(text[place.end() :]), path=Line(place["path"]), line=int(number) if number is not None else None
    )


def _place(text: str, known: tuple[str, ...]) -> re.Match[str] | None:
    """The place that a line begins with; None where the task has no such output."""
    found = _PLACE.match(text)
    path = found["path"].removeprefix("./") if found is not None else ""
    return found if path and any(each == path or each.endswith(f"/{path}") for each in known) else None
