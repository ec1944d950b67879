"""Owns what can be asked about a review: a verdict of the operator's, taking it back, judging again, asking somebody else.

What a reviewer of a seat says is not here: that needs the claim of its session.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from console.blackboard.reads.reviews import get_review
from console.commands.context import Context
from console.commands.text import Line, Prose, Reason
from console.errors import Conflict, UsageError
from console.records.actor import OPERATOR
from console.records.review import Review, Verdict

__all__ = ("AboutReview", "Escalate", "Finding", "Judge", "escalate", "judge", "reopen", "undo")

FINDING_MAX = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What is wrong, and where."""

    text: Prose
    path: Line = Line()
    line: int | None = None

    def __post_init__(self) -> None:
        """Raises UsageError for one that says nothing, or too much."""
        if not self.text:
            raise UsageError("a finding is empty: say what is wrong and where")
        if len(self.text) > FINDING_MAX:
            raise UsageError(f"a finding has {len(self.text)} characters; at most {FINDING_MAX} fit")

    def stored(self) -> dict[str, Any]:
        """As a verdict keeps it."""
        where = {"path": self.path, "line": self.line}
        return {"text": self.text} | {name: value for name, value in where.items() if value}


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """The operator's verdict on a review."""

    review: int
    verdict: Verdict
    comment: Prose = Prose()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalate:
    """Whom to ask for the verdict instead of whoever is asked now: an agent of the project, or the operator."""

    review: int
    to: Line = Line(OPERATOR)
    reason: Reason = Reason()


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutReview:
    """A review, and why."""

    review: int
    reason: Reason = Reason()


def judge(context: Context, asked: Judge) -> Review:
    """Give the verdict. Raises Conflict where the review is settled otherwise, UsageError where a word on why is missing."""
    from console.blackboard.writes.verdicts import operator_verdict

    if asked.verdict == Verdict.REJECT and not asked.comment and not asked.findings:
        raise UsageError("say why it is rejected: a comment or a finding")
    return operator_verdict(
        context.db,
        asked.review,
        verdict=asked.verdict,
        comment=asked.comment,
        findings=[finding.stored() for finding in asked.findings],
        by=context.by,
        now=context.now,
    )


def escalate(context: Context, asked: Escalate) -> Review:
    """Ask them. Raises UsageError for whom the project has not and for the author, Conflict where the review is settled."""
    from console.blackboard.writes import rounds

    to = context.team.judge(asked.to)
    found = get_review(context.db, asked.review)
    taken = rounds.escalate(
        context.db, found.id, found.round, to=to, reason=asked.reason, by=context.by, now=context.now
    )
    if not taken:
        raise Conflict(f"review #{found.id} is {found.status}; nobody is asked for a verdict on it now")
    return get_review(context.db, asked.review)


def undo(context: Context, asked: AboutReview) -> Review:
    """Take the operator's last verdict back. Raises Conflict where something was built on it, or there is none."""
    from console.blackboard.writes.verdicts import undo_verdict

    return undo_verdict(context.db, asked.review, by=context.by, now=context.now)


def reopen(context: Context, asked: AboutReview) -> Review:
    """Judge work again that was settled, while nothing was built on it; the thread that is open now. Raises Conflict."""
    from console.blackboard.writes.verdicts import reopen_review

    return reopen_review(context.db, asked.review, reason=asked.reason, by=context.by, now=context.now)
