"""Owns the questions about outputs: every version, the newest, and those that a round of a review handed in."""

from __future__ import annotations

from console.blackboard.connection import Database, translated
from console.errors import UsageError
from console.records.output import REMOVED, Output, RoundChanges, changed_between

__all__ = ("changes_of", "handed_in", "latest_outputs", "outputs_of", "rounds_of")

_STATE = """
SELECT * FROM outputs o WHERE task_id = :task AND version =
  (SELECT max(version) FROM outputs WHERE task_id = o.task_id AND path = o.path
   AND (:until IS NULL OR at <= :until OR session = :session))
ORDER BY path"""


def outputs_of(db: Database, task_id: int, *, limit: int = 500) -> tuple[Output, ...]:
    """Every version of every output of a task, in the order in which they were recorded; removals are not among them."""
    with translated(db.path):
        rows = db.execute(
            "SELECT * FROM outputs WHERE task_id = ? AND kind <> ? ORDER BY id LIMIT ?", (task_id, REMOVED, limit)
        ).fetchall()
    return tuple(Output.from_row(row) for row in rows)


def latest_outputs(db: Database, task_id: int) -> tuple[Output, ...]:
    """The newest version of each output of a task that is there."""
    return _state(db, task_id, None, None)


def handed_in(db: Database, review_id: int, round_: int) -> tuple[Output, ...]:
    """The outputs of a task as a round of one of its reviews handed them in; round 0 is the time before the first.

    Rounds of several reviews of a task have the same numbers, so the submission counts, not the number with an output.
    """
    if round_ == 0:
        return ()
    with translated(db.path):
        row = db.execute(
            "SELECT task_id, submissions.at, submissions.session FROM submissions JOIN reviews ON reviews.id = review_id"
            " WHERE review_id = ? AND submissions.round = ?",
            (review_id, round_),
        ).fetchone()
    if row is None:
        raise UsageError(f"review #{review_id} has no round {round_} that was handed in")
    return _state(db, row["task_id"], row["at"], row["session"])


def rounds_of(db: Database, review_id: int) -> tuple[int, ...]:
    """The rounds of a review that were handed in, in order."""
    with translated(db.path):
        rows = db.execute("SELECT round FROM submissions WHERE review_id = ? ORDER BY round", (review_id,)).fetchall()
    return tuple(row["round"] for row in rows)


def changes_of(db: Database, review_id: int, rounds: tuple[int, int] | None = None) -> RoundChanges | None:
    """What changed between two rounds of a review: by default the last that was handed in and the one before it.

    None where nothing was handed in yet. Raises UsageError for a round that is not there.
    """
    if rounds is None:
        known = rounds_of(db, review_id)
        if not known:
            return None
        rounds = (known[-2] if len(known) > 1 else 0, known[-1])
    before, after = rounds
    if before >= after:
        raise UsageError(f"rounds are given from the earlier to the later, as in 1..2; {before}..{after} is not")
    changed = changed_between(handed_in(db, review_id, before), handed_in(db, review_id, after))
    return RoundChanges(before=before, after=after, outputs=changed)


def _state(db: Database, task_id: int, until: int | None, session: str | None) -> tuple[Output, ...]:
    values = {"task": task_id, "until": until, "session": session}
    with translated(db.path):
        rows = db.execute(_STATE, values).fetchall()
    return tuple(output for row in rows if (output := Output.from_row(row)).kind != REMOVED)
