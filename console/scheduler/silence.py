"""Owns what follows from an agent's silence: first a nudge, where its backend can take one, then an alert until it speaks.

A silent agent is never stopped for that: only its run time ends it.
"""

from __future__ import annotations

from collections.abc import Iterator

from console.backends import traits_of
from console.records.cause import sentence
from console.records.ending import Life
from console.records.session import Session
from console.scheduler.actions import EndAlert, Nudge, RaiseAlert
from console.scheduler.asks import waiting
from console.scheduler.matching import Team
from console.scheduler.snapshot import Present, ProjectView

__all__ = ("silence",)

CAUSE = "silent:"


def silence(view: ProjectView, team: Team, now: int) -> Iterator[Nudge | RaiseAlert | EndAlert]:
    """Nudges, alerts and their ends for the sessions of one project."""
    still: set[str] = set()
    asking = waiting(view)
    for present in view.present:
        session, cause = present.session, f"{CAUSE}{present.session.id}"
        if present.life == Life.UNKNOWN and cause in view.open_causes:
            still.add(cause)
        if not _listening(present) or session.id in asking:
            continue
        quiet = now - _last_word(session)
        nudge_at, alert_at = _limits(session, view, team)
        if quiet >= alert_at:
            still.add(cause)
            if cause not in view.open_causes:
                yield _alert(view.id, session, quiet)
        elif quiet >= nudge_at and session.nudged_at is None and traits_of(session.backend).takes_messages:
            yield Nudge(project=view.id, session=session.id)
    for cause in sorted(view.open_causes):
        if cause.startswith(CAUSE) and cause not in still:
            yield EndAlert(project=view.id, cause=cause)


def _listening(present: Present) -> bool:
    """Whether a word is expected of it: alive, at work, and not about to be stopped."""
    session = present.session
    expected = session.ended_at is None and session.stop_reason is None and not traits_of(session.backend).claims
    return expected and present.life == Life.ALIVE


def _last_word(session: Session) -> int:
    return max(session.last_word_at or 0, session.started_at or 0, session.created_at)


def _limits(session: Session, view: ProjectView, team: Team) -> tuple[int, int]:
    """Milliseconds of silence before a nudge, and before an alert."""
    agent = team.member(session.agent)
    nudge = agent.nudge if agent and agent.nudge is not None else view.policy.silence_nudge
    alert = agent.silence if agent and agent.silence is not None else view.policy.silence_alert
    return nudge * 1000, alert * 1000


def _alert(project: str, session: Session, quiet: int) -> RaiseAlert:
    return RaiseAlert(
        project=project,
        cause=f"{CAUSE}{session.id}",
        body=sentence(CAUSE, agent=session.agent, seconds=quiet // 1000, task=session.task_id),
        task_id=session.task_id,
        session=session.id,
    )
