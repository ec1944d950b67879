"""Owns what an output is compared with when it is read: the round before, what its reader saw last, the first round."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from console.records.output import Change, Output, OutputChange, RoundChanges

__all__ = ("Against", "Comparison", "Sight", "comparisons")


class Against(StrEnum):
    """What the present version is held against."""

    ROUND = "round"
    """The round before the last one that was handed in."""
    LOOK = "look"
    """The last other version that this operator has seen."""
    FIRST = "first"
    """The first round, where that is not the one before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """A version of an output that was in front of the operator."""

    path: str
    sha256: str
    at: int
    """Epoch ms."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One output, then and now; both differ."""

    against: Against
    change: OutputChange
    rounds: tuple[int, int] = (0, 0)
    """Which, where rounds are compared."""


def comparisons(
    output: Output,
    changes: Iterable[tuple[Against, RoundChanges | None]],
    seen: Iterable[Sight],
    versions: Sequence[Output],
) -> tuple[Comparison, ...]:
    """All that there is to compare an output with, and that it differs from; `seen` is in the order of the looks."""
    found = [_in_rounds(output, against, rounds) for against, rounds in changes]
    found.insert(1, _seen(output, seen, versions))
    return tuple(one for one in found if one is not None)


def _in_rounds(output: Output, against: Against, changes: RoundChanges | None) -> Comparison | None:
    if changes is None or changes.before == 0:
        return None
    moved = (one for one in changes.outputs if one.path == output.path and one.change != Change.SAME)
    change = next(moved, None)
    rounds = (changes.before, changes.after)
    return None if change is None else Comparison(against=against, change=change, rounds=rounds)


def _seen(output: Output, seen: Iterable[Sight], versions: Sequence[Output]) -> Comparison | None:
    """Against the last that was seen besides this very version."""
    others = [one.sha256 for one in seen if one.path == output.path and one.sha256 != output.sha256]
    kept = (each for each in reversed(versions) if others and (each.path, each.sha256) == (output.path, others[-1]))
    if (before := next(kept, None)) is None:
        return None
    change = OutputChange(path=output.path, before=before, after=output)
    return Comparison(against=Against.LOOK, change=change)
