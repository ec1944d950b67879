"""Owns which sessions are asked to stop, and why: the operator's acts, the run time, a cap, and those that linger.

Never ends a session: that waits for its confirmed death. External sessions have no process of ours to stop.
"""

from __future__ import annotations

from collections.abc import Iterator

from console.backends import traits_of
from console.records.ending import Life
from console.records.policy import Policy
from console.records.session import StopReason
from console.scheduler.actions import StopSession
from console.scheduler.asks import standing
from console.scheduler.budgets import over_cap
from console.scheduler.caps import told
from console.scheduler.claim import claim_ended
from console.scheduler.matching import Team
from console.scheduler.snapshot import Present, ProjectView, Snapshot

__all__ = ("STOP_AGAIN", "stops")

STOP_AGAIN = 15_000
"""Milliseconds after which a stop that has not ended its session is asked for once more."""

TIMEOUT_GRACE = 15_000
"""Milliseconds that a runner has to end its agent by its own clock before the scheduler does."""

OURS = frozenset({StopReason.TIMEOUT, StopReason.ESTOP, StopReason.LINGERING})
"""Reasons that only the scheduler gives: the row's time is when it set about it."""


def stops(view: ProjectView, snapshot: Snapshot, team: Team, now: int) -> Iterator[StopSession]:
    """One StopSession for each session of the project that should end and has not been asked to just now."""
    still = standing(view)
    for present in view.present:
        reason = _reason(present, view.policy, snapshot, team, now)
        if reason == StopReason.TIMEOUT and present.session.id in still:
            continue
        if reason is not None and not _just_asked(present, now):
            yield StopSession(project=view.id, session=present.session.id, reason=reason)
        elif reason is None and _works(present) and (spent := over_cap(present, view, snapshot, now)) is not None:
            yield StopSession(project=view.id, session=present.session.id, reason=StopReason.HOLD, failure=told(spent))


def _works(present: Present) -> bool:
    """Whether it may use more than it has."""
    ours = not traits_of(present.session.backend).claims
    return ours and present.life == Life.ALIVE and present.session.ended_at is None


def _reason(present: Present, policy: Policy, snapshot: Snapshot, team: Team, now: int) -> StopReason | None:
    session = present.session
    if present.life == Life.DEAD or traits_of(session.backend).claims:
        return None
    if session.stop_reason is not None:
        return session.stop_reason
    if snapshot.estopped:
        return StopReason.ESTOP
    if session.ended_at is not None:
        lingers = present.life != Life.UNBORN and now - session.ended_at >= policy.leave_grace * 1000
        return StopReason.LINGERING if lingers else None
    # Whether one that is unknown works at all nobody can say; one that is unborn has a grace of its own.
    late = _out_of_time(present, policy, team, now - present.waited) if present.life == Life.ALIVE else None
    return claim_ended(present) or late


def _out_of_time(present: Present, policy: Policy, team: Team, now: int) -> StopReason | None:
    session = present.session
    agent = team.member(session.agent)
    own = agent.task_timeout if agent else None
    limit = (policy.task_timeout if own is None else own) * 1000
    began = max(session.started_at or 0, session.created_at)  # a runner's clock may be behind ours
    return StopReason.TIMEOUT if now - began >= limit + TIMEOUT_GRACE else None


def _just_asked(present: Present, now: int) -> bool:
    asked = present.stop_asked_at
    if asked is None and present.session.stop_reason in OURS:
        asked = present.session.stop_requested_at
    return asked is not None and now - asked < STOP_AGAIN
