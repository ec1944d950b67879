"""Owns how a session ends whose process is gone: its status, whether the attempt counts, when to try again.

Never believes a process's word that it finished: a submit or a verdict has settled the session before its end is seen.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from console.records.agent import Backend
from console.records.ending import Ending, Life
from console.records.policy import Policy
from console.records.session import Session, SessionStatus, StopReason
from console.scheduler.actions import EndSession
from console.scheduler.backoff import retry_at
from console.scheduler.claim import claim_ended
from console.scheduler.snapshot import Present, ProjectView

__all__ = ("endings", "is_gone")

RATE_LIMITED = 75

NEVER_CAME: dict[str, str] = {Backend.GATEWAY: "the gateway never took it"}
LOST_BY: dict[str, str] = {Backend.GATEWAY: "the gateway lost it: it was killed or started anew while the run went on"}
"""A session in a gateway has no runner."""


def endings(view: ProjectView, now: int) -> Iterator[EndSession]:
    """One EndSession for each session of the project that is gone."""
    for present in view.present:
        if is_gone(present, view.policy, now):
            yield _end(view.id, present, view.policy, now)


def is_gone(present: Present, policy: Policy, now: int) -> bool:
    """Whether the session can be ended: its process is dead, was never born, or (external) its lease is over."""
    session = present.session
    if session.backend == Backend.EXTERNAL:
        lease = session.lease_until if session.lease_until is not None else session.created_at + policy.lease * 1000
        return now >= lease
    if present.life == Life.UNBORN:
        # Settled means that recovery has won over a runner that may still come: that one will not start its agent.
        return session.ended_at is not None or now - session.created_at >= policy.start_grace * 1000
    return present.life == Life.DEAD


@dataclass(frozen=True, slots=True)
class _Outcome:
    status: SessionStatus
    counted: bool = False
    failure: str | None = None
    again: bool = False
    """The work is tried again after a back-off; else at once, if it is still to be done."""


def _end(project: str, present: Present, policy: Policy, now: int) -> EndSession:
    session = present.session
    outcome = _outcome(present)
    # `attempt` is one more than the attempts that counted before this one.
    exhausted = outcome.counted and session.attempt >= policy.max_attempts
    again = outcome.again and not exhausted
    return EndSession(
        project=project,
        session=session.id,
        status=outcome.status,
        counted=outcome.counted,
        failure=outcome.failure,
        retry_at=retry_at(session, session.attempt, policy, now) if again else None,
        exhausted=exhausted,
    )


def _outcome(present: Present) -> _Outcome:
    session, ending = present.session, present.ending
    if session.ended_at is not None:
        return _Outcome(session.status, again=session.status == SessionStatus.LOST)
    if claim_ended(present):
        return _Outcome(SessionStatus.CANCELLED)
    if session.backend == Backend.EXTERNAL:
        return _Outcome(SessionStatus.LOST, counted=True, failure="its lease ended without a renewal", again=True)
    stopped = _stopped(session, ending)
    if present.life == Life.UNBORN and session.started_at is None and stopped is None:
        return _Outcome(
            SessionStatus.LOST, failure=NEVER_CAME.get(session.backend, "its runner never came up"), again=True
        )
    if stopped == StopReason.TIMEOUT:
        return _Outcome(SessionStatus.TIMED_OUT, counted=True, failure=_cause(ending, "ran out of time"), again=True)
    if stopped is not None:
        # After an e-stop nothing starts anyway before `resume`, and then it should at once.
        return _Outcome(SessionStatus.CANCELLED, again=stopped != StopReason.ESTOP)
    if ending is None:
        return _Outcome(
            SessionStatus.LOST, counted=True, failure=LOST_BY.get(session.backend, "its runner was killed"), again=True
        )
    return _by_itself(session, ending)


def _stopped(session: Session, ending: Ending | None) -> str | None:
    """Why it was stopped, if it was. Work that ended well just before the stop reached it was not stopped."""
    if ending is None:
        return session.stop_reason
    if ending.timed_out:
        return StopReason.TIMEOUT
    if ending.stopped is not None or ending.exit_code == 0:
        return ending.stopped
    return session.stop_reason


def _by_itself(session: Session, ending: Ending) -> _Outcome:
    if ending.rate_limited or ending.exit_code == RATE_LIMITED:
        return _Outcome(SessionStatus.FAILED, failure=_cause(ending, "rate-limited (exit 75)"), again=True)
    if ending.exit_code == 0 and session.seat_id is None:
        # No failure: the engine hands its last words in, where no submit came before.
        return _Outcome(SessionStatus.SUCCEEDED)
    if ending.exit_code == 0:
        return _Outcome(SessionStatus.FAILED, counted=True, failure="ended without a verdict", again=True)
    told = f"ended by signal {ending.signal}" if ending.exit_code is None else f"exit code {ending.exit_code}"
    return _Outcome(SessionStatus.FAILED, counted=True, failure=_cause(ending, told), again=True)


def _cause(ending: Ending | None, otherwise: str) -> str:
    return (ending.failure if ending else None) or otherwise
