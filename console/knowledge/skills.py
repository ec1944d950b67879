"""Owns where skills are looked for, and which of several of one name holds: the project's, the home's custom, a builtin.

A skill that is broken never stands in the way: it is left out, the next place that has a good one is taken, and the
problem is told. Nothing here writes; see skill_install.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from console.errors import UsageError
from console.home import valid_id
from console.knowledge.skill_file import MAIN, Reading, read_skill, skill_id_of
from console.knowledge.skill_front import read_front
from console.knowledge.skill_install import NEXT, install, install_files, new
from console.records.skill import Skill
from console.shipped_files import shipped
from console.text import decoded, one_line

__all__ = (
    "BUILTIN",
    "CUSTOM",
    "PROJECT",
    "Found",
    "Place",
    "Reading",
    "add",
    "check",
    "find",
    "install",
    "look",
    "new",
    "places",
)

_LOOKS = 4
BUILTIN, CUSTOM, PROJECT = "builtin", "custom", "project"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A folder of skills."""

    origin: str
    """project, custom or builtin."""
    folder: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One skill of one place, whether it holds or not."""

    place: Place
    reading: Reading
    holds: bool
    """It is the one that agents get."""


def places(home: Path, project_folder: Path | None = None) -> tuple[Place, ...]:
    """Where skills are looked for, first to last. The shipped ones are found where they lie, so upgrades reach them."""
    found = [
        Place(origin=CUSTOM, folder=home / "skills" / "custom"),
        Place(origin=BUILTIN, folder=home / "skills" / "builtins"),
        Place(origin=BUILTIN, folder=shipped("config", "skills")),
    ]
    if project_folder is not None:
        found.insert(0, Place(origin=PROJECT, folder=project_folder / "skills"))
    return tuple(found)


def find(places: Sequence[Place], problems: list[str] | None = None) -> tuple[Skill, ...]:
    """The skills that hold, in the order of the places; what is wrong with the others is added to `problems`."""
    skills = []
    for found in look(places):
        if found.holds and found.reading.skill is not None:
            skills.append(found.reading.skill)
        elif problems is not None and not found.reading.draft:
            problems += found.reading.problems
    return tuple(skills)


def look(places: Sequence[Place]) -> tuple[Found, ...]:
    """Every skill of every place: those that hold, those that another one overrides, drafts, and broken ones."""
    seen: set[str] = set()
    found = []
    for place in places:
        for reading in _readings(place):
            holds = reading.skill is not None and reading.id not in seen
            if holds:
                seen.add(reading.id)
            found.append(Found(place=place, reading=reading, holds=holds))
    return tuple(found)


def check(folder: Path) -> Reading:
    """What is to be said of the skill in `folder`: what keeps it from being used, and what is only advised."""
    if not folder.is_dir():
        wrong = f"{folder}: expected a folder with {MAIN}, found none"
        return Reading(id=skill_id_of(folder.name), folder=folder, skill=None, problems=(wrong,))
    return read_skill(folder, CUSTOM)


def add(
    folder: Path, source: Path, *, skill: str = "", as_id: str = "", tags: Sequence[str] = (), roles: Sequence[str] = ()
) -> Skill:
    """Install the skill in `source` (a folder, a zip or a tar.gz) with all its files in the folder of skills `folder`.

    `skill` chooses one of several, `as_id` names it. Raises as `skill_in` and `install_files` do.
    """
    from console.knowledge.skill_source import skill_in

    name, files = skill_in(source, skill)
    front = read_front(decoded(files[MAIN].content), MAIN).values
    skill_id = as_id or _slug(str(front.get("name") or "")) or _slug(name)
    if not skill_id:
        raise UsageError(f"the skill is called {one_line(name, 40)}; give it an id with `--id`, of a-z, 0-9, - and _")
    came = f"added from {one_line(PurePath(os.path.realpath(source)).name, 80)}"
    return install_files(
        folder, valid_id(skill_id, "skill"), files, source=came, tags=tags or None, roles=roles or None
    )


def _slug(name: str) -> str:
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "_-") else "-" for c in name.casefold())
    return "-".join(filter(None, plain.split("-")))[:63].strip("-_")


def _readings(place: Place) -> Iterator[Reading]:
    try:
        ids = _ids(place.folder)
    except OSError as error:
        wrong = f"{place.folder}:1: expected a folder that can be read, found {error.strerror or error}"
        yield Reading(id=place.folder.name, folder=place.folder, skill=None, problems=(wrong,))
        return
    for skill_id in ids:
        reading = None
        for _ in range(_LOOKS):  # it may just be moving: away to the old versions, or into its place
            reading = _reading(place, skill_id)
            if reading is not None and not reading.problems:
                break
        if reading is not None:
            yield reading


def _reading(place: Place, skill_id: str) -> Reading | None:
    """The skill as it is now; between the two renames of an install the new version stands under its other name."""
    folder = next((f for n in ("", NEXT) if (f := place.folder / f"{n}{skill_id}").is_dir()), None)
    if folder is None:
        return None
    if not Path(os.path.realpath(folder)).is_relative_to(os.path.realpath(place.folder)):
        wrong = f"{folder}:1: expected a folder of {place.folder}, found a link that leaves it"
        return Reading(id=skill_id_of(skill_id), folder=folder, skill=None, problems=(wrong,))
    return read_skill(folder, place.origin, as_id=skill_id)


def _ids(folder: Path) -> list[str]:
    """The names of what may be skills. Raises OSError. One listing may miss what is renamed meanwhile; two do not."""
    names: set[str] = set()
    for _ in range(2):
        try:
            names |= set(os.listdir(folder))
        except (FileNotFoundError, NotADirectoryError):
            break
    ids = {name.removeprefix(NEXT) for name in names if not name.startswith(".") or name.startswith(NEXT)}
    return sorted(ids)
