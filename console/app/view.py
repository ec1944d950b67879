"""Owns how the records of one blackboard become what the screens show. It reads through blackboard.reads, writes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from console.blackboard.connection import Database
from console.blackboard.reads.asks import get_ask, open_asks
from console.blackboard.reads.board import found_on_board, links_of, live_reviews
from console.blackboard.reads.needs import needs, open_alerts_now
from console.blackboard.reads.notes import comments, open_alerts
from console.blackboard.reads.outputs import outputs_of
from console.blackboard.reads.reviews import count_reviews, find_reviews, list_reviews, reviews_of
from console.blackboard.reads.sessions import count_sessions, find_ended, present_sessions, recent_sessions, sessions_of
from console.blackboard.reads.task_history import task_history
from console.blackboard.reads.tasks import dependencies, dependents, get_task, state, tally
from console.blackboard.reads.worktrees import worktree_row
from console.records.alert import Observation
from console.records.board import BoardWish
from console.records.need import Need
from console.records.review import Review
from console.records.session import Session
from console.records.sought import Sought
from console.records.task import Task
from widgets.models import AlertRow, Board, NeedRow, ProjectRow, ReviewRow, SessionRow
from widgets.pages import TaskPage

__all__ = (
    "ProjectPart",
    "board_of",
    "home_alerts",
    "project_part",
    "task_page",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectPart:
    """What one project adds to the world."""

    row: ProjectRow
    needs: tuple[NeedRow, ...] = ()
    sessions: tuple[SessionRow, ...] = ()
    recent: tuple[SessionRow, ...] = ()
    found: tuple[SessionRow, ...] = ()
    """Ended ones that were sought."""
    alerts: tuple[AlertRow, ...] = ()
    reviews: tuple[ReviewRow, ...] = ()
    count_reviews: int = 0
    count_ended: int = 0
    """Sessions."""


def project_part(
    db: Database, project: str, name: str, team: tuple[tuple[str, str, str], ...], sought: Sought
) -> ProjectPart:
    """Read one project; `team` has (id, what people call it, role) of each agent. What is sought is read besides the newest."""
    agents = {agent: label for agent, label, _role in team}
    stands, counts = state(db), tally(db)
    listed = _reviews(db, project, sought.reviews)
    reviews = {review.id: review for review, _task in listed}
    alerts = open_alerts_now(db, project)
    waiting = tuple(_need(db, need, reviews, alerts) for need in needs(db, project))
    asked = {waits.need.review_id for waits in waiting}
    tasks: dict[int, Task] = {}
    waiting_for = {ask.session: ask for ask in open_asks(db) if ask.session is not None and not ask.parked}

    def row(session: Session) -> SessionRow:
        if session.task_id not in tasks:
            tasks[session.task_id] = get_task(db, session.task_id)
        label = agents.get(session.agent, session.agent)
        task, ask = tasks[session.task_id], waiting_for.get(session.id)
        return SessionRow(project=project, session=session, agent=label, task_title=task.title, ask=ask, task=task)

    present = present_sessions(db)
    ended = find_ended(db, project, sought.sessions, agents) if sought.sessions else ()
    shown = {session.id for session in present}
    return ProjectPart(
        row=ProjectRow(
            id=project,
            name=name,
            counts=tuple(counts.counts.items()),
            needs=len(waiting),
            paused=stands.paused_at is not None,
            archived=stands.archived,
            team=team,
        ),
        needs=waiting,
        sessions=tuple(map(row, present)),
        recent=tuple(row(session) for session in recent_sessions(db, limit=30) if session.id not in shown),
        alerts=tuple(AlertRow(project=project, alert=alert) for alert in alerts),
        reviews=tuple(_review_row(project, review, task, review.id in asked) for review, task in listed),
        found=tuple(map(row, ended)),
        count_reviews=count_reviews(db),
        count_ended=count_sessions(db) - len(present),
    )


def _review_row(project: str, review: Review, task: Task, asked: bool) -> ReviewRow:
    return ReviewRow(project=project, review=review, task=task, needs_me=asked or review.waits_for_operator)


def _reviews(db: Database, project: str, words: str) -> list[tuple[Review, Task]]:
    """Those that need somebody, the newest settled ones, and those that have the words."""
    found = list_reviews(db, limit=200)
    listed = {review.id: (review, task) for review, task in found}
    return [*(listed | {r.id: (r, t) for r, t in find_reviews(db, project, words)}).values()] if words else [*found]


def board_of(db: Database, project: str, name: str, agents: Mapping[str, str], wish: BoardWish, now: int) -> Board:
    """The board of one project; `agents` are ids and what people call them."""
    found = found_on_board(db, wish, agents, now)
    shown = [task.id for cards in found.columns for task in cards]
    return Board(
        project=project,
        name=name,
        wish=wish,
        columns=found.columns,
        counts=found.whole,
        found=found.counts,
        groups=tuple(tuple((agents.get(part, part), n) for part, n in sizes) for sizes in found.groups),
        reviews=live_reviews(db, shown),
        links=links_of(db, shown),
        workers=tuple((s.task_id, agents.get(s.agent, s.agent)) for s in present_sessions(db) if s.seat_id is None),
    )


def home_alerts(db: Database) -> tuple[tuple[NeedRow, ...], tuple[AlertRow, ...]]:
    """What waits for the operator, and the open alerts, that belong to no project."""
    alerts = open_alerts(db)
    waiting = tuple(_need(db, need, {}, alerts) for need in needs(db, ""))
    return waiting, tuple(AlertRow(project="", alert=alert) for alert in alerts)


def task_page(db: Database, project: str, task_id: int, *, now: int) -> TaskPage:
    """A task, to be read. Raises NotFound."""
    return TaskPage(
        project=project,
        task=get_task(db, task_id),
        sessions=sessions_of(db, task_id),
        reviews=reviews_of(db, task_id),
        comments=comments(db, task_id),
        outputs=outputs_of(db, task_id),
        needs=dependencies(db, task_id),
        needed_by=dependents(db, task_id),
        worktree=worktree_row(db, task_id),
        history=task_history(db, task_id, now=now),
    )


def _need(db: Database, need: Need, reviews: Mapping[int, Review], alerts: tuple[Observation, ...]) -> NeedRow:
    review = reviews.get(need.review_id) if need.review_id is not None else None
    task = get_task(db, need.task_id) if need.task_id is not None and need.project else None
    alert = next((alert for alert in alerts if alert.id == need.alert_id), None)
    if review is None:
        ask = get_ask(db, need.ask_id) if need.ask_id is not None else None
        return NeedRow(need=need, task=task, alert=alert, ask=ask)
    rounds = f"{review.round}/{review.max_rounds}" if review.max_rounds else ""
    return NeedRow(need=need, round=rounds, confidence=review.confidence, task=task, review=review)
