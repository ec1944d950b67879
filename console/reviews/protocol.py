"""Owns the review protocol: who judges, by which rubric, how often, and whom it goes to when that settles nothing.

Reads no files: `protocol_from` takes what a loader found and names everything that is wrong with it at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from console.errors import ConfigError
from console.reviews.protocol_checks import gate_of, problems, weight_of
from console.scalars import value_of

__all__ = ("Protocol", "protocol_from")


@dataclass(frozen=True, slots=True, kw_only=True)
class Protocol:
    """How one kind of review goes."""

    name: str
    description: str = ""
    """What it judges, in one line, for people and for the reviewer's prompt."""
    reviewers: tuple[str, ...] = ("@reviewer",)
    """One seat each: an agent's id, or a role as @ROLE."""
    quorum: str | int = "all"
    """Approvals that an approval needs: `all`, `majority` of the seats, or a number."""
    order: str = "parallel"
    """`parallel`, or `sequence`: a seat speaks when the one before it has spoken."""
    rubric: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({"quality": 1.0}))
    """Name to weight of each score that an approval needs."""
    questions: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Name of a score to what it asks, in one line for the reviewer's prompt."""
    gates: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    """Name of a score to the least that passes, 0 to 1; one below it cannot be outvoted."""
    max_rounds: int | None = None
    """None takes `review.default_max_rounds`, in a debate `review.debate_max_rounds`."""
    debate: bool = False
    """The author answers each finding."""
    confidence_threshold: float | None = None
    """0 to 1; None takes `review.confidence_threshold`."""
    escalate_to: tuple[str, ...] | None = None
    """Agents, roles as @ROLE, `operator`; None takes `review.escalate_to`."""
    round_timeout: int | None = None
    """Seconds, 0 for no limit; None takes `review.round_timeout`."""


_BUILT = ("reviewers", "rubric", "escalate_to")


def protocol_from(values: Mapping[str, Any], *, name: str, source: str = "") -> Protocol:
    """The protocol in a file's `values`. Raises ConfigError with one line for each thing that is wrong.

    `source` (a file's path) begins each line. A rubric's entry is a weight, or a mapping with `weight`, `asks`, `gate`.
    """
    where = f"{source}: " if source else f"review protocol {name}: "
    wrong = [f"{where}{problem}" for problem in problems(values)]
    if wrong:
        raise ConfigError(wrong)
    known = {
        key: _read(key, value) for key, value in values.items() if key not in _BUILT and value_of(value) is not None
    }
    if "reviewers" in values:
        known["reviewers"] = tuple(map(str, values["reviewers"]))
    if value_of(values.get("escalate_to")) is not None:
        ladder = values["escalate_to"]
        known["escalate_to"] = (str(ladder),) if isinstance(ladder, str) else tuple(map(str, ladder))
    if "rubric" in values:
        rubric = values["rubric"]
        known["rubric"] = MappingProxyType(
            {score: float(value_of(weight_of(entry))) for score, entry in rubric.items()}
        )
        known["questions"] = MappingProxyType({s: str(e["asks"]) for s, e in rubric.items() if _asks(e)})
        known["gates"] = MappingProxyType(
            {s: float(gate) for s, e in rubric.items() if (gate := value_of(gate_of(e))) is not None}
        )
    return Protocol(name=name, **known)


def _read(key: str, value: Any) -> Any:
    return str(value) if key == "description" else value_of(value)


def _asks(entry: Any) -> bool:
    return isinstance(entry, Mapping) and "asks" in entry
