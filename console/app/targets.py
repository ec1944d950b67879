"""Owns what an action is about when a row is under the cursor. Pure: rows and the world in, a target out."""

from __future__ import annotations

from dataclasses import replace

from console.actions.action import Context, Target
from console.records.review import Review, ReviewStatus
from console.records.task import Task
from widgets.models import AlertRow, NeedRow, ProjectRow, ReviewRow, SessionRow, World

__all__ = ("of_alert", "of_need", "of_project", "of_review", "of_row", "of_session", "of_task", "review_of")

_LIST = frozenset({Context.ANY, Context.LIST})


def of_project(row: ProjectRow) -> Target:
    """A project in the list."""
    return Target(project=row.id, project_paused=row.paused, contexts=_LIST | {Context.PROJECT})


def of_session(row: SessionRow, world: World) -> Target:
    """A session in the list; its task's review, where it has a live one."""
    review = review_of(row.project, row.session.task_id, world)
    contexts = _LIST | {Context.SESSION} | ({Context.ASK} if row.ask is not None else set())
    found, task = row.session, row.task
    return Target(project=row.project, session=found, task=task, review=review, ask=row.ask, contexts=contexts)


def of_need(row: NeedRow, world: World) -> Target:
    """Something that waits for the operator."""
    contexts = {*_LIST, Context.NEED}
    if row.task is not None:
        contexts.add(Context.TASK)
    review = row.review
    if review is None and row.task is not None:
        review = review_of(row.need.project, row.task.id, world)
    if review is not None:
        contexts.add(Context.REVIEW)
    if row.alert is not None:
        contexts.add(Context.ALERT)
    if row.ask is not None:
        contexts.add(Context.ASK)
    return Target(
        project=row.need.project,
        task=row.task,
        review=review,
        alert=row.alert,
        alert_project=row.need.project,
        ask=row.ask,
        need=row.need,
        marked=(of_need(replace(row, alike=()), world), *(of_need(each, world) for each in row.alike))
        if row.alike
        else (),
        folded=bool(row.alike),
        contexts=frozenset(contexts),
    )


def of_task(project: str, task: Task, world: World) -> Target:
    """A task on the board."""
    on_board = world.board.reviews if project == world.board.project else ()
    review = next((review for review in on_board if review.task_id == task.id), review_of(project, task.id, world))
    contexts = _LIST | {Context.TASK, Context.BOARD}
    if review is not None:
        contexts |= {Context.REVIEW}
    session = next(
        (row.session for row in world.sessions if row.project == project and row.session.id == task.session), None
    )
    return Target(project=project, task=task, review=review, session=session, contexts=contexts)


def of_review(row: ReviewRow, world: World) -> Target:
    """A review thread in the list; the need that it is, where it waits for the operator."""
    about = (row.project, row.review.id)
    needs = (each.need for each in world.needs if row.needs_me)
    need = next((need for need in needs if (need.project, need.review_id) == about), None)
    contexts = _LIST | {Context.REVIEW, Context.TASK} | ({Context.NEED} if need is not None else set())
    return Target(project=row.project, task=row.task, review=row.review, need=need, contexts=contexts)


def of_alert(row: AlertRow) -> Target:
    """An alert in the list."""
    return Target(project=row.project, alert=row.alert, alert_project=row.project, contexts=_LIST | {Context.ALERT})


def of_row(row: object, world: World) -> Target:
    """A row of any list that can be marked."""
    match row:
        case ReviewRow():
            return of_review(row, world)
        case NeedRow():
            return of_need(row, world)
        case AlertRow():
            return of_alert(row)
        case Task():
            return of_task(world.board.project, row, world)
        case _:
            return Target()


def review_of(project: str, task_id: int, world: World) -> Review | None:
    """The live review of a task, else none."""
    live = (ReviewStatus.OPEN, ReviewStatus.ESCALATED, ReviewStatus.CHANGES_REQUESTED)
    found = (row.review for row in world.reviews if row.project == project and row.review.task_id == task_id)
    return next((review for review in found if review.status in live), None)
