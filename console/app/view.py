"""Owns how the records of one blackboard become what the screens show. It reads through blackboard.reads, writes nothing."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from console.blackboard.connection import Database
from console.blackboard.reads import home as home_reads
from console.blackboard.reads.needs import needs
from console.blackboard.reads.notes import comments, open_alerts
from console.blackboard.reads.outputs import outputs_of
from console.blackboard.reads.reviews import list_reviews, reviews_of
from console.blackboard.reads.sessions import present_sessions, recent_sessions, sessions_of
from console.blackboard.reads.tasks import board, dependencies, get_task, state, tally
from console.engine.in_charge import HEADLESS, holder
from console.engine.status import is_hung
from console.home import Home
from console.i18n import _
from console.records.actor import OPERATOR
from console.records.alert import Level, Observation
from console.records.need import Need
from console.records.review import Review, ReviewStatus
from console.records.session import Session
from console.records.task import TaskStatus
from widgets.models import (
    AlertRow,
    Board,
    NeedRow,
    ProjectRow,
    ReviewRow,
    SchedulerState,
    SessionRow,
    TaskPage,
)

__all__ = (
    "ProjectPart",
    "board_of",
    "gateway_alert",
    "hanging",
    "home_alerts",
    "project_part",
    "scheduler_state",
    "task_page",
)

PER_COLUMN = 200
COLUMNS = (
    (TaskStatus.PENDING, TaskStatus.HELD),
    (TaskStatus.WORKING,),
    (TaskStatus.REVIEW,),
    (TaskStatus.FAILED, TaskStatus.DONE, TaskStatus.CANCELLED),
)
_LIVE = (ReviewStatus.OPEN, ReviewStatus.CHANGES_REQUESTED, ReviewStatus.ESCALATED)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectPart:
    """What one project adds to the world."""

    row: ProjectRow
    needs: tuple[NeedRow, ...] = ()
    sessions: tuple[SessionRow, ...] = ()
    recent: tuple[SessionRow, ...] = ()
    alerts: tuple[AlertRow, ...] = ()
    reviews: tuple[ReviewRow, ...] = ()


def project_part(db: Database, project: str, name: str, agents: Mapping[str, str]) -> ProjectPart:
    """Read one project; `agents` are ids and what people call them."""
    found, counts = state(db), tally(db)
    listed = list_reviews(db, limit=200)
    reviews = {review.id: review for review, _task in listed}
    alerts = open_alerts(db)
    waiting = tuple(_need(db, need, reviews, alerts) for need in needs(db, project))
    asked = {waits.need.review_id for waits in waiting}
    titles: dict[int, str] = {}

    def row(session: Session) -> SessionRow:
        if session.task_id not in titles:
            titles[session.task_id] = get_task(db, session.task_id).title
        label = agents.get(session.agent, session.agent)
        return SessionRow(project=project, session=session, agent=label, task_title=titles[session.task_id])

    present = present_sessions(db)
    shown = {session.id for session in present}
    return ProjectPart(
        row=ProjectRow(
            id=project,
            name=name,
            counts=tuple(counts.counts.items()),
            needs=len(waiting),
            paused=found.paused_at is not None,
            archived=found.archived,
        ),
        needs=waiting,
        sessions=tuple(map(row, present)),
        recent=tuple(row(session) for session in recent_sessions(db, limit=30) if session.id not in shown),
        alerts=tuple(AlertRow(project=project, alert=alert) for alert in alerts),
        reviews=tuple(
            ReviewRow(project=project, review=review, task=task, needs_me=_mine(review) or review.id in asked)
            for review, task in listed
        ),
    )


def board_of(db: Database, project: str, name: str) -> Board:
    """The board of one project."""
    columns, counts = board(db, per_column=PER_COLUMN), tally(db).counts
    live = list_reviews(db, statuses=_LIVE, limit=PER_COLUMN)
    return Board(
        project=project,
        name=name,
        columns=tuple(tuple(task for status in statuses for task in columns[status]) for statuses in COLUMNS),
        counts=tuple(sum(counts.get(status, 0) for status in statuses) for statuses in COLUMNS),
        reviews=tuple((task.id, f"{review.round}/{review.max_rounds or '-'}", _mine(review)) for review, task in live),
    )


def home_alerts(db: Database) -> tuple[tuple[NeedRow, ...], tuple[AlertRow, ...]]:
    """What waits for the operator, and the open alerts, that belong to no project."""
    alerts = open_alerts(db)
    waiting = tuple(_need(db, need, {}, alerts) for need in needs(db, ""))
    return waiting, tuple(AlertRow(project="", alert=alert) for alert in alerts)


HANGS = 0
"""The id of the alert that no database holds: it ends by itself, so it cannot be acknowledged."""


def hanging(db: Database, home: Home, now: int) -> tuple[AlertRow, ...]:
    """The alert of a scheduler that is in charge and does not tick; whoever hangs cannot raise it itself."""
    status, who = home_reads.scheduler_status(db) or {}, holder(home)
    interval = int(status.get("tick_interval_seconds") or 30)
    if who is None or not is_hung(who, status.get("last_tick"), interval, now):
        return ()
    text = _("the scheduler in charge (pid {pid} on {host}) hangs; end it with: kill -9 {pid}")
    body = text.format(pid=who.pid, host=who.host)
    since = max(who.since, _ms(status.get("last_tick")) or 0)
    return (AlertRow(project="", alert=Observation(id=HANGS, level=Level.URGENT, cause="hangs", body=body, at=since)),)


def scheduler_state(db: Database, home: Home, *, limit: int) -> SchedulerState:
    """Who is in charge and how it goes. The lock alone says whether somebody is; the row says how it goes."""
    status = home_reads.scheduler_status(db) or {}
    flags = home_reads.flags(db)
    who = holder(home)
    gateway = status.get("gateway_state") or {}
    return SchedulerState(
        known=True,
        running=who is not None,
        mine=who is not None and (who.pid, who.host) == (os.getpid(), socket.gethostname()),
        headless=who is not None and who.mode == HEADLESS,
        pid=None if who is None else who.pid,
        host="" if who is None else who.host,
        last_tick_at=_ms(status.get("last_tick")),
        tick_ms=status.get("last_tick_ms"),
        tick_interval=int(status.get("tick_interval_seconds") or 30),
        limit=int(status.get("max_global_agents") or limit),
        gateway=_gateway_version(gateway),
        gateway_trouble=_gateway_trouble(gateway) if who is not None else "",
        paused="pause" in flags,
        estopped="estop" in flags,
        draining=bool(status.get("draining")),
    )


def _gateway_version(state: Mapping[str, str | None]) -> str:
    return state.get("version") or "?" if state.get("kind") == "up" else ""


def _gateway_trouble(state: Mapping[str, str | None]) -> str:
    if state.get("kind") in (None, "up", "connecting", "starting"):
        return ""
    return "; ".join(part for part in (state.get("sentence"), state.get("advice")) if part)


def gateway_alert(trouble: str, since: int) -> tuple[AlertRow, ...]:
    """The gateway's trouble as an alert: local agents go on meanwhile, and it ends by itself."""
    if not trouble:
        return ()
    return (
        AlertRow(project="", alert=Observation(id=0, level=Level.ATTENTION, cause="gateway", body=trouble, at=since)),
    )


def _ms(value: object) -> int | None:
    """Epoch ms from a number or an ISO 8601 text."""
    if isinstance(value, str):
        return round(datetime.fromisoformat(value.replace("Z", "+00:00")).timestamp() * 1000)
    return int(value) if isinstance(value, int | float) else None


def task_page(db: Database, project: str, task_id: int) -> TaskPage:
    """A task, to be read. Raises NotFound."""
    return TaskPage(
        project=project,
        task=get_task(db, task_id),
        sessions=sessions_of(db, task_id),
        reviews=reviews_of(db, task_id),
        comments=comments(db, task_id),
        outputs=outputs_of(db, task_id),
        needs=dependencies(db, task_id),
    )


def _need(db: Database, need: Need, reviews: Mapping[int, Review], alerts: tuple[Observation, ...]) -> NeedRow:
    review = reviews.get(need.review_id) if need.review_id is not None else None
    task = get_task(db, need.task_id) if need.task_id is not None and need.project else None
    alert = next((alert for alert in alerts if alert.id == need.alert_id), None)
    if review is None:
        return NeedRow(need=need, task=task, alert=alert)
    rounds = f"{review.round}/{review.max_rounds}" if review.max_rounds else ""
    return NeedRow(need=need, round=rounds, confidence=review.confidence, task=task, review=review)


def _mine(review: Review) -> bool:
    return review.status == ReviewStatus.ESCALATED and review.escalated_to == OPERATOR
