"""Owns the terms of a round: a protocol as it holds for this review, with the settings and the team filled in.

Never changes while the round lasts: they are written on the review when its round is prepared.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from console.records.policy import Policy
from console.reviews.protocol import Protocol

__all__ = ("Terms", "terms_of")


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """As the columns of a review; see records.review.Review."""

    max_rounds: int = 3
    threshold: float = 0.7
    rubric: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    gates: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    quorum: int | None = None
    in_sequence: bool = False
    debate: bool = False
    ladder: tuple[str, ...] = ()
    round_timeout: int = 0
    """Seconds for the reviewers' part of a round, and again for each of the ladder; 0 has no limit."""


def terms_of(protocol: Protocol, policy: Policy, *, seats: int, ladder: tuple[str, ...] = ()) -> Terms:
    """What holds in a round with so many `seats`, whose ladder has these agents."""
    rounds = policy.review_debate_max_rounds if protocol.debate else policy.review_max_rounds
    threshold, timeout = protocol.confidence_threshold, protocol.round_timeout
    return Terms(
        max_rounds=protocol.max_rounds or rounds,
        threshold=policy.review_threshold if threshold is None else threshold,
        rubric=protocol.rubric,
        gates=protocol.gates,
        quorum=_approvals(protocol.quorum, seats),
        in_sequence=protocol.order == "sequence",
        debate=protocol.debate,
        ladder=ladder,
        round_timeout=policy.review_round_timeout if timeout is None else timeout,
    )


def _approvals(quorum: str | int, seats: int) -> int | None:
    """How many approvals are needed; None for all."""
    if isinstance(quorum, int):
        return quorum
    return seats // 2 + 1 if quorum == "majority" else None
