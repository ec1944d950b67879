"""Owns hard gates: scores of which each alone keeps work from being approved, whatever the others say.

Decides nothing about a round; it only finds what did not pass, and says it so that an author can act on it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ("Failed", "failed_gates")


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """A score below its gate."""

    name: str
    score: float
    gate: float

    @property
    def told(self) -> str:
        """In a few words, for a reason."""
        return f"{self.name} {self.score:.2f} is below its gate {self.gate:.2f}"

    @property
    def finding(self) -> dict[str, str]:
        """As a finding for the author."""
        return {"text": f"{self.told}: a hard gate, which no approval outweighs"}


def failed_gates(scores: Mapping[str, float] | None, gates: Mapping[str, float] | None) -> tuple[Failed, ...]:
    """The gates that these scores do not pass, in the gates' order; a score that was not given fails nothing."""
    return tuple(
        Failed(name=name, score=scores[name], gate=gate)
        for name, gate in (gates or {}).items()
        if scores and name in scores and scores[name] < gate
    )
