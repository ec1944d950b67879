"""Owns the verdict: a reviewer's, the operator's, and what follows from it for review and task, in one transaction.

The operator's verdict always stands; it may be taken back while nothing was built on it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from console.backends import traits_of
from console.blackboard.connection import Database, write
from console.blackboard.writes.claims import check_fence
from console.blackboard.writes.plans import open_plan_for_operator
from console.blackboard.writes.recovery import take_back_failure
from console.blackboard.writes.review_rows import set_escalated, the_review, vacate_seats, want_stand_in
from console.blackboard.writes.reviews import close_reviews, open_for_operator
from console.blackboard.writes.rounds import follow, settle_round
from console.blackboard.writes.said import Said, remember
from console.blackboard.writes.stamps import STAMP, move, stamped, the_task
from console.blackboard.writes.standing import already_judged, given_in, judged_how, refuse_another
from console.blackboard.writes.tasks import retry_task
from console.crash import crash_point
from console.errors import Conflict, StaleFence, UsageError
from console.records.actor import OPERATOR, Actor
from console.records.review import PLAN_REVIEW, REOPENED, Review, ReviewStatus, Seat, SeatKind, Verdict
from console.records.task import Task, TaskStatus
from console.reviews.confidence import check_scores, confidence_of
from console.reviews.gates import failed_gates
from console.reviews.round import Settled
from console.reviews.turns import open_seats

__all__ = ("give_verdict", "operator_verdict", "reopen_review", "reopen_task", "undo_verdict")

_BY_VERDICT = {
    Verdict.APPROVE: Settled(status=ReviewStatus.APPROVED, reason="approved by the operator", task_verb="approve"),
    Verdict.REQUEST_CHANGES: Settled(
        status=ReviewStatus.CHANGES_REQUESTED, reason="changes requested by the operator", task_verb="request_changes"
    ),
    Verdict.REJECT: Settled(status=ReviewStatus.REJECTED, reason="rejected by the operator", task_verb="reject"),
}


def give_verdict(
    db: Database,
    session_id: str,
    fence: int,
    *,
    verdict: Verdict,
    scores: Mapping[str, float] | None = None,
    findings: Sequence[Mapping[str, Any]] = (),
    comment: str = "",
    by: Actor,
    now: int,
) -> Review:
    """A reviewer's verdict on the round of its seat; settles the round where it is the last one.

    Raises StaleFence (the seat's claim or the round has ended), UsageError (an approval without the rubric's scores,
    changes or a rejection without a finding, abstaining without a word on why). The same again gives the review again,
    another one raises Conflict. A score below a gate turns the verdict into requested changes, with the gate as a finding.
    """
    words = {"verdict": verdict, "scores": dict(scores or {}), "findings": list(findings), "comment": comment}
    said = Said("verdict", session_id, fence, words, comment)
    with write(db, durable=True):
        if (again := given_in(db, session_id, fence)) is not None:
            refuse_another(db, again, said)
            return the_review(db, again.review_id)
        session = check_fence(db, session_id, fence)
        if session.seat_id is None:
            raise UsageError("this session works on the task, not on a review; it hands in with `blackboard submit`")
        row = db.execute("SELECT * FROM seats WHERE id = ?", (session.seat_id,)).fetchone()
        seat, review = Seat.from_row(row), the_review(db, row["review_id"])
        if not open_seats(review, [seat]):
            raise StaleFence(
                f"round {seat.round} of review #{review.id} is settled; your verdict is not needed any more"
            )
        verdict, findings = _gated(review, seat, verdict, scores, findings)
        confidence = _confidence(review, verdict, scores, findings, comment)
        remember(db, said, now=now)
        _insert(db, review, seat, session_id, seat.reviewer, verdict, confidence, scores, findings, comment, by, now)
        _leave_seat(db, seat, session_id, traits_of(session.backend).claims, by, now)
        if verdict == Verdict.ABSTAIN:
            want_stand_in(db, seat.id, by, now)
        settle_round(db, review, by, now)
        crash_point("verdict.before_commit")
    return the_review(db, review.id)


def operator_verdict(
    db: Database,
    review_id: int,
    *,
    verdict: Verdict,
    comment: str = "",
    findings: Sequence[Mapping[str, Any]] = (),
    by: Actor,
    now: int,
) -> Review:
    """The operator's verdict on a review that is open or escalated; reviewers still at work are stopped.

    The same again changes nothing. Raises Conflict where the review is settled otherwise, UsageError for abstain or
    changes without a word on what to change.
    """
    if verdict == Verdict.ABSTAIN:
        raise UsageError("the operator cannot abstain; leave the review open instead")
    if verdict == Verdict.REQUEST_CHANGES and not comment.strip() and not findings:
        raise UsageError("say what to change: a comment or a finding")
    with write(db, durable=True):
        review = the_review(db, review_id)
        if already_judged(db, review, verdict, comment, findings):
            return review
        if review.status not in _judged(review):
            raise Conflict(f"review #{review_id} is {judged_how(db, review)}; reopen its task to judge it again")
        if verdict == Verdict.APPROVE and review.protocol != PLAN_REVIEW and not the_task(db, review.task_id).begun:
            raise Conflict(f"nobody has worked on task #{review.task_id} yet: there is no result to approve")
        vacate_seats(db, review_id, by, now)
        _insert(db, review, None, by.session, by.name, verdict, None, None, findings, comment, by, now)
        follow(db, review, _BY_VERDICT[verdict], by, now)
        crash_point("operator_verdict.before_commit")
    return the_review(db, review_id)


def undo_verdict(db: Database, review_id: int, *, by: Actor, now: int) -> Review:
    """Take back the operator's last verdict: the review waits for the operator again.

    Raises Conflict where the task or a dependent was claimed since, or the last verdict is not the operator's.
    """
    with write(db, durable=True):
        review = the_review(db, review_id)
        row = db.execute(
            "SELECT * FROM verdicts WHERE review_id = ? AND undone_at IS NULL ORDER BY id DESC LIMIT 1", (review_id,)
        ).fetchone()
        if row is None or row["seat_id"] is not None or review.settled_at is None:
            raise Conflict(f"review #{review_id} has no verdict of the operator to take back")
        task = the_task(db, review.task_id)
        _refuse_built_upon(db, task, row["at"])
        db.execute(
            "UPDATE verdicts SET undone_at = :now, actor = :actor, origin = :origin, in_session = :in_session, rev = rev + 1"
            " WHERE id = :id",
            stamped(by, now, id=row["id"]),
        )
        for waiting in take_back_failure(db, task, by, now):
            retry_task(db, waiting, by=by, now=now)
        close_reviews(db, task.id, "the verdict before it was taken back", by, now)
        _back_to_review(db, review, task, by, now)
        set_escalated(db, review_id, OPERATOR, "the operator took the verdict back", by, now)
    return the_review(db, review_id)


def reopen_task(db: Database, task_id: int, *, reason: str = "", by: Actor, now: int) -> Review:
    """Put a done, pending or failed task back to review for the operator, while nothing was built on it.

    Its earlier reviews close; the new one has the protocol of the last. Raises Conflict, also where there is no result.
    """
    with write(db, durable=True):
        task = the_task(db, task_id)
        if not task.begun:
            raise Conflict(f"nobody has worked on task #{task_id} yet: there is no result that could be judged again")
        last = db.execute(
            "SELECT protocol, author, max(coalesce(settled_at, round_at)) AS at FROM reviews"
            " WHERE task_id = ? AND protocol <> ?",
            (task_id, PLAN_REVIEW),
        ).fetchone()
        if last["protocol"] is None and task.status == TaskStatus.PENDING:
            raise Conflict(f"task #{task_id} was never handed in: there is no result that could be judged again")
        _refuse_built_upon(db, task, last["at"] or task.updated_at)
        for waiting in take_back_failure(db, task, by, now):
            retry_task(db, waiting, by=by, now=now)
        close_reviews(db, task_id, REOPENED, by, now, approved_too=True)
        move(db, task, "reopen", TaskStatus.REVIEW, by, now, failure=None)
        why, protocol = reason or "reopened by the operator", last["protocol"] or "operator"
        return open_for_operator(db, the_task(db, task_id), last["author"], None, why, why, by, now, protocol=protocol)


def reopen_review(db: Database, review_id: int, *, reason: str = "", by: Actor, now: int) -> Review:
    """Judge again what the review judged: the result of its task, or the task's own text before it starts."""
    with write(db, durable=True):
        review = the_review(db, review_id)
        if review.protocol != PLAN_REVIEW:
            return reopen_task(db, review.task_id, reason=reason, by=by, now=now)
        if review.settled_at is None:
            raise Conflict(f"review #{review_id} is {review.status}; it can be judged as it is")
        task = the_task(db, review.task_id)
        _refuse_built_upon(db, task, review.settled_at)
        _back_to_review(db, review, task, by, now)
        return open_plan_for_operator(db, the_task(db, task.id), reason or "reopened by the operator", by, now)


def _back_to_review(db: Database, review: Review, task: Task, by: Actor, now: int) -> None:
    """Where the task waits while its review is judged again: one whose plan is judged waits for its start."""
    if review.protocol != PLAN_REVIEW:
        if task.status != TaskStatus.REVIEW:
            move(db, task, "reopen", TaskStatus.REVIEW, by, now, failure=None)
    elif task.status == TaskStatus.FAILED:
        move(db, task, "retry", TaskStatus.PENDING, by, now, attempts=0, failure=None)
    elif TaskStatus.PENDING not in (task.status, task.held_from):
        raise Conflict(f"task #{task.id} is {task.status}; its plan is judged before it starts")


def _judged(review: Review) -> tuple[ReviewStatus, ...]:
    """When the operator's verdict is taken. A plan that waits for its author's changes may still be let through."""
    live = (ReviewStatus.OPEN, ReviewStatus.ESCALATED)
    return (*live, ReviewStatus.CHANGES_REQUESTED) if review.protocol == PLAN_REVIEW else live


def _gated(
    review: Review,
    seat: Seat,
    verdict: Verdict,
    scores: Mapping[str, float] | None,
    findings: Sequence[Mapping[str, Any]],
) -> tuple[Verdict, Sequence[Mapping[str, Any]]]:
    """The verdict as it counts: a reviewer who scores below a gate asks for changes, and the author is told which gate.

    What a reviewer worked out is never refused for it. From whom the round went to, it goes on to the next instead.
    """
    check_scores(scores or {}, review.rubric or {}, verdict=verdict)
    failed = failed_gates(scores, review.gates)
    if not failed or seat.kind == SeatKind.ESCALATION or verdict == Verdict.REJECT:
        return verdict, findings
    return Verdict.REQUEST_CHANGES, [*findings, *(gate.finding for gate in failed)]


def _confidence(
    review: Review,
    verdict: Verdict,
    scores: Mapping[str, float] | None,
    findings: Sequence[Mapping[str, Any]],
    comment: str,
) -> float | None:
    if verdict in (Verdict.REQUEST_CHANGES, Verdict.REJECT) and not findings:
        raise UsageError(
            f"{verdict.replace('_', ' ')} needs at least one --finding that says what is wrong and where:"
            f" `blackboard review --verdict {verdict} --finding 'FILE:LINE what is wrong'`"
        )
    if verdict == Verdict.ABSTAIN and not comment.strip():
        raise UsageError(
            "abstain needs its --comment: `blackboard review --verdict abstain --comment 'why you cannot judge it'`"
        )
    return confidence_of(scores, review.rubric or {})


def _insert(
    db: Database,
    review: Review,
    seat: Seat | None,
    session: str | None,
    reviewer: str,
    verdict: Verdict,
    confidence: float | None,
    scores: Mapping[str, float] | None,
    findings: Sequence[Mapping[str, Any]],
    comment: str,
    by: Actor,
    now: int,
) -> None:
    db.execute(
        "INSERT INTO verdicts (review_id, round, seat_id, reviewer, verdict, confidence, scores, findings, comment, session,"
        " at, actor, origin, in_session) VALUES (:review, :round, :seat, :reviewer, :verdict, :confidence, :scores, :findings,"
        " :comment, :session, :now, :actor, :origin, :in_session)",
        stamped(
            by,
            now,
            review=review.id,
            round=review.round,
            seat=seat.id if seat else None,
            reviewer=reviewer,
            verdict=str(verdict),
            confidence=confidence,
            scores=json.dumps(dict(scores)) if scores else None,
            findings=json.dumps([dict(finding) for finding in findings], ensure_ascii=False),
            comment=comment,
            session=session,
        ),
    )


def _leave_seat(db: Database, seat: Seat, session_id: str, external: bool, by: Actor, now: int) -> None:
    db.execute(
        f"UPDATE seats SET status = 'given', session = NULL, lease_until = NULL, {STAMP} WHERE id = :id",
        stamped(by, now, id=seat.id),
    )
    db.execute(
        "UPDATE sessions SET status = 'succeeded', ended_at = :now, gone_at = :gone, last_word_at = :now,"
        f" {STAMP} WHERE id = :id",
        stamped(by, now, id=session_id, gone=now if external else None),
    )


def _refuse_built_upon(db: Database, task: Task, since: int) -> None:
    if task.status == TaskStatus.DONE and task.applied_at is not None:
        raise Conflict(f"what #{task.id} handed in took effect already; change or cancel what came of it instead")
    row = db.execute(
        "SELECT task_id FROM sessions WHERE created_at > :since AND seat_id IS NULL"
        " AND (task_id = :id OR task_id IN (SELECT task FROM dependencies WHERE needs = :id)) LIMIT 1",
        {"since": since, "id": task.id},
    ).fetchone()
    if row is not None:
        raise Conflict(f"task #{row['task_id']} was started since; it is too late to take that back")
