"""Owns the check of what prompts are made of: components, templates and skills, of the home and of every project."""

from __future__ import annotations

from collections.abc import Iterator

from console.cli.doctor.line import Line, ok, warn
from console.cli.doctor.place import Place
from console.errors import ConfigError
from console.knowledge.skills import find, places
from console.knowledge.wording import load_wording

__all__ = ("check",)

_WORDING = "mend that line; until then the last good parts, or the shipped ones, make the prompts"
_SKILL = "mend it; until then agents do not get that skill. `moziplus skill check` looks again"


def check(place: Place) -> Iterator[Line]:
    """A line for each problem, told once however many projects it touches, or one that there is none."""
    if place.home is None:
        return
    found: dict[str, str] = {}
    for folder in (None, *place.projects.values()):
        problems: list[str] = []
        find(places(place.home.path, folder), problems)
        found |= dict.fromkeys(problems, _SKILL)
        try:
            load_wording(place.home.path, folder)
        except ConfigError as error:
            found |= dict.fromkeys(error.problems, _WORDING)
    for means, do in found.items():
        yield warn(means, do)
    if not found:
        yield ok(f"skills and prompt files of the home and of {len(place.projects)} project(s) are right")
