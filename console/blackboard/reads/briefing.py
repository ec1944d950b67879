"""Owns the briefing: all that an agent needs to know of a task, or of the review it is to give, gathered in one read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from console.blackboard.connection import Database
from console.blackboard.reads.asks import asks_of
from console.blackboard.reads.notes import comments, decisions
from console.blackboard.reads.outputs import changes_of, latest_outputs, rounds_of
from console.blackboard.reads.reviews import Thread, get_seat, reviews_of, thread
from console.blackboard.reads.sessions import sessions_of
from console.blackboard.reads.task_json import task_json
from console.blackboard.reads.tasks import children, dependencies, get_task
from console.blackboard.reads.thread_json import thread_json
from console.clock import iso
from console.records.ask import Ask
from console.records.note import Comment, Decision
from console.records.output import Output, RoundChanges
from console.records.review import Seat
from console.records.session import Session
from console.records.task import Task

__all__ = ("Briefing", "Needed", "briefing")


@dataclass(frozen=True, slots=True, kw_only=True)
class Needed:
    """A task that this one depends on, with what it left."""

    task: Task
    summary: str
    """Of its last submission."""
    outputs: tuple[Output, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Briefing:
    """What is known; `as_text` in console.blackboard.reads.briefing_text is made for a model to read."""

    project: str
    folder: Path
    """The project's folder; an output lies at `folder/artifacts/<task>/<path>`."""
    task: Task
    needed: tuple[Needed, ...]
    outputs: tuple[Output, ...]
    comments: tuple[Comment, ...]
    asks: tuple[Ask, ...]
    """Of the task, oldest first."""
    decisions: tuple[Decision, ...]
    threads: tuple[Thread, ...]
    """The reviews of the task, oldest first."""
    attempts: tuple[Session, ...]
    """Earlier sessions on the task itself that did not succeed, oldest first."""
    review: Thread | None = None
    """The review to give, for a reviewer."""
    seat: Seat | None = None
    """The reviewer's own."""
    children: tuple[Needed, ...] = ()
    """The tasks whose parent this one is, with what they left, for its reviewers."""
    changes: RoundChanges | None = None
    """Of the outputs since the round before, for a reviewer from the second round on."""

    def path(self, output: Output) -> str:
        """Where an output lies."""
        return str(self.folder / "artifacts" / str(output.task_id) / output.path)

    def as_dict(self) -> dict[str, Any]:
        """For JSON; field names are stable."""
        return {
            "project": self.project,
            "task": task_json(self.task),
            "depends_on": [self._needed(needed) for needed in self.needed],
            "children": [self._needed(child) for child in self.children],
            "outputs": [self._output(output) for output in self.outputs],
            "comments": [
                {"by": c.actor, "type": c.comment_type, "body": c.body, "at": iso(c.at)} for c in self.comments
            ],
            "asks": [
                {"id": a.id, "by": a.actor, "text": a.body, "status": a.status, "answer": a.said, "at": iso(a.at)}
                for a in self.asks
            ],
            "decisions": [
                {"by": d.actor, "title": d.title, "reason": d.reason, "at": iso(d.at)} for d in self.decisions
            ],
            "reviews": [thread_json(found) for found in self.threads],
            "attempts": [
                {"attempt": s.attempt, "agent": s.agent, "status": s.status, "failure": s.failure, "tail": s.tail}
                for s in self.attempts
            ],
            "review": thread_json(self.review) if self.review else None,
        }

    def _needed(self, needed: Needed) -> dict[str, Any]:
        outputs = [self._output(output) for output in needed.outputs]
        return {"task": task_json(needed.task), "summary": needed.summary, "outputs": outputs}

    def _output(self, output: Output) -> dict[str, Any]:
        return {
            "path": self.path(output),
            "kind": output.kind,
            "version": output.version,
            "round": output.round,
            "size": output.size,
            "sha256": output.sha256,
            "by": output.actor,
        }


def briefing(db: Database, task_id: int, *, seat_id: int | None = None) -> Briefing:
    """Gather what an agent needs for `task_id`, and for the review seat where one is named. Raises NotFound."""
    task = get_task(db, task_id)
    threads = tuple(thread(db, review.id) for review in reviews_of(db, task_id))
    review = changes = None
    seat = None if seat_id is None else get_seat(db, seat_id)
    if seat is not None:
        review = next(found for found in threads if found.review.id == seat.review_id)
        before = (seat.round - 1, seat.round)
        both = set(before) <= set(rounds_of(db, seat.review_id))
        changes = changes_of(db, seat.review_id, before) if both else None
    (project,) = db.execute("SELECT project FROM project WHERE id = 1").fetchone()
    return Briefing(
        project=project,
        folder=db.path.parent,
        task=task,
        needed=tuple(_needed(db, needed) for needed in dependencies(db, task_id)),
        outputs=latest_outputs(db, task_id),
        comments=comments(db, task_id, limit=30),
        asks=asks_of(db, task_id, limit=30, leave=False),  # an agent was told of that at once, for once
        decisions=decisions(db, limit=30),
        threads=threads,
        attempts=tuple(s for s in sessions_of(db, task_id) if s.seat_id is None and s.ended_at and s.failure)[-10:],
        review=review,
        seat=seat,
        children=tuple(_needed(db, child) for child in children(db, task_id)) if seat is not None else (),
        changes=changes,
    )


def _needed(db: Database, task: Task) -> Needed:
    row = db.execute(
        "SELECT summary FROM submissions JOIN reviews ON reviews.id = review_id WHERE task_id = ?"
        " AND protocol <> 'plan_review' ORDER BY submissions.id DESC"
        " LIMIT 1",
        (task.id,),
    ).fetchone()
    return Needed(task=task, summary=row["summary"] if row else "", outputs=latest_outputs(db, task.id))
