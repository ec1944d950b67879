"""Owns the files of one skill: what SKILL.md and meta.yaml must say, and the Skill that comes of them when they do.

Names everything that is wrong at once, with file and line. Follows no link that leaves the skill's folder.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from console.errors import UsageError
from console.home import valid_id
from console.prompts.quoting import open_fence
from console.records.skill import Skill
from console.scalars import as_text, value_of
from console.settings.yaml_file import Document, Problem, parse
from console.text import one_line, safe

__all__ = ("ELEMENTS", "FILES", "Reading", "read_skill")

FILES = ("SKILL.md", "template.md", "meta.yaml")
ELEMENTS: Mapping[str, tuple[str, ...]] = {
    "When to use": ("when to use", "何时使用", "使用时机", "什么时候用"),
    "Steps": ("steps", "步骤"),
    "Inputs and outputs": ("inputs and outputs", "输入与输出", "输入和输出", "输入输出"),
    "How to check": ("how to check", "如何检查", "检查方法", "怎么检查"),
}
"""The four elements, each with the headings that it may have."""
LARGEST = 65_536
"""Bytes of a file of a skill."""
DESCRIPTION_MAX = 1024
KEYS = ("version", "source", "tags", "roles", "draft")

_VERSION = re.compile(r"\d{1,6}(?:\.\d{1,6}){0,2}")
_HEADING = re.compile(r" {0,3}#{1,6}[ \t]+(.*?)[ \t]*#*[ \t]*")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_AROUND = " :\uff1a*"
_NUMBERING = re.compile(r"^(?:\d+|[一二三四])[.、)\s]\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was found in a skill's folder."""

    id: str
    folder: Path
    skill: Skill | None
    """None where it cannot be used."""
    problems: tuple[str, ...] = ()
    """`file:line: expected …, found …`; empty where it can be used."""
    draft: bool = False
    """Its meta.yaml says so: it is not used, whatever is wrong with it."""


@dataclass(slots=True)
class _Notes:
    """What is wrong so far."""

    lines: list[str] = field(default_factory=list)

    def add(self, file: Path, line: int, expected: str, found: str) -> None:
        self.lines.append(f"{file}:{line}: expected {expected}, found {found}")


def read_skill(folder: Path, origin: str, *, as_id: str | None = None) -> Reading:
    """The skill in `folder`, whose id is the folder's name unless `as_id` says another. Raises OSError where it went away."""
    wrong = _Notes()
    skill_id = as_id or folder.name
    try:
        valid_id(skill_id, "skill")
    except UsageError as error:
        wrong.lines.append(f"{folder}: {error}")
    texts = {name: _text(folder / name, folder, wrong, needed=name != "template.md") for name in FILES}
    meta = _meta(folder / "meta.yaml", texts["meta.yaml"], wrong)
    front, body = _skill_md(folder / "SKILL.md", texts["SKILL.md"], skill_id, wrong)
    draft = value_of(meta.get("draft")) is True
    skill = None
    if not wrong.lines and not draft:
        skill = Skill(
            id=skill_id,
            version=str(meta["version"]),
            description=one_line(front["description"], DESCRIPTION_MAX),
            origin=origin,
            folder=str(folder),
            source=as_text(meta.get("source")),
            tags=tuple(as_text(meta.get("tags") or ())),
            roles=tuple(as_text(meta.get("roles") or ())),
            body=safe(body).strip() + "\n",
            template=safe(texts["template.md"] or ""),
        )
    return Reading(id=skill_id, folder=folder, skill=skill, problems=tuple(wrong.lines), draft=draft)


def _text(path: Path, folder: Path, wrong: _Notes, *, needed: bool) -> str | None:
    """What a plain file of the folder says; None where it cannot be had."""
    try:
        if not path.resolve(strict=True).is_relative_to(folder.resolve()):
            wrong.add(path, 1, "a file of the skill's own folder", "a link that leaves it")
            return None
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                wrong.add(path, 1, "a plain file", "something else")
                return None
            content = file.read(LARGEST + 1)
    except FileNotFoundError:
        if needed or os.path.lexists(path):
            wrong.add(path, 1, f"a file {path.name}", "none")
        return None
    except (OSError, RuntimeError) as error:
        wrong.add(path, 1, "a file that can be read", getattr(error, "strerror", None) or str(error))
        return None
    if len(content) > LARGEST:
        wrong.add(path, 1, f"at most {LARGEST} bytes", "more")
        return None
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        wrong.add(path, content.count(b"\n", 0, error.start) + 1, "UTF-8 text", f"byte 0x{content[error.start]:02x}")
        return None


def _meta(path: Path, text: str | None, wrong: _Notes) -> dict[str, Any]:
    if text is None:
        return {}
    try:
        document = parse(text, str(path))
    except Problem as problem:
        wrong.lines.append(str(problem))
        return {}
    values = document.values
    for key in values:
        if key not in KEYS:
            wrong.lines.append(_at(document, key, f"one of {', '.join(KEYS)}", "a key that is not known"))
    version = values.get("version")
    if not isinstance(version, str) or not _VERSION.fullmatch(version):
        found = "nothing" if version is None else one_line(repr(version), 60)
        wrong.lines.append(_at(document, "version", "a version such as 1.0.0", found))
    if not isinstance(values.get("source") or "", str):
        wrong.lines.append(_at(document, "source", "text", "something else"))
    for key in ("tags", "roles"):
        words = values.get(key) or []
        if not isinstance(words, list) or not all(isinstance(w, str) and 0 < len(w) <= 80 for w in words):
            wrong.lines.append(_at(document, key, "a list of words", "something else"))
    if not isinstance(value_of(values.get("draft")) or False, bool):
        wrong.lines.append(_at(document, "draft", "true or false", "something else"))
    return values


def _at(document: Document, key: str, expected: str, found: str) -> str:
    return f"{document.where((key,))}: {one_line(key, 80)}: expected {expected}, found {found}"


def _skill_md(path: Path, text: str | None, skill_id: str, wrong: _Notes) -> tuple[dict[str, Any], str]:
    """(front matter, body)."""
    if text is None:
        return {}, ""
    front, body, first = _split(path, text, wrong)
    if front is not None:
        _check_front(path, front, skill_id, wrong)
    if open_fence(body):
        wrong.add(path, first, "fences that are closed", "one that is left open")
    found = {element: content for element, content in _sections(body)}
    for element, headings in ELEMENTS.items():
        if element not in found:
            wrong.add(path, first, f"a heading {element} ({headings[1]})", "none")
        elif not found[element]:
            wrong.add(path, first, f"something below {element}", "nothing")
    return front or {}, body


def _split(path: Path, text: str, wrong: _Notes) -> tuple[dict[str, Any] | None, str, int]:
    """(front matter, body, line at which the body begins)."""
    lines = text.split("\n")
    end = next((n for n, line in enumerate(lines[1:], 1) if line.rstrip() == "---"), None)
    if lines[0].rstrip() != "---" or end is None:
        wrong.add(path, 1, "front matter between two lines of ---, with name and description", "none")
        return None, text, 1
    try:
        values = parse("\n" + "\n".join(lines[1:end]), str(path)).values  # its lines count as they stand in the file
    except Problem as problem:
        wrong.lines.append(str(problem))
        return None, "\n".join(lines[end + 1 :]), end + 2
    return values, "\n".join(lines[end + 1 :]), end + 2


def _check_front(path: Path, front: dict[str, Any], skill_id: str, wrong: _Notes) -> None:
    """Further keys are those of other tools, and left to them."""
    name, description = front.get("name"), front.get("description")
    if name != skill_id:
        wrong.add(path, 1, f"name: {skill_id}, as its folder is called", one_line(repr(name), 80))
    if not isinstance(description, str) or not 1 <= len(description.strip()) <= DESCRIPTION_MAX:
        wrong.add(
            path, 1, f"a description of 1 to {DESCRIPTION_MAX} characters that says when to use it", "none of these"
        )


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
