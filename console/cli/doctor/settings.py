"""Owns the check of the settings and guardrails: the home's and every project's, all problems at once."""

from __future__ import annotations

from collections.abc import Iterator

from console.cli.doctor.line import Line, ok, warn, wrong
from console.cli.doctor.place import Place
from console.cli.guardrail_check import Checked, check_guardrails
from console.engine.escalations import lost_targets
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
    guarded = Checked() if place.home is None else check_guardrails(place.home, place.settings, place.projects)
    problems += guarded.problems
    for problem in problems:
        yield wrong(problem, _DO)
    lost: list[str] = []
    for folder in () if place.home is None or problems else place.projects.values():
        assert place.home is not None
        lost += lost_targets(place.home, place.settings, folder).values()
    for warning in (*guarded.warnings, *lost):
        yield warn(warning, _DO)
    if not problems:
        yield ok(f"the settings and guardrails of the home and of {len(place.projects)} project(s) are right")
