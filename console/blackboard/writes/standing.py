"""Owns what stands of a verdict that was given before: whether one more says the same, and the words for whoever differs.

Writes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from console.blackboard.connection import Database
from console.blackboard.writes.review_rows import the_review
from console.blackboard.writes.said import Said, said_before
from console.errors import Conflict
from console.records.review import Review, Verdict, VerdictGiven
from console.text import one_line

__all__ = ("already_judged", "given_in", "judged_how", "refuse_another")


def given_in(db: Database, session_id: str, fence: int) -> VerdictGiven | None:
    """The verdict that a reviewer's session has given."""
    row = db.execute(
        "SELECT v.* FROM verdicts v JOIN sessions s ON s.id = v.session"
        " WHERE v.session = ? AND s.fence = ? AND v.seat_id IS NOT NULL AND v.undone_at IS NULL",
        (session_id, fence),
    ).fetchone()
    return None if row is None else VerdictGiven.from_row(row)


def refuse_another(db: Database, given: VerdictGiven, said: Said) -> None:
    """Raise Conflict where the session now says something else than in the verdict that it gave."""
    if said_before(db, said) is None:
        return
    review = the_review(db, given.review_id)
    raise Conflict(
        f"your verdict on review #{review.id} was given and stands ({_in_words(given)}; the review is {review.status}),"
        " and this other one was not taken; `blackboard comment` says more"
    )


def already_judged(
    db: Database, review: Review, verdict: Verdict, comment: str, findings: Sequence[Mapping[str, Any]]
) -> bool:
    """Whether the operator's own verdict settled the review, and in just these words."""
    given = _last(db, review)
    if given is None or given.seat_id is not None or review.settled_at is None:
        return False
    return (given.verdict, given.comment, list(given.findings)) == (verdict, comment, list(map(dict, findings)))


def judged_how(db: Database, review: Review) -> str:
    """The status of a settled review, with the verdict that settled it."""
    given = _last(db, review)
    return str(review.status) if given is None else f"{review.status} already (by {given.reviewer}: {_in_words(given)})"


def _last(db: Database, review: Review) -> VerdictGiven | None:
    row = db.execute(
        "SELECT * FROM verdicts WHERE review_id = ? AND round = ? AND undone_at IS NULL ORDER BY id DESC LIMIT 1",
        (review.id, review.round),
    ).fetchone()
    return None if row is None else VerdictGiven.from_row(row)


def _in_words(given: VerdictGiven) -> str:
    words = str(given.verdict).replace("_", " ")
    return f"{words}, {one_line(given.comment, 200)!r}" if given.comment.strip() else words
