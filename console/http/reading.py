"""Owns what the service door shows: the functions behind its GET routes. They change nothing."""

from __future__ import annotations

from functools import partial

from console.api.alert import Alert
from console.api.ask import Ask
from console.api.need import Need
from console.api.session import Session
from console.api.shape import widened
from console.api.status import NamedProject, ProjectStands, Status
from console.api.task import Task, TaskShown
from console.api.thread import Review, Thread
from console.blackboard.connection import Database
from console.blackboard.reads.asks import get_ask, list_asks, open_asks
from console.blackboard.reads.reviews import list_reviews, thread
from console.blackboard.reads.sessions import present_sessions, recent_sessions
from console.blackboard.reads.tasks import list_tasks
from console.engine.status import collect
from console.errors import UsageError
from console.http.route import MOST_NUMBER, Asked, whole
from console.records.review import ReviewStatus
from console.records.task import TaskStatus
from console.settings.load import settings_as_far_as_right
from console.showing.alerts import alerts_everywhere
from console.showing.everywhere import in_every_project
from console.showing.needs import awake, needs_everywhere
from console.showing.sessions import shown_sessions
from console.showing.tasks import shown_task

__all__ = (
    "alerts",
    "ask",
    "asks",
    "needs",
    "project",
    "projects",
    "review",
    "reviews",
    "sessions",
    "status",
    "task",
    "tasks",
)

_LIVE = (ReviewStatus.ESCALATED, ReviewStatus.OPEN, ReviewStatus.CHANGES_REQUESTED)


def status(asked: Asked) -> Status:
    """Who is in charge, and how each project stands."""
    settings, wrong = settings_as_far_as_right(asked.home, asked.environ)
    return collect(asked.home, settings, asked.clock, wrong)


def needs(asked: Asked) -> list[Need]:
    """What needs the operator, without what was put off."""
    found = needs_everywhere(asked.home, asked.now(), asked.left_out.append, asked.environ)
    if not asked.query.get("all"):
        found, _ = awake(asked.home, found, asked.now())
    return [Need.of(need) for need in found]


def projects(asked: Asked) -> list[NamedProject]:
    """How each stands."""
    return [widened(NamedProject, stands, id=name) for name, stands in status(asked).projects.items()]


def project(asked: Asked) -> ProjectStands:
    """How one stands."""
    name = asked.project
    return status(asked).projects[name]


def tasks(asked: Asked) -> list[Task]:
    """Of one project, in the order of their numbers."""
    wanted = _one_of(asked.query.get("status"), TaskStatus)
    with asked.board(read_only=True) as db:
        after = whole(asked.query.get("after", "0"), "after", MOST_NUMBER)
        found = list_tasks(db, status=wanted, tag=asked.query.get("tag"), limit=asked.limit, after=after)
        return [Task.of(asked.project, one) for one in found]


def task(asked: Asked) -> TaskShown:
    """One with what lies around it."""
    with asked.board(read_only=True) as db:
        return shown_task(asked.project, asked.number, db)


def reviews(asked: Asked) -> list[Review]:
    """That are not settled, or all of them; those that wait for the operator first."""
    wanted = list(ReviewStatus) if asked.query.get("all") else list(_LIVE)
    read = partial(_reviews, wanted, asked.limit)
    rows = in_every_project(asked.home, read, asked.left_out.append)
    rows.sort(key=lambda row: (row.status, row.escalated_to) != (ReviewStatus.ESCALATED, "operator"))
    return rows[: asked.limit]


def review(asked: Asked) -> Thread:
    """The whole thread."""
    with asked.board(read_only=True) as db:
        return Thread.whole(thread(db, asked.number), asked.project)


def asks(asked: Asked) -> list[Ask]:
    """That wait for an answer, or all of them."""
    every = bool(asked.query.get("all"))

    def read(name: str, db: Database) -> list[Ask]:
        return [Ask.of(name, one) for one in (list_asks(db, limit=asked.limit) if every else open_asks(db))]

    rows = in_every_project(asked.home, read, asked.left_out.append)
    return sorted(rows, key=lambda row: row.at or "", reverse=every)[: asked.limit]


def ask(asked: Asked) -> Ask:
    """One, whole."""
    with asked.board(read_only=True) as db:
        return Ask.of(asked.project, get_ask(db, asked.number))


def sessions(asked: Asked) -> list[Session]:
    """That have not ended, or the newest of all."""
    every = bool(asked.query.get("all"))

    def read(name: str, db: Database) -> list[Session]:
        return shown_sessions(name, db, recent_sessions(db, limit=asked.limit) if every else present_sessions(db))

    rows = in_every_project(asked.home, read, asked.left_out.append)
    return sorted(rows, key=lambda row: row.created_at or "", reverse=every)[: asked.limit]


def alerts(asked: Asked) -> list[Alert]:
    """That are open."""
    return alerts_everywhere(asked.home, asked.now(), asked.left_out.append, asked.environ)[: asked.limit]


def _reviews(wanted: list[ReviewStatus], limit: int, name: str, db: Database) -> list[Review]:
    return [Review.of(name, found, of.title) for found, of in list_reviews(db, statuses=wanted, limit=limit)]


def _one_of(said: str | None, kind: type[TaskStatus]) -> TaskStatus | None:
    if said is None:
        return None
    try:
        return kind(said)
    except ValueError as error:
        raise UsageError(f"status: expected one of {', '.join(kind)}, found {said[:40]!r}") from error
