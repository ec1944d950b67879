"""Owns the writing of skills: a new one to be filled in, and the installing of files as a version of a skill.

A reader finds the old version or the new one, whole, at any instant; the same content again changes nothing.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from console.crash import crash_point
from console.errors import ConfigError, Conflict, MoziError
from console.home import Home, make_private_folder, remember_name, valid_id
from console.knowledge.skill_advice import ELEMENTS
from console.knowledge.skill_file import MAIN, read_skill
from console.records.skill import Skill
from console.safe_files import Unsafe, chunks, entries, is_file, opened, read
from console.scalars import as_text
from console.settings.yaml_file import Problem, parse

__all__ = ("NEXT", "VERSIONS", "SkillFile", "install", "install_files", "new")

NEXT = ".next-"
"""Begins the name of a version that is whole and about to take its place."""
VERSIONS = ".versions"
"""Folder beside the skills with the versions that were replaced: `<id>/<version>/`."""
META = "meta.yaml"
_LOCK = ".lock"
_MOST = 32 << 20
"""Bytes of a file that are read; a skill that is installed has no larger one."""
_HINTS = {
    "When to use": "When does an agent need this, and when not?",
    "Steps": "What to do, in order; each step one thing that can be done and seen to be done.",
    "Inputs and outputs": "What must be there before; what is there afterwards, and where.",
    "How to check": "How whoever did it, and whoever reviews it, can tell that it was done well.",
}


@dataclass(frozen=True, slots=True)
class SkillFile:
    """One file of a skill."""

    content: bytes
    runs: bool = False
    """It may be executed."""


def new(folder: Path, skill_id: str, *, description: str, roles: Sequence[str] = (), tags: Sequence[str] = ()) -> Path:
    """Make a skill to be filled in, in the folder of skills `folder`. It is a draft until its meta.yaml says otherwise.

    Raises UsageError for an id that is none, Conflict where there is one of that id.
    """
    target = folder / valid_id(skill_id, "skill")
    with _alone(folder):
        if os.path.lexists(target):
            raise Conflict(f"there is a skill {skill_id} already: {target}")
        meta = {"version": "1.0.0", "source": "operator", "tags": list(tags), "roles": list(roles), "draft": True}
        files = {MAIN: _skeleton(skill_id, description), META: _yaml(meta)}
        _place(folder, target, {name: SkillFile(text.encode()) for name, text in files.items()})
    return target


def install(home: Home, skill_id: str, draft: Path, **given: Any) -> Skill:
    """Make the few files of the folder `draft` the custom skill `skill_id` of the home; see `install_files`."""
    files = {name: SkillFile(read(draft, name, most=_MOST)) for name in entries(draft) if is_file(draft, name)}
    return install_files(home.path / "skills" / "custom", skill_id, files, **given)


def install_files(
    folder: Path,
    skill_id: str,
    files: Mapping[str, SkillFile],
    *,
    source: str | None = None,
    tags: Sequence[str] | None = None,
    roles: Sequence[str] | None = None,
    strict: bool = False,
) -> Skill:
    """Make `files` (by their paths) the skill `skill_id` in the folder of skills `folder`; give it as it is installed.

    `source`, `tags` and `roles` replace what its meta.yaml says. A version that is not above the installed one becomes the
    next one; the old is kept below `.versions/`. The same content again changes nothing. Raises ConfigError with what
    keeps it from being used (`strict`: also with what is only advised), UsageError for an id that is none.
    """
    target = folder / valid_id(skill_id, "skill")
    version = _judged(skill_id, files, strict=strict)
    meta = _meta(files.get(META, SkillFile(b"")).content)
    meta.pop("draft", None)
    given = {"source": source, "tags": tags, "roles": roles}
    meta |= {key: list(v) if isinstance(v, list | tuple) else v for key, v in given.items() if v is not None}
    with _alone(folder):
        _finish(folder, target)
        old = read_skill(target, "custom").skill if target.is_dir() else None
        if old is None or not _same(target, files, meta):
            meta["version"] = _version(version, old)
            whole = {**files, META: SkillFile(_yaml(meta).encode())}
            _place(folder, target, whole, replaced=old.version if old else "broken")
    installed = read_skill(target, "custom").skill
    if installed is None:
        raise MoziError(f"the skill {skill_id} was installed and cannot be read; see `moziplus skill check {skill_id}`")
    return installed


def _judged(skill_id: str, files: Mapping[str, SkillFile], *, strict: bool) -> str:
    """Its version. Raises ConfigError where it could not be used."""
    with tempfile.TemporaryDirectory(prefix="moziplus-skill-") as made:
        draft = Path(made) / skill_id
        _write(draft, {name: file for name, file in files.items() if "/" not in name})
        found = read_skill(draft, "custom")
        wrong = [*found.problems, *(found.advice if strict else ())]
        if wrong:
            raise ConfigError([line.replace(f"{draft}/", "") for line in wrong])
        return found.version


def _same(target: Path, files: Mapping[str, SkillFile], meta: dict[str, Any]) -> bool:
    stored: dict[str, bytes] = {}
    for place, _, names in os.walk(target):
        for name in names:
            path = str((Path(place) / name).relative_to(target))
            try:
                with opened(target, path, databases=frozenset) as (descriptor, _found):
                    stored[path] = b"".join(chunks(descriptor, _MOST))
            except Unsafe:  # somebody put a link or a pipe there
                return False
    same_meta = {**_meta(stored.pop(META, b"")), "version": ""} == {**meta, "version": ""}
    return same_meta and stored == {name: file.content for name, file in files.items() if name != META}


def _version(wanted: str, old: Skill | None) -> str:
    """`wanted`, or where it is not above the old one, that with its second number one higher."""
    if old is None or _numbers(wanted) > _numbers(old.version):
        return wanted
    major, minor, _ = _numbers(old.version)
    return f"{major}.{minor + 1}.0"


def _numbers(version: str) -> tuple[int, int, int]:
    parts = [int(part) if part.isdecimal() else 0 for part in version.lstrip("vV").split(".")[:3]] + [0, 0]
    return parts[0], parts[1], parts[2]


def _place(folder: Path, target: Path, files: Mapping[str, SkillFile], *, replaced: str = "") -> None:
    """Write beside, then rename: first the old one away, then the new one in its place. Both are whole all the time."""
    making = folder / f".making-{uuid.uuid4().hex}"
    following = folder / f"{NEXT}{target.name}"
    try:
        _write(making, files)
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


def _write(folder: Path, files: Mapping[str, SkillFile]) -> None:
    """The files below `folder`, private, on the disk."""
    make_private_folder(folder)
    for name, file in files.items():
        path = folder / name
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o700 if file.runs else 0o600)
        with os.fdopen(descriptor, "wb") as made:
            made.write(file.content)
            made.flush()
            os.fsync(made.fileno())
    remember_name(folder)


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


def _meta(content: bytes) -> dict[str, Any]:
    """What a meta.yaml says; nothing where it is missing or wrong."""
    try:
        return dict(as_text(parse(content.decode("utf-8-sig"), META).values))
    except (Problem, UnicodeDecodeError):
        return {}


def _yaml(meta: dict[str, Any]) -> str:
    return yaml.safe_dump(meta, allow_unicode=True, sort_keys=False, width=120)


def _skeleton(skill_id: str, description: str) -> str:
    front = yaml.safe_dump(
        {"name": skill_id, "description": description}, allow_unicode=True, sort_keys=False, width=9999
    )
    parts = "\n".join(f"## {element}\n\n<!-- {_HINTS[element]} -->\n" for element in ELEMENTS)
    return f"---\n{front}---\n\n# {skill_id}\n\n{parts}"
