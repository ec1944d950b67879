"""Owns a review's round from its seats to its end: what the pure rules make of it, and what that does to the task.

Never opens a transaction of its own where its caller has one: a verdict and all that follows from it are one.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

from console.blackboard.connection import Database, write
from console.blackboard.writes.lessons import draw_experience
from console.blackboard.writes.notes import add_comment
from console.blackboard.writes.review_rows import (
    insert_seat,
    seats_of_round,
    set_escalated,
    set_settled,
    the_review,
    vacate_seats,
)
from console.blackboard.writes.reviews import next_protocol, open_following
from console.blackboard.writes.stamps import STAMP, clean, move, stamped, the_task
from console.crash import crash_point
from console.errors import Conflict, UsageError
from console.records.actor import OPERATOR, Actor, Origin
from console.records.note import CommentType
from console.records.review import (
    PLAN_REVIEW,
    Review,
    ReviewStatus,
    SeatKind,
    SeatStatus,
    StandIn,
    Verdict,
    VerdictGiven,
)
from console.records.task import Task, TaskStatus
from console.reviews.round import Settled, settle
from console.reviews.terms import Terms
from console.reviews.turns import next_rung, of_round, with_agents

__all__ = ("end_round", "escalate", "follow", "prepare_round", "settle_held", "settle_round")

REASON_MAX = 1000


def prepare_round(
    db: Database, review_id: int, round_: int, *, reviewers: Sequence[str], terms: Terms, by: Actor, now: int
) -> bool:
    """Give the round its seats and the review its terms; False where that is done or no longer asked for.

    Without reviewers it goes up the ladder at once.
    """
    with write(db):
        review = the_review(db, review_id)
        if review.status != ReviewStatus.OPEN or review.round != round_:
            return False
        if of_round(review, seats_of_round(db, review)):
            return False
        _set_terms(db, review_id, terms, now if reviewers else None, by, now)
        review = the_review(db, review_id)
        for reviewer in reviewers:
            insert_seat(db, review, reviewer, SeatKind.REVIEW, by, now)
        if not reviewers:
            follow(db, review, _up(review, "no eligible reviewer", next_rung(review, ())), by, now)
        crash_point("prepare_round.before_commit")
    return True


def end_round(
    db: Database,
    review_id: int,
    round_: int,
    *,
    seats: Sequence[int],
    reason: str,
    instead: Sequence[str] = (),
    heard: bool = True,
    left: str = "",
    by: Actor,
    now: int,
) -> bool:
    """Wait no longer for these seats; what was said settles the round, unless others still speak, or are asked `instead`.

    These have the time of a round. Who was not `heard` may be asked again. `left` says whom nobody could ask, and why.
    False where the round is over already.
    """
    with write(db, durable=True):
        review = the_review(db, review_id)
        if not with_agents(review) or review.round != round_:
            return False
        given_up = _sought(db, review, seats, heard, by, now)
        vacate_seats(db, review_id, by, now, only=seats)
        asked = [name for name in instead if name != review.author][:given_up]
        for reviewer in asked:
            insert_seat(db, review, reviewer, SeatKind.REVIEW, by, now)
        if asked:
            _more_time(db, review, by, now)
            if not heard:
                said = f"{', '.join(asked)} reviews instead: {reason}"
                add_comment(
                    db, review.task_id, said, comment_type=CommentType.SYSTEM, review_id=review.id, by=by, now=now
                )
        settle_round(db, review, by, now, because="; ".join(filter(None, (reason, left))), left=left)
        crash_point("end_round.before_commit")
    return True


def escalate(db: Database, review_id: int, round_: int, *, to: str, reason: str, by: Actor, now: int) -> bool:
    """Ask `to`, an agent or the operator, for the verdict on a round; False where it is settled or another one by now.

    The same again is harmless. Raises UsageError for the author, Conflict for somebody who has spoken in this round, and
    where it waits for them already and a person names another reason.
    """
    with write(db, durable=True):
        review = the_review(db, review_id)
        if review.status not in (ReviewStatus.OPEN, ReviewStatus.ESCALATED) or review.round != round_:
            return False
        if to == review.author:
            raise UsageError(f"{to} wrote what review #{review_id} judges; ask somebody else, or the operator")
        if review.status == ReviewStatus.ESCALATED and to == review.escalated_to:
            if not reason or clean(reason) == review.reason or by.origin == Origin.SCHEDULER:
                return True  # whatever else the scheduler saw, it is where it should be
            raise Conflict(
                f"review #{review_id} waits for {to} already ({review.reason}); this other reason was not taken:"
                " `moziplus review comment` says more"
            )
        if any(seat.reviewer == to and seat.status == SeatStatus.GIVEN for seat in seats_of_round(db, review)):
            raise Conflict(f"{to} gave a verdict in round {round_} already; ask somebody else, or the operator")
        follow(db, review, _up(review, reason or f"escalated by the {by.name}", to), by, now)
        crash_point("escalate.before_commit")
    return True


def _sought(db: Database, review: Review, seats: Sequence[int], heard: bool, by: Actor, now: int) -> int:
    """Remember that somebody was looked for in the place of these; how many of them are still to be followed."""
    found = [s for s in seats_of_round(db, review) if s.id in seats]
    wanted = [s for s in found if s.stand_in == StandIn.WANTED]
    open_ = [s for s in found if s.status in (SeatStatus.WAITING, SeatStatus.WORKING)]
    for seat in (*wanted, *(open_ if heard else ())):
        db.execute(
            f"UPDATE seats SET stand_in = 'sought', {STAMP} WHERE id = :id AND kind = 'review'",
            stamped(by, now, id=seat.id),
        )
    return len(wanted) + len(open_)


def _more_time(db: Database, review: Review, by: Actor, now: int) -> None:
    until = now + review.round_timeout * 1000 if review.round_timeout else None
    db.execute(
        f"UPDATE reviews SET round_until = :until, {STAMP} WHERE id = :id", stamped(by, now, id=review.id, until=until)
    )


def settle_round(db: Database, review: Review, by: Actor, now: int, *, because: str = "", left: str = "") -> None:
    """What the pure rules make of the round now; nothing while somebody is waited for, or while the task is held."""
    if the_task(db, review.task_id).status == TaskStatus.HELD:
        return
    verdicts = db.execute(
        "SELECT * FROM verdicts WHERE review_id = ? AND round = ? AND undone_at IS NULL", (review.id, review.round)
    ).fetchall()
    given = tuple(VerdictGiven.from_row(row) for row in verdicts)
    nobody = "no other reviewer can be asked" if left else ""
    settled = settle(review, seats_of_round(db, review), given, nobody=nobody)
    if settled is not None:
        reason = f"{settled.reason}; {because}" if because else settled.reason
        follow(db, review, replace(settled, reason=reason[:REASON_MAX]), by, now)


def settle_held(db: Database, task_id: int, by: Actor, now: int) -> None:
    """The task was held and is not any more: settle what its reviewers said meanwhile."""
    rows = db.execute(
        "SELECT * FROM reviews WHERE task_id = ? AND status IN ('open', 'escalated')", (task_id,)
    ).fetchall()
    for review in map(Review.from_row, rows):
        if with_agents(review):
            settle_round(db, review, by, now)


def follow(db: Database, review: Review, settled: Settled, by: Actor, now: int) -> None:
    """Write how a round ended, and what that means for the task. Nobody else is waited for in it."""
    vacate_seats(db, review.id, by, now)
    if settled.status == ReviewStatus.ESCALATED:
        _ask(db, review, settled, by, now)
        return
    set_settled(db, review.id, settled.status, settled.reason, settled.confidence, by, now)
    task = the_task(db, review.task_id)
    if review.protocol == PLAN_REVIEW:
        if settled.task_verb == Verdict.REJECT:
            _deny(db, task, f"{review.protocol}: {settled.reason}", by, now)
    elif settled.task_verb == Verdict.APPROVE:
        following = next_protocol(db, task)
        if following is not None and review.protocol in task.reviews:
            open_following(db, task, review, following, by, now)
        else:
            move(db, task, "approve", TaskStatus.DONE, by, now, preferred=None, failure=None)
            draw_experience(db, task, review=review, by=by, now=now)
    elif settled.task_verb == Verdict.REQUEST_CHANGES:
        move(
            db, task, "request_changes", TaskStatus.PENDING, by, now, preferred=review.author, attempts=0, retry_at=None
        )
    else:
        move(db, task, "reject", TaskStatus.FAILED, by, now, failure=f"{review.protocol}: {settled.reason}")


def _deny(db: Database, task: Task, failure: str, by: Actor, now: int) -> None:
    """A task whose plan is rejected fails before anyone began; the operator may do that to a held one too."""
    if task.status == TaskStatus.HELD:
        move(db, task, "unhold", TaskStatus.PENDING, by, now)
        task = the_task(db, task.id)
    move(db, task, "deny", TaskStatus.FAILED, by, now, failure=failure)


def _up(review: Review, reason: str, to: str) -> Settled:
    return Settled(status=ReviewStatus.ESCALATED, reason=reason, confidence=review.confidence, to=to)


def _ask(db: Database, review: Review, settled: Settled, by: Actor, now: int) -> None:
    """The round goes to an agent, who gets a seat and the time of a round, or to the operator, who has all the time."""
    to, until = settled.to or OPERATOR, None
    if to != OPERATOR:
        insert_seat(db, review, to, SeatKind.ESCALATION, by, now)
        until = now + review.round_timeout * 1000 if review.round_timeout else None
    set_escalated(db, review.id, to, settled.reason, by, now, settled.confidence, until)


def _set_terms(db: Database, review_id: int, terms: Terms, since: int | None, by: Actor, now: int) -> None:
    timed = since is not None and terms.round_timeout > 0
    db.execute(
        "UPDATE reviews SET max_rounds = :rounds, threshold = :threshold, rubric = :rubric, gates = :gates, quorum = :quorum,"
        " in_sequence = :in_sequence, debate = :debate, ladder = :ladder, round_timeout = :timeout, round_until = :until,"
        f" {STAMP} WHERE id = :id",
        stamped(
            by,
            now,
            id=review_id,
            rounds=terms.max_rounds,
            threshold=terms.threshold,
            rubric=json.dumps(dict(terms.rubric)),
            gates=json.dumps(dict(terms.gates)) if terms.gates else None,
            quorum=terms.quorum,
            in_sequence=int(terms.in_sequence),
            debate=int(terms.debate),
            ladder=json.dumps(list(terms.ladder)),
            timeout=terms.round_timeout,
            until=now + terms.round_timeout * 1000 if timed else None,
        ),
    )
