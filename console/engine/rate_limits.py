"""Owns what follows when an agent is refused or cannot be started again and again: longer pauses, one alert once it lasts.

Its provider refused it, a gateway could not run it, or this machine could not. It settles no session, and such an attempt
never counts.
"""

from __future__ import annotations

from dataclasses import replace

from console.blackboard.reads.sessions import recent_sessions
from console.blackboard.writes.notes import end_alert, observe
from console.clock import Clock
from console.engine.watched import Watched
from console.records.actor import SCHEDULER
from console.records.cause import cause_of, sentence
from console.records.session import Session, SessionStatus
from console.scheduler.actions import EndSession
from console.scheduler.backoff import retry_at

__all__ = ("notice", "with_pause")

LASTS = 5
"""Rate-limited sessions of an agent in a row, from which on the operator is told."""
REFUSED, OURS = "rate-limited", "not-started"
_FAR = 50
"""Sessions that are looked back at; by then the pause has long reached its cap."""
_SILENT = (SessionStatus.CANCELLED, SessionStatus.LOST)
"""Ends that say nothing about the provider."""


async def with_pause(project: Watched, session: Session, action: EndSession, clock: Clock) -> EndSession:
    """The action with a pause that grows with each rate-limited session in a row; another ending stays as it is.

    So does one that names the time from which on the agent may be asked again. Where its provider refused it, nobody asks it
    before the pause is over, and who else may take the work does so at once.
    """
    if not _limited(action.status, action.counted) or action.retry_at is None or project.settings is None:
        return action
    if action.until is not None:
        return action
    before = await _in_a_row(project, session)
    later = retry_at(session, session.attempt + before, project.settings.policy, clock.now())
    if action.refused:
        return replace(action, until=later, retry_at=None if action.others else later)
    return replace(action, retry_at=later)


async def notice(project: Watched, session: Session, action: EndSession, clock: Clock, *, ours: bool) -> None:
    """Raise the alert of the session's agent, or end it; the session has been settled.

    `ours`: it was this machine that failed, and not whoever runs the agent.
    """
    if _limited(action.status, action.counted):
        if (times := await _in_a_row(project, session)) >= LASTS:
            cause = cause_of(OURS if ours else REFUSED, session.agent)
            body = sentence(cause, agent=session.agent, times=times, task=session.task_id, reason=action.failure)
            await project.call(
                observe,
                body,
                cause=cause,
                task_id=session.task_id,
                session=session.id,
                by=SCHEDULER,
                now=clock.now(),
            )
    elif action.status not in _SILENT and project.known is not None:
        for cause in {cause_of(kind, session.agent) for kind in (REFUSED, OURS)} & project.known.causes:
            await project.call(end_alert, cause, now=clock.now())


async def _in_a_row(project: Watched, session: Session) -> int:
    times = 0
    for one in await project.call(recent_sessions, limit=_FAR, agent=session.agent):
        if one.ended_at is None or one.status in _SILENT:
            continue
        if not _limited(one.status, bool(one.counted)):
            break
        times += 1
    return times


def _limited(status: SessionStatus, counted: bool) -> bool:
    return status == SessionStatus.FAILED and not counted
