"""Promises about the gateway's words for the end of a run, as recorded from both releases, and what we call it."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from console.gateway.outcomes import Outcome, Result, ends, from_row, from_wait, is_provider_failure
from console.gateway.wire import AgentEvent, ChatEvent, SessionRow, Waited

RUN = "fb321ef5-6c35-4287-9f51-edec40a6aca3"


def waited(**fields: Any) -> Result | None:
    """What an answer to `agent.wait` means."""
    return from_wait(msgspec.convert({"runId": RUN, **fields}, Waited))


def row(*, asked: bool = False, **fields: Any) -> Result | None:
    """What a row of `sessions.list` means."""
    return from_row(msgspec.convert({"key": "agent:a:b", "hasActiveRun": False, **fields}, SessionRow), asked=asked)


def test_a_timeout_without_an_end_is_no_end() -> None:
    assert waited(status="timeout") is None, "still running, unknown or lost: nobody can say"
    assert waited(status="pending", timeoutPhase="queue", providerStarted=False) is None


def test_the_three_timeouts_are_told_apart() -> None:
    late = waited(status="timeout", endedAt=5, error="Request timed out", timeoutPhase="provider")
    assert late == Result(outcome=Outcome.TIMED_OUT, cause="Request timed out")
    assert waited(status="timeout", endedAt=5, stopReason="rpc") == Result(outcome=Outcome.ABORTED), "2026.5"
    assert waited(status="error", endedAt=5, stopReason="rpc") == Result(outcome=Outcome.ABORTED), "2026.9"


@pytest.mark.parametrize(
    "told",
    [
        {"stopReason": "toolUse", "livenessState": "paused", "terminalReply": {"disposition": "empty"}},
        {"stopReason": "toolUse"},
        {"livenessState": "paused", "terminalReply": {"disposition": "empty"}},
    ],
)
def test_ok_in_the_middle_of_a_tool_is_no_end_by_the_agent(told: dict[str, Any]) -> None:
    assert waited(status="ok", endedAt=5, **told) == Result(outcome=Outcome.BROKEN_OFF), "2026.9 at its time limit"
    said = {"disposition": "visible", "text": "handed in"}
    assert waited(status="ok", endedAt=5, stopReason="stop", terminalReply=said) == Result(outcome=Outcome.COMPLETED)


def test_what_others_did_with_a_run_is_told_apart_from_a_failure() -> None:
    assert waited(status="error", endedAt=5, stopReason="delete") == Result(outcome=Outcome.ABORTED)
    replaced = waited(status="error", endedAt=5, stopReason="restart", error="agent run aborted for restart")
    assert replaced == Result(outcome=Outcome.REPLACED)


@pytest.mark.parametrize(
    "cause",
    [
        "LLM request timed out.",
        "LLM streaming response contained a malformed fragment. Please try again.",
        "LLM idle timeout (90s): no response from model",
    ],
)
def test_a_provider_that_breaks_off_is_the_providers_fault(cause: str) -> None:
    broken = waited(status="error", endedAt=5, error=cause)
    assert broken is not None and is_provider_failure(broken)


@pytest.mark.parametrize(
    "told", [{"stopReason": "timeout"}, {"error": "no progress for 31691ms (task budget 31670ms)"}]
)
def test_what_the_watchdog_of_the_gateway_ends_has_timed_out(told: dict[str, Any]) -> None:
    late = waited(**{"status": "error", "endedAt": 5, "error": "chat run timed out", **told})
    assert late is not None and late.outcome is Outcome.TIMED_OUT


def test_a_failure_keeps_its_cause_and_a_rate_limit_is_seen() -> None:
    failed = waited(status="error", endedAt=5, error="LLM request failed: connection refused by the provider endpoint.")
    assert failed is not None and failed.outcome is Outcome.FAILED and not failed.for_now
    assert is_provider_failure(failed)
    limited = waited(status="error", endedAt=5, error={"message": "HTTP 429: rate limit reached"})
    assert limited is not None and limited.for_now and limited.cause == "HTTP 429: rate limit reached"
    assert not is_provider_failure(Result(outcome=Outcome.FAILED, cause="tool loop"))


@pytest.mark.parametrize(
    "cause",
    [
        "Agent database execution admission is closed",
        "Agent database cleanup failed",
        "another OpenClaw process owns state-lifecycle",
    ],
)
def test_a_gateway_that_cannot_run_it_for_now_is_not_the_agents_fault(cause: str) -> None:
    broken = waited(status="error", endedAt=5, error=cause)
    assert broken is not None and broken.for_now
    assert is_provider_failure(broken), "the next run would meet it too"


def test_a_row_counts_only_with_an_end_and_without_an_active_run() -> None:
    assert row(status="done", endedAt=5, hasActiveRun=True) is None
    assert row(status="running", abortedLastRun=True) is None, "2026.9 after a crash"
    assert row(status="failed", endedAt=5, abortedLastRun=True) is None, (
        "2026.5 after a crash: that is lost, not failed"
    )
    assert row(status="done", endedAt=5) == Result(outcome=Outcome.COMPLETED)
    assert row(status="killed", endedAt=5) == Result(outcome=Outcome.ABORTED)
    assert row(status="timeout", endedAt=5, asked=True) == Result(outcome=Outcome.ABORTED), "an abort on 2026.5"
    assert row(status="timeout", endedAt=5, lastRunError="slow") == Result(outcome=Outcome.TIMED_OUT, cause="slow")


@pytest.mark.parametrize(
    ("data", "final"),
    [
        ({"phase": "start"}, False),
        ({"phase": "finishing", "error": "HTTP 500", "endedAt": 5}, False),
        ({"phase": "error", "error": "HTTP 500", "executionSettled": False}, False),
        ({"phase": "error", "error": "This operation was aborted", "executionSettled": True}, True),
        ({"phase": "end", "stopReason": "stop"}, True),
    ],
)
def test_finishing_is_not_the_end(data: dict[str, Any], final: bool) -> None:
    assert ends(AgentEvent(run_id=RUN, stream="lifecycle", data=data)) is final
    assert not ends(AgentEvent(run_id=RUN, stream="assistant", data={"phase": "end"}))


def test_chat_states_that_end_a_run_are_hints_too() -> None:
    states = ["status", "delta", "final", "aborted", "error"]
    assert [ends(ChatEvent(state=word)) for word in states] == [False, False, True, True, True]
