"""Owns how the board of each project lies: in which order, in which groups, as its person left it. It reads no board."""

from __future__ import annotations

from collections.abc import Mapping

from console.records.board import Arrangement

__all__ = ("Boards",)

MOST = 100
"""Projects of which it is remembered."""


class Boards:
    """The arrangement of each project's board."""

    def __init__(self, kept: Mapping[str, Arrangement] | None = None) -> None:
        self._of = dict(kept or {})

    def of(self, project: str) -> Arrangement:
        """As it was left, else as ever."""
        return self._of.get(project, Arrangement())

    def put(self, project: str, arranged: Arrangement) -> None:
        """From now on so."""
        self._of.pop(project, None)
        self._of[project] = arranged

    @property
    def kept(self) -> dict[str, Arrangement]:
        """Those that are not as ever, the last ones."""
        usual = Arrangement()
        return dict([pair for pair in self._of.items() if pair[1] != usual][-MOST:])
