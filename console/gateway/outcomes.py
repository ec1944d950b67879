"""Owns our names for how a run ended: the gateway's words, of either release, in; one of ours out. Pure.

Only what says that it is final ends a run: `timeout` without an end is "still running, unknown or lost", `finishing` is
not an end, and a status that a crash left behind is none.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from console.gateway.wire import AgentEvent, Answer, ChatEvent, SessionRow, Waited
from console.text import one_line

__all__ = ("Outcome", "Result", "ends", "from_answer", "from_row", "from_wait", "is_provider_failure", "names_no_agent")


class Outcome(StrEnum):
    """How a run ended."""

    COMPLETED = "completed"
    FAILED = "failed"
    TIMED_OUT = "timed_out"
    ABORTED = "aborted"
    LOST = "lost"
    BROKEN_OFF = "broken_off"
    """In the middle of a tool, and called well: 2026.9 does so where its time is over."""
    REPLACED = "replaced"
    """For a restart of the gateway, or because somebody sent another message in its place or began its session anew."""
    NEVER_BEGAN = "never_began"
    """It was accepted, and given back before it began."""
    NO_AGENT = "no_agent"
    """Its agent is not in the gateway any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The end of a run."""

    outcome: Outcome
    cause: str | None = None
    """One line, where the gateway gave a reason."""
    for_now: bool = False
    """The provider refused it, or the gateway could not run it, for now; that does not count as an attempt."""


_RATE = ("rate limit", "rate_limit", "429", "too many requests", "quota", "overloaded")
_BUDGET = "task budget"
"""Of 2026.9's own watchdog, which ends a run that its time limit did not."""
_NO_AGENT = ("unknown agent", "no longer exists in configuration", "is deleted")
_DRAINS = ("gateway is draining",)
_PROVIDER = ("llm ", "request failed", "provider", "http 5", "api error", "no response")
_GATEWAY = ("agent database", "sqlite worker", "state-lifecycle")
"""2026.9.6, starved of CPU or disk, misses its own locks; at times every run fails at once until it is started anew."""


def from_wait(waited: Waited) -> Result | None:
    """What `agent.wait` says; None where it is not final: still running, unknown, or lost."""
    if waited.ended_at is None:
        return None
    if waited.stop_reason in ("rpc", "delete"):  # cancelled: `error` on 2026.9, `timeout` on 2026.5
        return Result(outcome=Outcome.ABORTED)
    if waited.status == "ok":
        return Result(outcome=Outcome.BROKEN_OFF if _broken_off(waited) else Outcome.COMPLETED)
    if waited.stop_reason == "restart":
        return Result(outcome=Outcome.REPLACED)
    cause = _line(waited.error)
    if "timeout" in (waited.status, waited.stop_reason) or _BUDGET in (cause or "").lower():
        return Result(outcome=Outcome.TIMED_OUT, cause=cause)
    return _failed(cause)


def from_answer(answer: Answer) -> Result | None:
    """What the second answer to `agent` says, where it refuses a run that was accepted; None where it is no refusal."""
    return None if answer.ok else _failed(_line(answer.error.message if answer.error is not None else None))


def from_row(row: SessionRow, *, asked: bool) -> Result | None:
    """What the list of sessions says of a run that nobody can wait for any more; None where that is no proof.

    `asked`: we asked to abort it; the older release calls that a timeout too.
    A crash leaves `running` behind on one release and makes it `failed` on the other, both with `abortedLastRun`.
    """
    if row.has_active_run is not False or row.ended_at is None:
        return None
    cause = _line(row.last_run_error)
    if row.status == "done":
        return Result(outcome=Outcome.COMPLETED)
    if row.status == "killed" or (row.status == "timeout" and asked):
        return Result(outcome=Outcome.ABORTED)
    if row.status == "timeout":
        return Result(outcome=Outcome.TIMED_OUT, cause=cause)
    if row.status == "failed" and not row.aborted_last_run:
        return _failed(cause)
    return None


def ends(event: AgentEvent | ChatEvent) -> bool:
    """Whether an event says that a run is over: a hint to go and ask, never the proof."""
    if isinstance(event, ChatEvent):
        return event.state in ("final", "aborted", "error")
    if event.stream != "lifecycle":
        return False
    phase = event.data.get("phase")
    return phase == "end" or (phase == "error" and event.data.get("executionSettled", True) is not False)


def names_no_agent(told: str) -> bool:
    """Whether it says, in lower case, that the gateway does not know the agent."""
    return any(word in told for word in _NO_AGENT)


def is_provider_failure(result: Result) -> bool:
    """Whether the fault was the model provider's, or the gateway's own, which the next run would meet too."""
    told = (result.cause or "").lower()
    return result.outcome is Outcome.FAILED and (result.for_now or any(word in told for word in _PROVIDER))


def _broken_off(waited: Waited) -> bool:
    """`ok` is the agent's own end only where it stopped by itself."""
    reply = waited.terminal_reply
    said_nothing = isinstance(reply, dict) and reply.get("disposition") == "empty"
    return waited.stop_reason == "toolUse" or (waited.liveness_state == "paused" and said_nothing)


def _failed(cause: str | None) -> Result:
    told = (cause or "").lower()
    if names_no_agent(told):
        return Result(outcome=Outcome.NO_AGENT, cause=cause)
    if any(word in told for word in _DRAINS):
        return Result(outcome=Outcome.NEVER_BEGAN, cause=cause)
    return Result(outcome=Outcome.FAILED, cause=cause, for_now=any(word in told for word in _RATE + _GATEWAY))


def _line(error: Any) -> str | None:
    if isinstance(error, dict):
        error = error.get("message") or error.get("code")
    return one_line(error, 400) or None if isinstance(error, str) else None
