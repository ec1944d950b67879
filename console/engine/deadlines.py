"""Owns when the clock alone gives cause to look again. Says only when; what follows is for `decide` to say."""

from __future__ import annotations

from collections.abc import Iterator

from console.backends import traits_of
from console.records.policy import Policy
from console.records.session import Session, SessionStatus
from console.scheduler.snapshot import ProjectView, Snapshot
from console.scheduler.stops import TIMEOUT_GRACE

__all__ = ("next_deadline",)

LOOK_AGAIN = 5_000
"""Milliseconds after which a missing program, or a place where nobody can work, is looked for again."""


def next_deadline(snapshot: Snapshot, now: int) -> int | None:
    """Epoch ms of the next instant after `now` at which a session's time is up in some way."""
    found = [at for view in snapshot.projects for at in (*_of_project(view), *_of_fitness(view, now)) if at > now]
    return min(found, default=None)


def _of_fitness(view: ProjectView, now: int) -> Iterator[int]:
    """When an agent that cannot be started may be tried, or whether it is mended is looked at."""
    for unfit in (*view.unfit.values(), *((view.place,) if view.place else ())):
        yield now + LOOK_AGAIN if unfit.until is None else unfit.until


def _of_project(view: ProjectView) -> Iterator[int]:
    agents = {agent.id: agent for agent in view.agents}
    for present in view.present:
        session, agent = present.session, agents.get(present.session.agent)
        policy = view.policy
        timeout = (agent.task_timeout if agent else None) or policy.task_timeout
        silence = (agent.silence if agent else None) or policy.silence_alert
        nudge = (agent.nudge if agent else None) or policy.silence_nudge
        yield from _of_session(session, policy, timeout, silence, nudge, present.waited)


def _of_session(session: Session, policy: Policy, timeout: int, silence: int, nudge: int, waited: int) -> Iterator[int]:
    if session.ended_at is not None:
        yield session.ended_at + policy.leave_grace * 1000
        return
    if traits_of(session.backend).claims:
        if session.lease_until is not None:
            yield session.lease_until
        return
    if session.status == SessionStatus.STARTING:
        yield session.created_at + policy.start_grace * 1000
        return
    yield max(session.started_at or 0, session.created_at) + timeout * 1000 + TIMEOUT_GRACE + waited
    word = session.last_word_at or session.started_at or session.created_at
    yield word + silence * 1000
    if session.nudged_at is None:
        yield word + nudge * 1000
