"""Owns the alert of an agent whose runner never comes up: such attempts do not count, so nothing else would ever say so."""

from __future__ import annotations

from collections.abc import Iterator

from console.backends import traits_of
from console.records.cause import sentence
from console.records.ending import Life
from console.scheduler.actions import EndAlert, RaiseAlert
from console.scheduler.endings import is_gone
from console.scheduler.matching import Team
from console.scheduler.snapshot import Present, ProjectView

__all__ = ("no_shows",)

CAUSE = "no-show:"


def no_shows(view: ProjectView, team: Team, now: int) -> Iterator[RaiseAlert | EndAlert]:
    """One alert for each agent of the project that did not come up, until it does or leaves the project."""
    raised: set[str] = set()
    for present in view.present:
        cause = f"{CAUSE}{present.session.agent}"
        if _stayed_away(present, view, now) and cause not in view.open_causes | raised:
            raised.add(cause)
            yield _alert(view.id, present, cause)
    came = {p.session.agent for p in view.present if p.life == Life.ALIVE and p.session.started_at is not None}
    for cause in sorted(view.open_causes):
        agent = cause.removeprefix(CAUSE)
        if cause.startswith(CAUSE) and (agent in came or team.member(agent) is None):
            yield EndAlert(project=view.id, cause=cause)


def _stayed_away(present: Present, view: ProjectView, now: int) -> bool:
    session = present.session
    asked = session.stop_reason is not None or session.ended_at is not None or traits_of(session.backend).claims
    unborn = present.life == Life.UNBORN and session.started_at is None
    return unborn and not asked and is_gone(present, view.policy, now)


def _alert(project: str, present: Present, cause: str) -> RaiseAlert:
    session = present.session
    body = sentence(cause, agent=session.agent, task=session.task_id)
    return RaiseAlert(project=project, cause=cause, body=body, task_id=session.task_id, session=session.id)
