"""Owns how a session ends whose process is gone: its status, whether the attempt counts, when to try again.

Never believes a process's word that it finished: a submit or a verdict has settled the session before its end is seen.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from console.backends import traits_of
from console.records.ending import Ending, Life
from console.records.policy import Policy
from console.records.session import Session, SessionStatus, StopReason
from console.scheduler.actions import EndSession
from console.scheduler.backoff import retry_at
from console.scheduler.claim import claim_ended
from console.scheduler.snapshot import Present, ProjectView
from console.text import one_line

__all__ = ("endings", "is_gone")

RATE_LIMITED = 75
SAID = 300
"""Characters of the last line of a failed agent that stand for its failure."""


def endings(view: ProjectView, now: int) -> Iterator[EndSession]:
    """One EndSession for each session of the project that is gone."""
    for present in view.present:
        if is_gone(present, view.policy, now):
            yield _end(view, present, now)


def is_gone(present: Present, policy: Policy, now: int) -> bool:
    """Whether the session can be ended: its process is dead, was never born, or (external) its lease is over."""
    session = present.session
    if traits_of(session.backend).claims:
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
    until: int | None = None
    """Epoch ms when its agent may be asked again, where a refusal names it."""
    refused: bool = False
    signed_out: bool = False
    hold: bool = False


def _end(view: ProjectView, present: Present, now: int) -> EndSession:
    session, policy = present.session, view.policy
    outcome = _outcome(present)
    # `attempt` is one more than the attempts that counted before this one.
    exhausted = outcome.counted and session.attempt >= policy.max_attempts
    again, others = outcome.again and not exhausted, outcome.refused and _others(view, session)
    return EndSession(
        project=view.id,
        session=session.id,
        status=outcome.status,
        counted=outcome.counted,
        failure=outcome.failure,
        retry_at=_again_at(view, session, outcome, others, now) if again else None,
        exhausted=exhausted,
        until=outcome.until,
        refused=outcome.refused,
        others=others,
        signed_out=outcome.signed_out,
        hold=outcome.hold,
    )


def _again_at(view: ProjectView, session: Session, outcome: _Outcome, others: bool, now: int) -> int | None:
    """After the back-off; where a refusal names a time, then, unless somebody else could take it at once."""
    if outcome.until is None:
        return retry_at(session, session.attempt, view.policy, now)
    return None if others else max(outcome.until, now)


def _others(view: ProjectView, session: Session) -> bool:
    """Whether somebody else may do what the session did: of its role and fit, or named to work in its place."""
    agent = next((agent for agent in view.agents if agent.id == session.agent), None)
    role, fallback = (None, ()) if agent is None else (agent.role, agent.fallback)
    team = (a for a in view.agents if a.id != session.agent)
    return any(a.id in fallback or (a.role == role and a.id not in view.unfit) for a in team)


def _outcome(present: Present) -> _Outcome:
    session, ending = present.session, present.ending
    if session.ended_at is not None:
        return _Outcome(session.status, again=session.status == SessionStatus.LOST)
    if claim_ended(present):
        return _Outcome(SessionStatus.CANCELLED, failure=session.failure)
    if traits_of(session.backend).claims:
        return _Outcome(SessionStatus.LOST, counted=True, failure="its lease ended without a renewal", again=True)
    stopped = _stopped(session, ending)
    if ending is None and session.started_at is None and stopped is None:
        return _Outcome(SessionStatus.LOST, failure=traits_of(session.backend).never_came, again=True)
    if stopped == StopReason.TIMEOUT:
        return _Outcome(SessionStatus.TIMED_OUT, counted=True, failure=_cause(ending, "ran out of time"), again=True)
    if stopped is not None:
        # After an e-stop nothing starts anyway before `resume`, at a cap (what of it is used up stands in place of a failure)
        # not before that is raised; and then it should at once.
        at_once = stopped == StopReason.ESTOP or session.failure is not None
        return _Outcome(SessionStatus.CANCELLED, failure=session.failure, again=not at_once)
    if ending is None:
        return _Outcome(SessionStatus.LOST, counted=True, failure=traits_of(session.backend).lost_by, again=True)
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
    if ending.elsewhere:
        return _Outcome(SessionStatus.CANCELLED, failure=_cause(ending, "somebody ended it elsewhere"), hold=True)
    if ending.ours:
        # Whose program did not run is not asked again at once, so that its task need not wait.
        failure, again = _cause(ending, "moziplus itself failed"), not ending.unstarted
        return _Outcome(SessionStatus.FAILED, failure=failure, again=again)
    if ending.rate_limited or ending.exit_code == RATE_LIMITED:
        failure = _cause(ending, "rate-limited (exit 75)")
        return _Outcome(SessionStatus.FAILED, failure=failure, again=True, refused=True, until=ending.limited_until)
    if ending.signed_out:
        return _Outcome(SessionStatus.FAILED, failure=_cause(ending, "it is not signed in"), signed_out=True)
    if ending.exit_code == 0 and session.seat_id is None and not ending.failed:
        # No failure: the engine hands its last words in, where no submit came before.
        return _Outcome(SessionStatus.SUCCEEDED)
    if ending.exit_code == 0:
        failure = _cause(ending, "ended without a verdict")
        return _Outcome(SessionStatus.FAILED, counted=True, failure=failure, again=True)
    told = f"ended by signal {ending.signal}" if ending.exit_code is None else f"exit code {ending.exit_code}"
    return _Outcome(SessionStatus.FAILED, counted=True, failure=_cause(ending, _last_words(ending) or told), again=True)


def _last_words(ending: Ending) -> str:
    """The last line of what a failed agent said, with its exit code; empty where it said nothing."""
    lines = (one_line(line, SAID) for line in reversed(ending.tail.splitlines()))
    said = next((line for line in lines if any(map(str.isalnum, line))), "")
    how = f"signal {ending.signal}" if ending.exit_code is None else f"exit {ending.exit_code}"
    return f"{said} ({how})" if said else ""


def _cause(ending: Ending | None, otherwise: str) -> str:
    return (ending.failure if ending else None) or otherwise
