"""Owns the writing of skills: a new one to be filled in, and the installing of a draft as a version of a custom skill.

A reader finds the old version or the new one, whole, at any instant; the same content again changes nothing.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from console.crash import crash_point
from console.errors import ConfigError, Conflict, MoziError
from console.home import Home, make_private_folder, remember_name, valid_id, write_atomically
from console.knowledge.skill_file import ELEMENTS, FILES, read_skill
from console.records.skill import Skill
from console.scalars import as_text
from console.settings.yaml_file import parse

__all__ = ("NEXT", "VERSIONS", "install", "new")

NEXT = ".next-"
"""Begins the name of a version that is whole and about to take its place."""
VERSIONS = ".versions"
"""Folder beside the skills with the versions that were replaced: `<id>/<version>/`."""
_LOCK = ".lock"
_HINTS = {
    "When to use": "When does an agent need this, and when not?",
    "Steps": "What to do, in order; each step one thing that can be done and seen to be done.",
    "Inputs and outputs": "What must be there before; what is there afterwards, and where.",
    "How to check": "How whoever did it, and whoever reviews it, can tell that it was done well.",
}


def new(folder: Path, skill_id: str, *, description: str, roles: Sequence[str] = (), tags: Sequence[str] = ()) -> Path:
    """Make a skill to be filled in, in the folder of skills `folder`. It is a draft until its meta.yaml says otherwise.

    Raises UsageError for an id that is none, Conflict where there is one of that id.
    """
    target = folder / valid_id(skill_id, "skill")
    with _alone(folder):
        if os.path.lexists(target):
            raise Conflict(f"there is a skill {skill_id} already: {target}")
        meta = {"version": "1.0.0", "source": "operator", "tags": list(tags), "roles": list(roles), "draft": True}
        _place(folder, target, {"SKILL.md": _skeleton(skill_id, description), "meta.yaml": _yaml(meta)})
    return target


def install(
    home: Home,
    skill_id: str,
    draft: Path,
    *,
    source: str | None = None,
    tags: Sequence[str] | None = None,
    roles: Sequence[str] | None = None,
) -> Skill:
    """Make the skill in the folder `draft` the custom skill `skill_id` of the home; give it as it is installed.

    `source`, `tags` and `roles` replace what its meta.yaml says. A version that is not above the installed one becomes the
    next one; the old is kept below `.versions/`. The same content again changes nothing. Raises ConfigError with
    everything that is wrong with the draft, UsageError for an id that is none.
    """
    folder = home.path / "skills" / "custom"
    target = folder / valid_id(skill_id, "skill")
    found = read_skill(draft, "custom", as_id=skill_id)
    if found.problems:
        raise ConfigError(list(found.problems))
    texts = {name: (draft / name).read_text("utf-8-sig") for name in FILES if (draft / name).is_file()}
    meta = _meta(texts["meta.yaml"])
    meta.pop("draft", None)
    given = {"source": source, "tags": tags, "roles": roles}
    meta |= {key: list(v) if isinstance(v, list | tuple) else v for key, v in given.items() if v is not None}
    with _alone(folder):
        _finish(folder, target)
        old = read_skill(target, "custom", as_id=skill_id).skill if target.is_dir() else None
        if old is None or not _same(old, target, texts, meta):
            meta["version"] = _version(str(meta["version"]), old)
            _place(folder, target, texts | {"meta.yaml": _yaml(meta)}, replaced=old.version if old else "broken")
    installed = read_skill(target, "custom").skill
    if installed is None:
        raise MoziError(f"the skill {skill_id} was installed and cannot be read; see `moziplus skill check {skill_id}`")
    return installed


def _same(old: Skill, target: Path, texts: dict[str, str], meta: dict[str, Any]) -> bool:
    stored = {name: (target / name).read_text("utf-8") for name in FILES if (target / name).is_file()}
    same_meta = {**_meta(stored["meta.yaml"]), "version": ""} == {**meta, "version": ""}
    others = [name for name in FILES if name != "meta.yaml"]
    return same_meta and all(stored.get(name) == texts.get(name) for name in others)


def _version(wanted: str, old: Skill | None) -> str:
    """`wanted`, or where it is not above the old one, that with its second number one higher."""
    if old is None or _numbers(wanted) > _numbers(old.version):
        return wanted
    major, minor, _ = _numbers(old.version)
    return f"{major}.{minor + 1}.0"


def _numbers(version: str) -> tuple[int, int, int]:
    parts = [int(part) for part in version.split(".")] + [0, 0]
    return parts[0], parts[1], parts[2]


def _place(folder: Path, target: Path, texts: dict[str, str], *, replaced: str = "") -> None:
    """Write beside, then rename: first the old one away, then the new one in its place. Both are whole all the time."""
    making = folder / f".making-{uuid.uuid4().hex}"
    following = folder / f"{NEXT}{target.name}"
    try:
        make_private_folder(making)
        for name, text in texts.items():
            write_atomically(making / name, text)
        shutil.rmtree(following, ignore_errors=True)
        making.rename(following)
    finally:
        shutil.rmtree(making, ignore_errors=True)
    remember_name(folder)
    crash_point("skill.written")
    if target.exists():
        target.rename(_kept(folder, target.name, replaced))
        crash_point("skill.between")
    _finish(folder, target)


def _finish(folder: Path, target: Path) -> None:
    """What an install that was broken off between its two renames has left to do."""
    following = folder / f"{NEXT}{target.name}"
    if following.is_dir() and not target.exists():
        following.rename(target)
        remember_name(folder)


def _kept(folder: Path, skill_id: str, version: str) -> Path:
    """Where the replaced version goes; a version of that name that is there already stays."""
    make_private_folder(folder / VERSIONS)
    make_private_folder(folder / VERSIONS / skill_id)
    place = folder / VERSIONS / skill_id / version
    n = 1
    while place.exists():
        n += 1
        place = folder / VERSIONS / skill_id / f"{version}-{n}"
    return place


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One writer of a folder of skills at a time. The lock dies with its holder; its file stays."""
    make_private_folder(folder)
    descriptor = os.open(folder / _LOCK, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        for left in folder.glob(".making-*"):
            shutil.rmtree(left, ignore_errors=True)
        yield
    finally:
        os.close(descriptor)


def _meta(text: str) -> dict[str, Any]:
    """What a meta.yaml that was found right says."""
    return dict(as_text(parse(text, "meta.yaml").values))


def _yaml(meta: dict[str, Any]) -> str:
    return yaml.safe_dump(meta, allow_unicode=True, sort_keys=False, width=120)


def _skeleton(skill_id: str, description: str) -> str:
    front = yaml.safe_dump(
        {"name": skill_id, "description": description}, allow_unicode=True, sort_keys=False, width=9999
    )
    parts = "\n".join(f"## {element}\n\n<!-- {_HINTS[element]} -->\n" for element in ELEMENTS)
    return f"---\n{front}---\n\n# {skill_id}\n\n{parts}"
