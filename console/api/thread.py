"""Owns the review as it leaves the house: what it is, and the whole thread with what was said in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from msgspec import UNSET, UnsetType

from console.api.changes import Changes
from console.api.shape import Shape
from console.blackboard.reads.thread_json import review_json, thread_json
from console.clock import iso
from console.records.note import CommentType
from console.records.review import ReviewStatus, SeatKind, SeatStatus, Verdict

if TYPE_CHECKING:
    from console.blackboard.reads.reviews import Thread as ThreadRead
    from console.records.note import Comment as CommentRecord
    from console.records.review import Review as ReviewRecord

__all__ = (
    "Answer",
    "Comment",
    "Finding",
    "Given",
    "Review",
    "Seat",
    "Submission",
    "TaskComment",
    "Thread",
    "ThreadDone",
    "ThreadShown",
)


class Review(Shape, frozen=True, kw_only=True):
    """A review, without what was said in it."""

    project: str | UnsetType = UNSET
    """Its project's id; left out where that is said around it."""
    id: int
    """Unique in its project."""
    task: int
    """The task that it judges."""
    title: str
    """Of that task."""
    protocol: str
    """The protocol that it goes by."""
    status: ReviewStatus
    """Where it stands."""
    round: int
    """The present one, from 1."""
    max_rounds: int | None
    """Then the operator is asked; null before its first round is prepared."""
    threshold: float | None
    """The confidence that an approval needs, 0 to 1."""
    rubric: Mapping[str, float] | None
    """What is scored, to its weight."""
    gates: Mapping[str, float]
    """What is scored, to the least that an approval must have."""
    quorum: int | None
    """Approvals that are enough; null for all."""
    order: str
    """parallel or sequence."""
    debate: bool
    """Each finding wants an answer."""
    ladder: tuple[str, ...]
    """Who is asked, one after the other, where the reviewers settle nothing."""
    author: str | None
    """Who handed in."""
    escalated_to: str | None
    """Who is to settle it; operator for you."""
    reason: str | None
    """Why it stands so."""
    confidence: float | None
    """Of the last round, 0 to 1."""
    opened_at: str | None
    """UTC, ISO 8601."""
    round_until: str | None
    """When its round is over at the latest: UTC, ISO 8601."""
    settled_at: str | None
    """UTC, ISO 8601."""

    @classmethod
    def of(cls, project: str, review: ReviewRecord, title: str) -> Review:
        """Of the record."""
        return Review(project=project, **review_json(review, title))


class Answer(Shape, frozen=True, kw_only=True):
    """What an author says to a finding."""

    finding: int
    """Its number in the round before."""
    text: str
    """What they say."""


class Submission(Shape, frozen=True, kw_only=True):
    """Work that was handed in."""

    round: int
    """From 1."""
    by: str
    """The author."""
    summary: str
    """What was done."""
    rebuttal: str | None
    """What is said against the round before."""
    answers: tuple[Answer, ...]
    """To the findings of the round before."""
    at: str | None
    """UTC, ISO 8601."""


class Seat(Shape, frozen=True, kw_only=True):
    """A reviewer's part of a round."""

    id: int
    """Unique in its project."""
    round: int
    """From 1."""
    reviewer: str
    """Who is asked."""
    kind: SeatKind
    """Why."""
    status: SeatStatus
    """Where it stands."""


class Finding(Shape, frozen=True, kw_only=True):
    """What a reviewer found."""

    number: int | UnsetType = UNSET
    """In its round, from 1; left out where its verdict was taken back."""
    text: str | UnsetType = UNSET
    """What is wrong."""
    path: str | None | UnsetType = UNSET
    """Where; left out where the reviewer named no place."""
    line: int | None | UnsetType = UNSET
    """Of that file."""
    answer: str | None | UnsetType = UNSET
    """The author's, in the next round; left out where its verdict was taken back."""


class Given(Shape, frozen=True, kw_only=True):
    """A verdict."""

    round: int
    """From 1."""
    by: str
    """The reviewer."""
    verdict: Verdict
    """What they say."""
    confidence: float | None
    """Of its scores by their weights, 0 to 1."""
    scores: Mapping[str, float] | None
    """What is scored, to the score, 0 to 1."""
    findings: tuple[Finding, ...]
    """What was found."""
    comment: str
    """In words."""
    undone: bool
    """It was taken back."""
    at: str | None
    """UTC, ISO 8601."""


class Comment(Shape, frozen=True, kw_only=True):
    """What somebody said of a task or in its review."""

    by: str
    """Who."""
    type: CommentType
    """What for."""
    body: str
    """What."""
    at: str | None
    """UTC, ISO 8601."""

    @classmethod
    def of(cls, comment: CommentRecord) -> Comment:
        """Of the record."""
        return cls(by=comment.actor, type=comment.comment_type, body=comment.body, at=iso(comment.at))


class Thread(Review, frozen=True, kw_only=True):
    """A review with all that was said in it."""

    waits_for_children: tuple[int, ...]
    """The parts of the task that are not over, and must be before it begins."""
    submissions: tuple[Submission, ...]
    """Oldest first."""
    seats: tuple[Seat, ...]
    """Who was asked."""
    verdicts: tuple[Given, ...]
    """Oldest first."""
    comments: tuple[Comment, ...]
    """Oldest first."""

    @classmethod
    def whole(cls, found: ThreadRead, project: str | UnsetType = UNSET) -> Thread:
        """Of what was read."""
        told = thread_json(found)
        for name, made in (
            ("submissions", _submission),
            ("seats", _seat),
            ("verdicts", _given),
            ("comments", _comment),
        ):
            told[name] = tuple(map(made, told[name]))
        return Thread(project=project, **told)


class ThreadDone(Thread, frozen=True, kw_only=True):
    """A review after something was done to it."""

    notes: tuple[str, ...] = ()
    """What keeps its task from being started again."""


class ThreadShown(Thread, frozen=True, kw_only=True):
    """A review with what changed in the outputs."""

    changes: Changes | None
    """Null where nothing was handed in yet."""


def _submission(told: dict[str, Any]) -> Submission:
    return Submission(**{**told, "answers": tuple(Answer(**answer) for answer in told["answers"])})


def _seat(told: dict[str, Any]) -> Seat:
    return Seat(**told)


def _given(told: dict[str, Any]) -> Given:
    known = Finding.__struct_fields__
    found = [{name: value for name, value in finding.items() if name in known} for finding in told["findings"]]
    return Given(**{**told, "findings": tuple(Finding(**finding) for finding in found)})


def _comment(told: dict[str, Any]) -> Comment:
    return Comment(**told)


class TaskComment(Shape, frozen=True, kw_only=True):
    """What was said of a task."""

    project: str
    """Its project's id."""
    task: int
    """Its number."""
    comment: int
    """The number of the comment."""
    body: str
    """The words."""
