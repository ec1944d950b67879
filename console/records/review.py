"""Owns the review thread: its rounds, the seats of its reviewers, their verdicts, and the submissions that they judge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from console.records.actor import OPERATOR
from console.records.rows import from_row, mapping, words

PLAN_REVIEW = "plan_review"
"""The protocol that judges a task's own text, before anyone works on it."""
FINAL_REVIEW = "final_review"
"""The protocol that judges a task with the results of its children, once all of these are settled."""

REOPENED = "the task was reopened"
"""The reason of a review that was closed because its task is judged anew."""


class ReviewStatus(StrEnum):
    """Where a review thread stands."""

    OPEN = "open"
    APPROVED = "approved"
    CHANGES_REQUESTED = "changes_requested"
    REJECTED = "rejected"
    ESCALATED = "escalated"
    CLOSED = "closed"


class Verdict(StrEnum):
    """What one reviewer says of one round."""

    APPROVE = "approve"
    REQUEST_CHANGES = "request_changes"
    REJECT = "reject"
    ABSTAIN = "abstain"


class SeatKind(StrEnum):
    """Why somebody was asked."""

    REVIEW = "review"
    ESCALATION = "escalation"
    """The reviewers settled nothing: this one decides, before the operator is asked."""


class SeatStatus(StrEnum):
    """Where one reviewer's part of one round stands."""

    WAITING = "waiting"
    WORKING = "working"
    GIVEN = "given"
    VACANT = "vacant"
    """Nobody fills it: its reviewer failed every attempt, or the round was settled without it."""


class StandIn(StrEnum):
    """Whether somebody else is looked for, where a reviewer abstained or gave up."""

    WANTED = "wanted"
    SOUGHT = "sought"
    """That was done, whether there was anybody or not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A review thread on one task under one protocol."""

    id: int
    task_id: int
    protocol: str
    status: ReviewStatus = ReviewStatus.OPEN
    round: int = 1
    max_rounds: int | None = None
    """None until the scheduler has prepared the first round from the protocol."""
    threshold: float | None = None
    rubric: dict[str, float] | None = None
    """Name to weight of each score that an approval needs."""
    author: str | None = None
    """Who submitted; never a reviewer of the same thread."""
    escalated_to: str | None = None
    """`operator` or an agent, while `escalated`."""
    reason: str | None = None
    """Why it was escalated or how it was settled, in one line."""
    confidence: float | None = None
    """Of the last settled round: the lowest of its seats, 0 to 1."""
    gates: dict[str, float] | None = None
    """Name of a score to the least that passes; one below it keeps the round from being approved, whoever approves."""
    quorum: int | None = None
    """Approvals that an approval needs; None is every seat."""
    in_sequence: bool = False
    """Its seats speak one after the other."""
    debate: bool = False
    """Author and reviewers answer each other, finding by finding."""
    ladder: tuple[str, ...] = ()
    """Agents that are asked, in order, before the operator, where the seats settle nothing."""
    round_timeout: int = 0
    """Seconds that the reviewers have for a round, and then each of the ladder; 0 has no limit."""
    round_until: int | None = None
    """Epoch ms at which nobody who has not spoken is waited for any longer; None while nobody is."""
    opened_at: int = 0
    round_at: int = 0
    settled_at: int | None = None

    @property
    def waits_for_operator(self) -> bool:
        """It was escalated to the operator, and nobody else settles it."""
        return self.status == ReviewStatus.ESCALATED and self.escalated_to == OPERATOR

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Review:
        """From a row of `reviews`."""
        return from_row(
            cls,
            row,
            status=ReviewStatus,
            rubric=mapping,
            gates=mapping,
            in_sequence=bool,
            debate=bool,
            ladder=words,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """What the author handed in for one round."""

    review_id: int
    round: int
    agent: str
    session: str | None = None
    summary: str = ""
    rebuttal: str | None = None
    answers: tuple[Mapping[str, Any], ...] = ()
    """To single findings of the round before: `finding` (its number in that round, from 1) and `text`."""
    at: int = 0

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Submission:
        """From a row of `submissions`."""
        return from_row(cls, row, answers=_answers)


def _answers(stored: str) -> tuple[Mapping[str, Any], ...]:
    """Without what is none: the row may be written from a bare shell."""
    found: tuple[Any, ...] = words(stored)
    return tuple(
        one for one in found if isinstance(one, Mapping) and isinstance(one.get("finding"), int) and "text" in one
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """(review, round, reviewer): what a reviewer's session works on."""

    id: int
    review_id: int
    round: int
    reviewer: str
    kind: SeatKind = SeatKind.REVIEW
    status: SeatStatus = SeatStatus.WAITING
    fence: int = 0
    session: str | None = None
    lease_until: int | None = None
    attempts: int = 0
    retry_at: int | None = None
    stand_in: StandIn | None = None
    """None while its reviewer has not had its chance, or has judged."""

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Seat:
        """From a row of `seats`."""
        return from_row(cls, row, status=SeatStatus, kind=SeatKind, stand_in=StandIn)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that a reviewer found."""

    text: str
    path: str | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictGiven:
    """A verdict as it was stored."""

    id: int
    review_id: int
    round: int
    seat_id: int | None = None
    """None for the operator's own verdict."""
    reviewer: str
    verdict: Verdict
    confidence: float | None = None
    """Weighted mean of the scores; None without scores."""
    scores: dict[str, float] | None = None
    findings: tuple[dict[str, Any], ...] = ()
    comment: str = ""
    session: str | None = None
    undone_at: int | None = None
    at: int = 0

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> VerdictGiven:
        """From a row of `verdicts`."""
        return from_row(cls, row, verdict=Verdict, scores=mapping, findings=words)
