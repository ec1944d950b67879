"""Owns the way of a distilled skill from what its task handed in to the home's custom skills.

Takes the files as they were recorded and reviewed, not as they are now. Never lets a skill that agents made take the
place of one that was shipped, or that the operator made.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Sequence
from pathlib import Path

from console.artifacts import place_of
from console.errors import Conflict, UsageError
from console.home import Home, valid_id
from console.knowledge.skills import find, install, places
from console.prompts.distil import SKILL_FILES
from console.records.output import Output
from console.records.skill import Skill
from console.safe_files import read
from console.settings.yaml_file import Problem, parse

__all__ = ("install_distilled",)

LARGEST = 65_536
DISTILLED = "distilled"
"""How the `source` of a skill begins that may be replaced by one that was distilled later."""
_TEMPLATE = "outputs/skill/template.md"


def install_distilled(home: Home, task_folder: Path, outputs: Sequence[Output], *, tag: str, source: str) -> Skill:
    """Install what the task handed in as a custom skill with `tag` among its tags; give it as it is installed.

    The same again changes nothing. Raises UsageError or ConfigError with what is wrong with it, Conflict where its name
    is taken, OSError where it cannot be written.
    """
    recorded = {output.path: output for output in outputs}
    missing = [path for path in SKILL_FILES if path not in recorded]
    if missing:
        raise UsageError(f"{' and '.join(missing)} must be recorded with `blackboard output`")
    texts = {
        Path(path).name: _as_recorded(task_folder, recorded[path])
        for path in (*SKILL_FILES, _TEMPLATE)
        if path in recorded
    }
    name = _name(texts["SKILL.md"].decode("utf-8", "replace"))
    _refuse_taken(home, name)
    with tempfile.TemporaryDirectory(prefix="moziplus-skill-") as folder:
        for file, content in texts.items():
            (Path(folder) / file).write_bytes(content)
        return install(
            home, name, Path(folder), source=source, tags=_tags(texts["meta.yaml"], tag), roles=(), strict=True
        )


def _as_recorded(task_folder: Path, output: Output) -> bytes:
    if output.size > LARGEST:
        raise UsageError(f"{output.path} has {output.size} bytes; a file of a skill has at most {LARGEST}")
    content = read(*place_of(task_folder, output.path, output.sha256), most=LARGEST + 1)
    if hashlib.sha256(content).hexdigest() != output.sha256:
        raise UsageError(f"{output.path} is not what was recorded any more; record and submit it again")
    return content


def _name(skill_md: str) -> str:
    """The `name:` of its front matter."""
    lines = skill_md.removeprefix("\ufeff").splitlines()
    end = next((n for n, line in enumerate(lines[1:], 1) if line.rstrip() == "---"), None)
    if not lines or lines[0].rstrip() != "---" or end is None:
        raise UsageError("SKILL.md has no front matter: name and description between two lines of ---")
    try:
        name = parse("\n".join(["", *lines[1:end]]), "SKILL.md").values.get("name")
    except Problem as problem:
        raise UsageError(str(problem)) from problem
    return valid_id(name if isinstance(name, str) else "", "skill")


def _tags(meta: bytes, tag: str) -> list[str]:
    """Its own, and the one that it was distilled from. What is wrong with the file is told by the install."""
    try:
        own = parse(meta.decode(), "meta.yaml").values
        found = [str(word) for word in own.get("tags") or [] if isinstance(word, str)]
    except (Problem, TypeError, UnicodeDecodeError):
        found = []
    return list(dict.fromkeys([tag, *found]))


def _refuse_taken(home: Home, name: str) -> None:
    for skill in find(places(home.path)):
        if skill.id == name and not skill.source.startswith(DISTILLED):
            whose = "shipped" if skill.origin == "builtin" else "the operator's"
            raise Conflict(f"there is a skill {name} already, and it is {whose}; give the new one another name")
