"""Owns the findings that the operator noted on lines of the work, until a verdict on its review takes them along."""

from __future__ import annotations

from collections.abc import Sequence

from widgets.anchors import Place

__all__ = ("Noted",)

Noting = tuple[Place, str]


class Noted:
    """By project and review. Not for ever: they go with the console."""

    def __init__(self) -> None:
        self._of: dict[tuple[str, int], tuple[Noting, ...]] = {}

    def add(self, project: str, review: int, place: Place, text: str) -> int:
        """One more; says how many there are."""
        found = self._of[project, review] = (*self.of(project, review), (place, text))
        return len(found)

    def of(self, project: str, review: int) -> Sequence[Noting]:
        """In the order in which they were noted."""
        return self._of.get((project, review), ())

    def keep(self, project: str, review: int, noted: Sequence[Noting]) -> None:
        """Only these are left."""
        if noted:
            self._of[project, review] = tuple(noted)
        else:
            self._of.pop((project, review), None)
