"""Owns the files of one skill as they are read: its SKILL.md, what is beside it, and the Skill that comes of them.

Files that were written for other tools are taken as they are; only what cannot be read at all is a problem, the rest is
advice. Follows no link that leaves the skill's folder.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from console.knowledge.skill_advice import DESCRIPTION_MAX, advice_on
from console.knowledge.skill_front import Front, read_front
from console.records.skill import Skill
from console.safe_files import Unsafe, chunks, opened
from console.scalars import as_text, value_of
from console.settings.yaml_file import Document, Problem, parse
from console.text import decoded, one_line, safe

__all__ = ("FILES", "KEYS", "MAIN", "Reading", "read_skill", "skill_id_of")

MAIN = "SKILL.md"
FILES = (MAIN, "template.md", "meta.yaml")
KEYS = ("version", "source", "tags", "roles", "draft")
VERSION = "1.0.0"
"""Of a skill that names none."""
READ = 1_048_576
"""Bytes of a file that are read."""
LISTED = 40
"""Files beside SKILL.md that agents are told of by name."""
PASSED_OVER = frozenset({".git", ".DS_Store", "__MACOSX", "__pycache__", "node_modules", ".venv"})

_VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z.+_-]{0,39}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was found in a skill's folder."""

    id: str
    folder: Path
    skill: Skill | None
    """None where it cannot be used."""
    problems: tuple[str, ...] = ()
    """`file:line: expected …, found …`; empty where it can be used."""
    advice: tuple[str, ...] = ()
    """`file:line: better …, found …`: it is used all the same."""
    draft: bool = False
    """Its meta.yaml says so: it is not used, whatever is wrong with it."""
    front: Mapping[str, Any] = field(default_factory=dict)
    """Its whole front matter, with the keys of other tools."""
    version: str = VERSION
    """Of a draft too."""


class _Unreadable(Exception):
    """Why a file cannot be had, as `file:line: expected …, found …`."""


def skill_id_of(name: str) -> str:
    """An id from the name of a folder, or from what a SKILL.md calls itself: the same word however it is composed."""
    plain = re.sub(r"[^\w.+ -]+", "-", unicodedata.normalize("NFC", one_line(name, 80)))
    return plain.strip(" .-") or "skill"


def read_skill(folder: Path, origin: str, *, as_id: str | None = None) -> Reading:
    """The skill in `folder`, whose id is the folder's name unless `as_id` says another. Raises OSError where it went away."""
    skill_id = skill_id_of(as_id or folder.name)
    advice: list[str] = []
    meta, template = _meta(folder, advice)
    draft = value_of(meta.get("draft")) is True
    try:
        front, description = _front(folder / MAIN, folder, skill_id)
    except _Unreadable as problem:
        return Reading(id=skill_id, folder=folder, skill=None, problems=(str(problem),), draft=draft)
    if front.problem:
        advice.insert(0, f"{front.problem}; it is read line by line")
    advice += advice_on(folder / MAIN, as_id or folder.name, front.values, front.body, front.first)
    version = _version(meta, front.values)
    skill = Skill(
        id=skill_id,
        version=version,
        description=one_line(description, DESCRIPTION_MAX),
        origin=origin,
        folder=str(folder),
        source=as_text(meta.get("source")),
        tags=tuple(as_text(meta.get("tags") or ())),
        roles=tuple(as_text(meta.get("roles") or ())),
        body=safe(front.body).strip() + "\n",
        template=safe(template),
        files=tuple(_beside(folder)),
    )
    return Reading(
        id=skill_id,
        folder=folder,
        skill=None if draft else skill,
        advice=tuple(advice),
        draft=draft,
        front=front.values,
        version=version,
    )


def _front(main: Path, folder: Path, skill_id: str) -> tuple[Front, str]:
    """(what SKILL.md says, its description). Raises _Unreadable."""
    front = read_front(_text(main, folder), str(main))
    if not front.found:
        raise _Unreadable(
            f"{main}:1: expected front matter, found none: begin the file with a line ---, `name: {skill_id}`,"
            " `description: what it is for, and when to use it`, and a line ---"
        )
    description = _description(front)
    if not description:
        raise _Unreadable(f"{main}:1: expected a description that says when to use it, or a text, found neither")
    return front, description


def _description(front: Front) -> str:
    """What the front matter says, else the first paragraph of the text."""
    said = front.values.get("description")
    if isinstance(said, str) and said.strip():
        return said.strip()
    paragraphs = (part.strip() for part in front.body.split("\n\n"))
    return next((part for part in paragraphs if part and not part.startswith(("#", "<!--", "```"))), "")


def _version(meta: Mapping[str, Any], front: Mapping[str, Any]) -> str:
    """Of meta.yaml, else of the front matter, where other tools say it."""
    other = front.get("metadata")
    for place in (meta, front, other if isinstance(other, Mapping) else {}):
        if isinstance(found := place.get("version"), str) and _VERSION.fullmatch(found):
            return str(found)
    return VERSION


def _text(path: Path, folder: Path) -> str:
    """What a plain file of the folder says, as far as it is read. Raises _Unreadable."""
    try:
        top, real = folder.resolve(strict=True), path.resolve(strict=True)
        if not real.is_relative_to(top):
            raise _Unreadable(f"{path}:1: expected a file of the skill's own folder, found a link that leaves it")
        with opened(top, real.relative_to(top), databases=frozenset) as (descriptor, _):  # installers link files hard
            content = b"".join(chunks(descriptor, READ))
    except Unsafe as error:
        raise _Unreadable(f"{path}:1: expected a plain file, found something else ({error.strerror})") from error
    except FileNotFoundError:
        raise _Unreadable(f"{path}:1: expected a file {path.name}, found none") from None
    except (OSError, RuntimeError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise _Unreadable(f"{path}:1: expected a file that can be read, found {why}") from error
    if b"\0" in content:
        raise _Unreadable(
            f"{path}:{content.count(bytes([10]), 0, content.index(0)) + 1}: expected text, found byte 0x00"
        )
    return decoded(content.removeprefix(b"\xef\xbb\xbf")).replace("\r\n", "\n").replace("\r", "\n")


def _meta(folder: Path, advice: list[str]) -> tuple[dict[str, Any], str]:
    """(what meta.yaml says, template.md), as far as they are there and can be read."""
    path, template = folder / "meta.yaml", ""
    try:
        if os.path.lexists(folder / "template.md"):
            template = _text(folder / "template.md", folder)
    except _Unreadable as problem:
        advice.append(str(problem))
    try:
        document = parse(_text(path, folder), str(path)) if os.path.lexists(path) else Document(file=str(path))
    except (_Unreadable, Problem) as problem:
        advice.append(str(problem))
        return {}, template
    values = document.values
    for key, value in list(values.items()):
        if wrong := _wrong(key, value):
            at = f"{document.where((key,))}: {one_line(key, 80)}"
            advice.append(f"{at}: expected {wrong}, found {_shown(value)}; it is left out")
            del values[key]
    return values, template


def _wrong(key: str, value: Any) -> str:
    """What a key of meta.yaml should have been; empty where it is right."""
    if key not in KEYS:
        return f"one of {', '.join(KEYS)}"
    if key == "version":
        return "" if isinstance(value, str) and _VERSION.fullmatch(value) else "a version such as 1.0.0"
    if value is None:
        return ""
    if key == "draft":
        return "" if isinstance(value_of(value), bool) else "true or false"
    if key == "source":
        return "" if isinstance(value, str) else "text"
    right = isinstance(value, list) and all(isinstance(word, str) and 0 < len(word) <= 80 for word in value)
    return "" if right else "a list of words"


def _shown(value: Any) -> str:
    return one_line(value, 60) if isinstance(value, str) else "nothing" if value is None else "something else"


def _beside(folder: Path) -> Iterator[str]:
    """The files that came with it, by their paths, so that agents find them; no link is followed."""
    found = 0
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in PASSED_OVER and not name.startswith("."))
        for name in sorted(files):
            path = os.path.relpath(os.path.join(place, name), folder)
            if path in FILES or name in PASSED_OVER or name.startswith("."):
                continue
            found += 1
            if found > LISTED:
                return
            yield one_line(path, 200)
