"""Owns the check of the settings: the home's and every project's, all problems at once."""

from __future__ import annotations

from collections.abc import Iterator

from console.cli.doctor.line import Line, ok, wrong
from console.cli.doctor.place import Place
from console.errors import ConfigError

__all__ = ("check",)

_DO = "mend that line; `moziplus config check` looks again"


def check(place: Place) -> Iterator[Line]:
    """A line for each problem, or one that there is none."""
    if place.settings is None:
        return
    if isinstance(place.settings, ConfigError):
        for problem in place.settings.problems:
            yield wrong(problem, _DO)
        return
    problems = [
        p for found in place.project_settings.values() if isinstance(found, ConfigError) for p in found.problems
    ]
    for problem in problems:
        yield wrong(problem, _DO)
    if not problems:
        yield ok(f"the settings of the home and of {len(place.projects)} project(s) are right")
