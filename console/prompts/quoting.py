"""Owns how text from others stands in a prompt: each of its lines behind `> `, so that none can pass for one of ours. Pure.

A fence can be closed by what it holds, and a cut may open one; a mark on each line holds whatever the text says and
wherever it is cut. Text of our own files keeps its lines; only its headings are lowered and its open fences closed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from console.text import one_line, safe

__all__ = ("FIELD_MAX", "closed", "item", "lowered", "named", "open_fence", "quoted")

FIELD_MAX = 4000
"""Characters of one comment, summary or finding before it is cut."""

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})(.*)")
_HEADING = re.compile(r" {0,3}(#{1,6})(?=[ \t]|$)")


def quoted(text: str, most: int = FIELD_MAX) -> str:
    """The lines of `text`, each behind `> `; from `most` characters on it is cut, which is said on a line of ours."""
    text = safe(text).strip("\n")
    note = ""
    if len(text) > most:
        note = (
            f"\n[cut: {len(text) - most} of {len(text)} characters are left out here; `blackboard read --json` has all]"
        )
        text = text[:most]
    return "\n".join(f"> {line}" if line.strip() else ">" for line in text.split("\n")) + note


def named(text: str, most: int = 500) -> str:
    """A title or a name of others as a part of one line of ours."""
    return one_line(text, most)


def item(text: str, place: str = "", most: int = FIELD_MAX) -> str:
    """A finding or the like as one item of a list; `place` says where, in brackets."""
    where = f" [{named(place)}]" if place else ""
    if "\n" in safe(text).strip() or len(text) > most:
        return "\n  ".join([f"-{where}", *quoted(text, most).split("\n")])
    return f"- {named(text, most)}{where}"


def lowered(markdown: str, by: int) -> str:
    """`markdown` with its headings `by` levels lower, as a part of something larger; fenced lines stay as they are."""
    return "\n".join(
        line if inside else _HEADING.sub(lambda m: "#" * min(len(m[1]) + by, 6), line)
        for line, inside in _lines(markdown)
    )


def closed(markdown: str) -> str:
    """`markdown`, and the end of the fence where one is left open, so that what follows it is not swallowed."""
    fence = open_fence(markdown)
    return f"{markdown}\n{fence}" if fence else markdown


def open_fence(markdown: str) -> str:
    """The mark that would close the fence that `markdown` leaves open; empty where it leaves none."""
    fence = ""
    for line in markdown.split("\n"):
        fence = _after(line, fence)
    return fence


def _lines(markdown: str) -> Iterator[tuple[str, bool]]:
    """Each line, and whether it lies in a fence."""
    fence = ""
    for line in markdown.split("\n"):
        yield line, bool(fence)
        fence = _after(line, fence)


def _after(line: str, fence: str) -> str:
    """The fence that is open behind `line`, given the one before it."""
    found = _FENCE.match(line)
    if found is None:
        return fence
    mark, rest = found[1], found[2]
    if not fence:
        return "" if mark[0] == "`" and "`" in rest else mark
    closes = mark[0] == fence[0] and len(mark) >= len(fence) and not rest.strip()
    return "" if closes else fence
