"""Owns short words for tests on a real blackboard: make one, and let named agents claim, submit and review on it."""

from __future__ import annotations

import itertools
import uuid
from pathlib import Path
from typing import Any

from console.blackboard.connection import Database, create_project, open_project
from console.blackboard.reads.reviews import OpenRound, get_review, open_rounds
from console.blackboard.writes.claims import Start, claim_seat, claim_task
from console.blackboard.writes.rounds import end_round, prepare_round
from console.blackboard.writes.sessions import end_session, mark_running
from console.blackboard.writes.submissions import submit
from console.blackboard.writes.tasks import NewTask, create_task
from console.blackboard.writes.verdicts import give_verdict
from console.records.actor import OPERATOR, SCHEDULER, Actor, Origin
from console.records.review import Review, SeatStatus, Verdict
from console.records.session import Session, SessionStatus
from console.records.task import Task
from console.reviews.terms import Terms
from console.reviews.turns import open_seats, to_follow

RUBRIC = {"correct": 2.0, "clear": 1.0}
BOSS = Actor(name=OPERATOR, origin=Origin.CLI)


class Board:
    """A blackboard in a folder, with a clock that moves one second a command."""

    def __init__(self, folder: Path, project: str = "quant") -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / "blackboard.db").exists():
            create_project(folder, project, 1)
        self.db: Database = open_project(folder)
        self._clock = itertools.count(1_000_000, 1000)

    def now(self) -> int:
        """The next instant, epoch ms."""
        return next(self._clock)

    def task(self, title: str = "work", **fields: Any) -> Task:
        """A new task."""
        return create_task(self.db, NewTask(title=title, **fields), by=BOSS, now=self.now())

    def start(self, agent: str, backend: str = "command") -> Start:
        """A start of a fresh session."""
        return Start(session=str(uuid.uuid4()), agent=agent, backend=backend)

    def claim(self, task_id: int, agent: str = "dev", backend: str = "command") -> Session:
        """A claim by a session that is running."""
        session = claim_task(self.db, task_id, self.start(agent, backend), by=SCHEDULER, now=self.now())
        if backend != "external":
            assert mark_running(self.db, session.id, now=self.now())
        return session

    def submit(self, session: Session, summary: str = "did it", **more: Any) -> Task:
        """The submit of a session, and its process gone after it."""
        who = Actor(name=session.agent, origin=Origin.AGENT, session=session.id)
        task = submit(self.db, session.id, session.fence, summary=summary, by=who, now=self.now(), **more)
        self.gone(session)
        return task

    def gone(self, session: Session, status: SessionStatus = SessionStatus.SUCCEEDED, **how: Any) -> Session:
        """The end of a session's process."""
        ended = end_session(self.db, session.id, status=status, now=self.now(), **how)
        if how.get("exhausted"):
            self.follow()
        return ended

    def follow(self, *instead: str) -> None:
        """The scheduler's look at the only open round, where its reviewers said nothing: `instead` are asked."""
        for found in open_rounds(self.db):
            behind = [s for s in to_follow(found.review, found.seats) if not open_seats(found.review, found.seats)]
            if behind:
                gave_up = ", ".join(s.reviewer for s in behind if s.status == SeatStatus.VACANT)
                end_round(
                    self.db,
                    found.review.id,
                    found.review.round,
                    seats=[s.id for s in behind],
                    reason=f"{gave_up} failed every attempt" if gave_up else "",
                    instead=instead,
                    by=SCHEDULER,
                    now=self.now(),
                )

    def work(self, task_id: int, agent: str = "dev", **more: Any) -> Task:
        """One whole attempt: claim, submit, gone; `more` goes to `submit`."""
        return self.submit(self.claim(task_id, agent), **more)

    def prepare(self, *reviewers: str, **terms: Any) -> OpenRound:
        """The only open round with its seats, made now where it has none; `terms` are fields of Terms."""
        (found,) = open_rounds(self.db)
        if not found.seats:
            made = Terms(**{"rubric": RUBRIC, **terms})
            prepare_round(
                self.db,
                found.review.id,
                found.review.round,
                reviewers=reviewers,
                terms=made,
                by=SCHEDULER,
                now=self.now(),
            )
            (found,) = open_rounds(self.db)
        return found

    def seat(self, reviewer: str = "rev", **terms: Any) -> Session:
        """The reviewer's running session on the only open round, which is prepared for it alone where it is new."""
        found = self.prepare(reviewer, **terms)
        mine = [s for s in found.seats if s.reviewer == reviewer] or found.seats
        session = claim_seat(self.db, mine[0].id, self.start(reviewer), by=SCHEDULER, now=self.now())
        assert mark_running(self.db, session.id, now=self.now())
        return session

    def takes(self, reviewer: str) -> Session:
        """The running session of one reviewer of the only open round, prepared before."""
        (found,) = open_rounds(self.db)
        (seat,) = (s for s in found.seats if s.reviewer == reviewer)
        session = claim_seat(self.db, seat.id, self.start(reviewer), by=SCHEDULER, now=self.now())
        assert mark_running(self.db, session.id, now=self.now())
        return session

    def reviewer_says(self, reviewer: str, verdict: Verdict, score: float = 0.9, **more: Any) -> Review:
        """The whole session of one reviewer of the only open round, ending with `verdict`; `more` as in `says`."""
        return self.says(self.takes(reviewer), verdict, score, **more)

    def verdict(self, verdict: Verdict, score: float = 0.9, **numbers: Any) -> Review:
        """A reviewer's whole session on the only open round, ending with `verdict`."""
        return self.says(self.seat(**numbers), verdict, score)

    def says(self, session: Session, verdict: Verdict, score: float = 0.9, **more: Any) -> Review:
        """The verdict of a reviewer's running session, and its process gone after it; `more` goes to `give_verdict`."""
        who = Actor(name=session.agent, origin=Origin.AGENT, session=session.id)
        approving = verdict == Verdict.APPROVE
        what: dict[str, Any] = {
            "scores": dict.fromkeys(RUBRIC, score) if approving else None,
            "findings": [] if approving else [{"text": "the sum is wrong", "path": "outputs/a.md", "line": 3}],
            "comment": "not my field" if verdict == Verdict.ABSTAIN else "",
        }
        review = give_verdict(
            self.db, session.id, session.fence, verdict=verdict, by=who, now=self.now(), **{**what, **more}
        )
        self.gone(session)
        if verdict == Verdict.ABSTAIN:
            self.follow()
            return get_review(self.db, review.id)
        return review

    def status(self, task_id: int) -> str:
        """A task's status now."""
        (status,) = self.db.execute("SELECT status FROM tasks WHERE id = ?", (task_id,)).fetchone()
        return str(status)

    def close(self) -> None:
        """Let the blackboard go."""
        self.db.close()


def recount(db: Database) -> list[str]:
    """What the triggers keep, counted anew: one line for each difference, none where all is right."""
    wrong = []
    for row in db.execute("SELECT status, n FROM counts"):
        (real,) = db.execute("SELECT count(*) FROM tasks WHERE status = ?", (row["status"],)).fetchone()
        if real != row["n"]:
            wrong.append(f"counts says {row['n']} {row['status']}, there are {real}")
    for row in db.execute(
        "SELECT t.id, t.blocked_by, (SELECT count(*) FROM dependencies d JOIN tasks n ON n.id = d.needs"
        " WHERE d.task = t.id AND n.status <> 'done') AS real FROM tasks t"
    ):
        if row["blocked_by"] != row["real"]:
            wrong.append(f"task {row['id']} says blocked by {row['blocked_by']}, it is by {row['real']}")
    return wrong
