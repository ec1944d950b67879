"""Owns the verdict of a review seat: with the rubric's scores, and what was found. The operator's is in commands.reviews."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from console.blackboard.reads.reviews import verdict_of
from console.blackboard.writes.verdicts import give_verdict
from console.commands.agent.desk import Desk
from console.commands.reviews import Finding
from console.commands.text import Line, Prose
from console.errors import UsageError
from console.records.review import Review, Verdict
from console.reviews.gates import failed_gates

__all__ = ("Given", "GiveVerdict", "give")

FINDINGS_MAX = 200
COMMENT_MAX = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveVerdict:
    """A reviewer's verdict and its reasons."""

    verdict: Verdict
    scores: tuple[tuple[Line, float], ...] = ()
    """0 to 1, for each name of the rubric."""
    findings: tuple[Finding, ...] = ()
    comment: Prose = Prose()


class Given(NamedTuple):
    """What came of it."""

    review: Review
    counted: Verdict
    """What it counts as."""
    gates: tuple[str, ...]
    """Why it counts otherwise than it was given."""
    again: bool
    """It was given before, and it stands."""


def give(desk: Desk, asked: GiveVerdict) -> Given:
    """Give it, and end the session. Raises UsageError, StaleFence, Conflict where another one was given."""
    session, fence = desk.need_claim()
    if len(asked.findings) > FINDINGS_MAX:
        raise UsageError(f"{len(asked.findings)} findings; give the {FINDINGS_MAX} that matter most")
    if len(asked.comment) > COMMENT_MAX:
        raise UsageError(f"the comment has more than {COMMENT_MAX} characters; say what matters")
    scores: dict[str, float] = dict(asked.scores)
    with desk.blackboard() as db:
        again = verdict_of(db, session) is not None
        review = give_verdict(
            db,
            session,
            fence,
            verdict=asked.verdict,
            scores=scores or None,
            findings=[finding.stored() for finding in asked.findings],
            comment=asked.comment,
            by=desk.actor(db),
            now=desk.now(),
        )
        given = verdict_of(db, session)
    counted = asked.verdict if given is None else given.verdict
    gates = () if counted == asked.verdict else tuple(gate.told for gate in failed_gates(scores, review.gates))
    return Given(review, counted, gates, again)
