"""Owns the check that the registry says what the projects' folders say; with --mend it writes the registry anew."""

from __future__ import annotations

from collections.abc import Iterator

from console import registry
from console.cli.doctor.line import Line, ok, warn
from console.cli.doctor.place import Place

__all__ = ("check",)


def check(place: Place) -> Iterator[Line]:
    """One line; the registry is for people to read, so nothing stops while it is out of step."""
    if place.home is None:
        return
    if place.mend and registry.mend(place.home):
        yield ok("projects/_registry.yaml was not in step with the projects' folders; it was written anew")
    elif registry.in_step(place.home):
        yield ok(f"projects/_registry.yaml is in step with the folders of {len(place.projects)} project(s)")
    else:
        yield warn("projects/_registry.yaml is not in step with the projects' folders", "`moziplus doctor --mend`")
