"""Owns the numbers of a round's findings, and what an author must answer of them.

The numbers follow from the order of the verdicts alone, so that everybody who prints them prints the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from console.errors import UsageError
from console.records.review import Review, Submission, VerdictGiven

__all__ = ("Numbered", "answers_to", "check_answers", "numbered")


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbered:
    """A finding with its number in its round, from 1."""

    number: int
    verdict_id: int
    reviewer: str
    finding: Mapping[str, Any]

    @property
    def place(self) -> str:
        """Where, as `path:line`; empty where the reviewer named no place."""
        path, line = self.finding.get("path"), self.finding.get("line")
        return f"{path}:{line}" if path and line else str(path or "")

    @property
    def text(self) -> str:
        """What was found."""
        return str(self.finding.get("text", ""))


def numbered(verdicts: Sequence[VerdictGiven], round_: int) -> tuple[Numbered, ...]:
    """The findings of a round in the order of its verdicts; those of a verdict that was taken back do not count."""
    given = sorted((v for v in verdicts if v.round == round_ and v.undone_at is None), key=lambda v: v.id)
    found = [(v, finding) for v in given for finding in v.findings]
    return tuple(
        Numbered(number=n, verdict_id=v.id, reviewer=v.reviewer, finding=finding)
        for n, (v, finding) in enumerate(found, 1)
    )


def answers_to(submissions: Sequence[Submission], round_: int) -> dict[int, str]:
    """Number of a finding of `round_` to what the author answered when handing in the next."""
    following = next((s for s in submissions if s.round == round_ + 1), None)
    return {} if following is None else {int(a["finding"]): str(a["text"]) for a in following.answers}


def check_answers(
    review: Review | None, found: Sequence[Numbered], answers: Sequence[Mapping[str, Any]], rebuttal: str | None
) -> None:
    """Raise UsageError where an answer is to no finding, or where a debate has a finding without one.

    `review` is the one whose changes are handed in, `found` the findings of its last round.
    """
    given = [int(answer["finding"]) for answer in answers]
    known = {one.number for one in found}
    if unknown := sorted(set(given) - known):
        have = f"its findings are 1 to {len(found)}" if found else "there are no findings to answer"
        raise UsageError(f"--answer {_listed(unknown)}: {have}; `blackboard read` shows them with their numbers")
    if twice := sorted({n for n in given if given.count(n) > 1}):
        raise UsageError(f"--answer {_listed(twice)} is given twice; say it in one")
    missing = sorted(known - set(given))
    if review is not None and review.debate and missing and not (rebuttal or "").strip():
        raise UsageError(
            f"this is a debate, and there is no answer to finding {_listed(missing)} of {review.protocol}. Give"
            " --answer N=TEXT for each, or one --rebuttal TEXT for all that you do not follow"
        )


def _listed(numbers: Sequence[int]) -> str:
    return ", ".join(map(str, numbers))
