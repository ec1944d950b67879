"""Owns the question how far a reviewer's confidence can be relied on.

A confident approval (at or above its review's threshold) counts as overturned where afterwards, about the same task,
somebody said the opposite: the operator, whom the round went to, or anybody in a later round or under a later protocol;
or where the task was reopened. A colleague who asks for changes in the same round overturns nothing: they disagree. A plan
and the result of the work are two things: neither overturns the other. Verdicts that were taken back do not count.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from console.blackboard.connection import Database, translated
from console.records.review import PLAN_REVIEW, REOPENED, Verdict

__all__ = ("Calibration", "calibration")

_VERDICTS = """
SELECT v.reviewer, v.verdict, count(*) AS n, count(v.confidence) AS sure, coalesce(sum(v.confidence), 0) AS confidence
FROM verdicts v WHERE v.seat_id IS NOT NULL AND v.undone_at IS NULL GROUP BY v.reviewer, v.verdict ORDER BY v.reviewer"""
_CONFIDENT = """
SELECT v.reviewer, count(*) AS confident, sum(
    EXISTS (SELECT 1 FROM verdicts w JOIN reviews s ON s.id = w.review_id LEFT JOIN seats c ON c.id = w.seat_id
            WHERE s.task_id = r.task_id AND w.id > v.id AND w.undone_at IS NULL AND w.verdict IN ('request_changes', 'reject')
              AND (s.protocol = :plan) = (r.protocol = :plan)
              AND (w.review_id <> v.review_id OR w.round <> v.round OR c.id IS NULL OR c.kind = 'escalation'))
    OR EXISTS (SELECT 1 FROM reviews s WHERE s.task_id = r.task_id AND s.status = 'closed' AND s.reason = :reopened
               AND r.protocol <> :plan AND s.settled_at >= v.at)) AS overturned
FROM verdicts v JOIN reviews r ON r.id = v.review_id
WHERE v.seat_id IS NOT NULL AND v.undone_at IS NULL AND v.verdict = 'approve' AND v.confidence >= coalesce(r.threshold, 0.7)
GROUP BY v.reviewer"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """One reviewer's record."""

    reviewer: str
    verdicts: Mapping[Verdict, int] = field(default_factory=dict)
    """How many of each."""
    scored: int = 0
    """Verdicts that came with a confidence."""
    sum_confidence: float = 0.0
    confident: int = 0
    """Approvals at or above the threshold."""
    overturned: int = 0
    """Of these."""

    @property
    def given(self) -> int:
        """All verdicts."""
        return sum(self.verdicts.values())

    @property
    def confidence(self) -> float | None:
        """The mean, 0 to 1."""
        return self.sum_confidence / self.scored if self.scored else None

    @property
    def overturned_share(self) -> float | None:
        """Of the confident approvals, 0 to 1."""
        return self.overturned / self.confident if self.confident else None

    def plus(self, other: Calibration) -> Calibration:
        """The same reviewer's record in two projects."""
        return Calibration(
            reviewer=self.reviewer,
            verdicts={v: self.verdicts.get(v, 0) + other.verdicts.get(v, 0) for v in Verdict},
            scored=self.scored + other.scored,
            sum_confidence=self.sum_confidence + other.sum_confidence,
            confident=self.confident + other.confident,
            overturned=self.overturned + other.overturned,
        )


def calibration(db: Database) -> tuple[Calibration, ...]:
    """Every reviewer of a project that gave a verdict from a seat, by name."""
    with translated(db.path):
        counted = db.execute(_VERDICTS).fetchall()
        sure = {row["reviewer"]: row for row in db.execute(_CONFIDENT, {"plan": PLAN_REVIEW, "reopened": REOPENED})}
    found: dict[str, Calibration] = {}
    for row in counted:
        one = Calibration(
            reviewer=row["reviewer"],
            verdicts={Verdict(row["verdict"]): row["n"]},
            scored=row["sure"],
            sum_confidence=row["confidence"],
        )
        found[one.reviewer] = found[one.reviewer].plus(one) if one.reviewer in found else one
    approved = (
        Calibration(reviewer=name, confident=row["confident"], overturned=row["overturned"])
        for name, row in sure.items()
    )
    for one in approved:
        found[one.reviewer] = found[one.reviewer].plus(one)
    return tuple(found.values())
