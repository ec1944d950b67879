"""Owns the record of an output: which file a task produced, in which version and round, with its hash.

The file itself is checked, copied and hashed before, by whoever calls; nothing here touches the disk.
"""

from __future__ import annotations

from console.blackboard.connection import Database, write
from console.blackboard.reads.outputs import latest_outputs
from console.blackboard.writes.notes import check_claim
from console.blackboard.writes.stamps import stamped, the_task
from console.records.actor import Actor
from console.records.output import REMOVED, Output
from console.records.task import Task
from console.text import same_name

__all__ = ("missing_outputs", "present_round", "record_output", "record_removal")


def record_output(
    db: Database,
    task_id: int,
    *,
    path: str,
    kind: str = "file",
    sha256: str,
    size: int,
    fence: int | None = None,
    by: Actor,
    now: int,
) -> Output:
    """Record `path` (relative to the task's artifacts folder) as an output of the current round.

    The same content, of the same kind, at the same path in the same round is recorded once. With a `fence` the claim must
    still hold.
    """
    with write(db):
        check_claim(db, by, fence, now)
        the_task(db, task_id)
        round_ = present_round(db, task_id)
        last = db.execute(
            "SELECT * FROM outputs WHERE task_id = ? AND path = ? ORDER BY version DESC LIMIT 1", (task_id, path)
        ).fetchone()
        if last is not None and last["sha256"] == sha256 and last["round"] == round_ and last["kind"] == kind:
            return Output.from_row(last)
        done = db.execute(
            "INSERT INTO outputs (task_id, session, version, round, path, kind, sha256, size, at, actor, origin, in_session)"
            " VALUES (:task, :in_session, :version, :round, :path, :kind, :sha256, :size, :now, :actor, :origin, :in_session)",
            stamped(
                by,
                now,
                task=task_id,
                version=last["version"] + 1 if last else 1,
                round=round_,
                path=path,
                kind=kind,
                sha256=sha256,
                size=size,
            ),
        )
    return Output.from_row(db.execute("SELECT * FROM outputs WHERE id = ?", (done.lastrowid,)).fetchone())


def record_removal(db: Database, task_id: int, path: str, *, fence: int | None = None, by: Actor, now: int) -> bool:
    """Record that an output of an earlier round is gone; False where no version of it is there."""
    with write(db):
        if path not in {output.path for output in latest_outputs(db, task_id)}:
            return False
        record_output(db, task_id, path=path, kind=REMOVED, sha256="", size=0, fence=fence, by=by, now=now)
    return True


def missing_outputs(db: Database, task: Task) -> tuple[str, ...]:
    """The outputs that are expected of the task and were never recorded."""
    if not task.expect:
        return ()
    recorded = {same_name(output.path) for output in latest_outputs(db, task.id)}
    return tuple(path for path in task.expect if same_name(path) not in recorded)


def present_round(db: Database, task_id: int) -> int:
    """The round that the present work will be submitted in."""
    row = db.execute(
        "SELECT round + (status = 'changes_requested') FROM reviews WHERE task_id = ?"
        " AND status IN ('open', 'changes_requested', 'escalated') ORDER BY id LIMIT 1",
        (task_id,),
    ).fetchone()
    return 1 if row is None else int(row[0])
