"""Owns what changed in a task's outputs between two rounds, as it leaves the house."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from console.api.shape import Shape
from console.records.output import Change

__all__ = ("Changed", "Changes", "Side")


class Side(Shape, frozen=True, kw_only=True):
    """An output in one of the two rounds."""

    version: int
    """From 1."""
    round: int
    """The round that it was recorded in."""
    size: int
    """Bytes."""
    sha256: str
    """Of its content, in hex."""


class Changed(Shape, frozen=True, kw_only=True):
    """An output in both rounds."""

    path: str
    """Relative to the task's folder."""
    change: Change
    """What became of it."""
    before: Side | None
    """Null where it was not there."""
    after: Side | None
    """Null where it is not there any more."""
    note: str
    """In words."""
    diff: str | None
    """Lines of a unified diff; null where none was asked for, or there is none to show."""


class Changes(Shape, frozen=True, kw_only=True, rename={"before": "from", "after": "to"}):
    """What changed between two rounds."""

    before: int
    """The earlier round; 0 is the time before the first."""
    after: int
    """The later round."""
    outputs: tuple[Changed, ...]
    """By their paths."""

    @classmethod
    def of(cls, told: Mapping[str, Any] | None) -> Changes | None:
        """Of what the agents' tool tells, too; None where nothing was handed in."""
        if told is None:
            return None
        outputs = tuple(
            Changed(**{**output, "before": _side(output["before"]), "after": _side(output["after"])})
            for output in told["outputs"]
        )
        return cls(before=told["from"], after=told["to"], outputs=outputs)


def _side(told: Mapping[str, Any] | None) -> Side | None:
    return None if told is None else Side(**told)
