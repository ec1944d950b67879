"""Owns what makes a skill good to work with here: its name, its size, its sections. Pure.

Advice never keeps a skill from being used: files that were written for other tools work as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from console.prompts.quoting import open_fence

__all__ = ("DESCRIPTION_MAX", "ELEMENTS", "LARGEST", "advice_on")

ELEMENTS: Mapping[str, tuple[str, ...]] = {
    "When to use": ("when to use", "何时使用", "使用时机", "什么时候用"),
    "Steps": ("steps", "步骤"),
    "Inputs and outputs": ("inputs and outputs", "输入与输出", "输入和输出", "输入输出"),
    "How to check": ("how to check", "如何检查", "检查方法", "怎么检查"),
}
"""The four elements, each with the headings that it may have."""
LARGEST = 65_536
"""Bytes of a SKILL.md; a longer one is seldom read to its end."""
DESCRIPTION_MAX = 1024

_HEADING = re.compile(r" {0,3}#{1,6}[ \t]+(.*?)[ \t]*#*[ \t]*")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_AROUND = " :\uff1a*"
_NUMBERING = re.compile(r"^(?:\d+|[一二三四])[.、)\s]\s*")


def advice_on(path: Path, folder: str, front: Mapping[str, Any], body: str, first: int) -> Iterator[str]:
    """`file:line: better …, found …` for the SKILL.md at `path`, whose `body` begins in line `first`."""
    name, description = front.get("name"), front.get("description")
    if name != folder:
        yield f"{path}:1: better name: {folder}, as its folder is called, found {str(name)[:80] if name else 'none'}"
    if not description:
        yield f"{path}:1: better a description that says when to use it, found none; its first paragraph stands for it"
    elif len(str(description)) > DESCRIPTION_MAX:
        found = len(str(description))
        yield f"{path}:1: better a description of at most {DESCRIPTION_MAX} characters, found {found}; its end is cut"
    if len(body.encode()) > LARGEST:
        yield f"{path}:1: better at most {LARGEST} bytes, with the rest in files beside it, found more"
    if open_fence(body):
        yield f"{path}:{first}: better fences that are closed, found one that is left open"
    found_elements = dict(_sections(body))
    for element, headings in ELEMENTS.items():
        if element not in found_elements:
            yield f"{path}:{first}: better a heading {element} ({headings[1]}), found none"
        elif not found_elements[element]:
            yield f"{path}:{first}: better something below {element}, found nothing"


def _sections(body: str) -> Iterator[tuple[str, str]]:
    """Each of the four elements that is there, with what stands below its heading; comments are no content."""
    element, content, level, fence = "", [], 0, ""
    for line in [*body.split("\n"), "# "]:
        fence = open_fence(f"{fence}\n{line}") if fence else open_fence(line)
        found = None if fence else _HEADING.fullmatch(line)
        depth = len(line.lstrip()) - len(line.lstrip().lstrip("#")) if found else 0
        if found is None or (element and depth > level and not _element(found[1])):
            content.append(line)
            continue
        if element:
            yield element, _COMMENT.sub("", "\n".join(content)).strip()
        element, content, level = _element(found[1]), [], depth


def _element(heading: str) -> str:
    plain = _NUMBERING.sub("", heading.strip()).strip(_AROUND).casefold()
    return next((name for name, known in ELEMENTS.items() if plain in known), "")
