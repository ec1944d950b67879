"""Owns the questions about outputs."""

from __future__ import annotations

from console.blackboard.connection import Database, translated
from console.records.output import Output

__all__ = ("latest_outputs", "outputs_of")


def outputs_of(db: Database, task_id: int, *, limit: int = 500) -> tuple[Output, ...]:
    """Every version of every output of a task, in the order in which they were recorded."""
    with translated(db.path):
        rows = db.execute("SELECT * FROM outputs WHERE task_id = ? ORDER BY id LIMIT ?", (task_id, limit)).fetchall()
    return tuple(Output.from_row(row) for row in rows)


def latest_outputs(db: Database, task_id: int) -> tuple[Output, ...]:
    """The newest version of each output of a task."""
    with translated(db.path):
        rows = db.execute(
            "SELECT * FROM outputs o WHERE task_id = ? AND version ="
            " (SELECT max(version) FROM outputs WHERE task_id = o.task_id AND path = o.path) ORDER BY path",
            (task_id,),
        ).fetchall()
    return tuple(Output.from_row(row) for row in rows)
