"""Owns what starts now, and with whom: review seats first, then ready tasks, project by project in turn.

Takes from `Slots` and `Ledger` what it gives; refuses nothing that a rule of another file has not refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeVar

from console.records.agent import Agent
from console.records.review import SeatStatus
from console.records.task import Task
from console.reviews.turns import whose_turn
from console.scheduler.actions import StartSeat, StartTask
from console.scheduler.budgets import Ledger
from console.scheduler.claimable import graced, refusal
from console.scheduler.gates import project_closed
from console.scheduler.matching import Team
from console.scheduler.policies import in_order
from console.scheduler.rounds import ending, open_rounds, to_prepare
from console.scheduler.slots import Slots
from console.scheduler.snapshot import ProjectView, Snapshot

__all__ = ("dispatch",)

T = TypeVar("T")


def dispatch(
    snapshot: Snapshot, teams: Mapping[str, Team], slots: Slots, ledger: Ledger, now: int
) -> list[StartSeat | StartTask]:
    """What to start in the projects that are open for it."""
    views = [v for v in snapshot.projects if project_closed(v, snapshot) is None and ledger.spent(v) is None]
    started: list[StartSeat | StartTask] = []
    started += _in_turn([_seats(view, snapshot, teams[view.id], slots, ledger, now) for view in views if view.rounds])
    if not started and _review_due(views, teams, now) and not _reviewing(snapshot):
        slots.keep_one()
    started += _in_turn([_tasks(view, teams[view.id], slots, ledger, now) for view in views if view.ready])
    return started


def _in_turn(queues: list[Iterator[T]]) -> Iterator[T]:
    """One from each queue, again and again, until all are empty. The queues are lazy: each sees the slots left then."""
    while queues:
        left = []
        for queue in queues:
            item = next(queue, None)
            if item is not None:
                yield item
                left.append(queue)
        queues = left


def _seats(
    view: ProjectView, snapshot: Snapshot, team: Team, slots: Slots, ledger: Ledger, now: int
) -> Iterator[StartSeat]:
    """The seats whose reviewers can start now, oldest review first; in a sequence only the one whose turn it is."""
    occupied = {p.session.seat_id for p in view.present}
    for waiting in open_rounds(view):
        if ending(view, snapshot, waiting, team, slots.load, now) is not None:
            continue
        for seat in whose_turn(waiting.review, waiting.seats):
            due = seat.status == SeatStatus.WAITING and (seat.retry_at is None or seat.retry_at <= now)
            if not due or seat.id in occupied or seat.reviewer == waiting.review.author:
                continue
            if ledger.spent(view, waiting.task.id) is not None or graced(waiting.task.id, now, view.graces):
                continue
            agent = team.member(seat.reviewer)
            if agent is not None and team.reachable(agent) and slots.refusal(view, agent) is None:
                slots.take(view, agent, author=False)
                ledger.take(view, waiting.task.id)
                yield StartSeat(project=view.id, seat_id=seat.id, task_id=waiting.task.id, agent=agent.id)


def _review_due(views: list[ProjectView], teams: Mapping[str, Team], now: int) -> bool:
    """Whether some review waits for its seats, or a seat for its reviewer, and the wait may end soon."""
    for view in views:
        for waiting in open_rounds(view):
            if to_prepare(waiting):
                return True
            for seat in whose_turn(waiting.review, waiting.seats):
                agent = teams[view.id].member(seat.reviewer)
                due = seat.status == SeatStatus.WAITING and (seat.retry_at is None or seat.retry_at <= now)
                if due and agent is not None and teams[view.id].reachable(agent):
                    return True
    return False


def _reviewing(snapshot: Snapshot) -> bool:
    """Whether a reviewer is at work: then the slot that is kept for reviews is in use."""
    return any(p.session.seat_id is not None for view in snapshot.projects for p in view.present)


def _tasks(view: ProjectView, team: Team, slots: Slots, ledger: Ledger, now: int) -> Iterator[StartTask]:
    """The tasks that can start now, in the order of the project's policy."""
    hopeless = set()
    # An agent waits for who answers in the operator's place, and keeps its slot meanwhile.
    for task in sorted(in_order(view.ready, view.order, view.policy), key=lambda task: task.ask is None):
        answers = task.ask is not None
        full = slots.home_full(answers=answers) or slots.project_full(view, answers=answers)
        if full and answers:
            continue
        if full or ledger.spent(view):
            return
        if not answers and (view.place is not None or slots.folder_taken(view)):
            return
        # Slots only become fewer while we decide: what nobody can do now, nobody can do later in the same decision.
        if team.demand(task) in hopeless or refusal(task, now, view.present, view.plans, view.graces) is not None:
            continue
        if ledger.spent(view, task.id) is not None:
            continue
        agent = _choose(task, view, team, slots)
        if agent is None:
            hopeless.add(team.demand(task))
            continue
        slots.take(view, agent, author=not answers)
        ledger.take(view, task.id)
        yield _start(view, team, task, agent)


def _choose(task: Task, view: ProjectView, team: Team, slots: Slots) -> Agent | None:
    """The preferred agent, else the least busy; the first in config among equals. Who is out is followed by who has room."""

    def is_free(agent: Agent) -> bool:
        return team.reachable(agent) and slots.refusal(view, agent, answers=task.ask is not None) is None

    chosen = min(
        filter(is_free, team.fitting(task)), key=lambda a: (a.id != task.preferred, slots.load(a)), default=None
    )
    return chosen or next(filter(is_free, team.stand_ins(task)), None)


def _start(view: ProjectView, team: Team, task: Task, agent: Agent) -> StartTask:
    away = team.member(task.assignee) if task.assignee not in (None, agent.id) else None
    if away is None:
        return StartTask(project=view.id, task_id=task.id, agent=agent.id)
    why = team.why_out(away) or ""
    return StartTask(project=view.id, task_id=task.id, agent=agent.id, instead_of=away.id, why=why)
