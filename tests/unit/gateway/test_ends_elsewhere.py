"""Promises of GatewayAgents about ends that are none of the agent's: broken off, refused after all, made by somebody else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from console.errors import AgentUnfit
from console.gateway.outcomes import Outcome
from console.records.ending import Ending, Life
from tests.fakes.gateway import FakeGateway, Params, Refusal
from tests.gateway.sessions import Live, Team, happens, home_of, live
from tests.unit.gateway.runs import HURRY, has_ended, one_key

PAUSED = {"stopReason": "toolUse", "livenessState": "paused", "terminalReply": {"disposition": "empty"}}


async def ended(fake: FakeGateway, one: Live, **fields: Any) -> Ending:
    """How its session ended that the gateway told of like this."""
    async with Team(fake.url, pace=HURRY) as team:
        await (await team.up()).agents.start(one.spec)
        has_ended(fake, **fields)
        await fake.tell("agent", {"runId": one.spec.session, "stream": "lifecycle", "data": {"phase": "end"}})
        await happens(lambda: one.spec.session in team.ended)
        found = team.agents.ending(one.session())
    assert found is not None
    return found


async def test_a_run_whose_time_is_over_within_a_tool_has_timed_out(fake: FakeGateway, tmp_path: Path) -> None:
    ending = await ended(fake, live(home_of(tmp_path), [], task_timeout=0), **PAUSED)
    assert ending.timed_out and ending.exit_code is None


async def test_a_run_that_breaks_off_within_a_tool_before_its_time_has_failed(fake: FakeGateway, one: Live) -> None:
    ending = await ended(fake, one, **PAUSED)
    assert not ending.timed_out and ending.exit_code == 1 and "within a tool call" in (ending.failure or "")


@pytest.mark.parametrize(
    "told",
    [
        {"status": "error", "stopReason": "rpc"},
        {"status": "timeout", "stopReason": "rpc"},
        {"status": "error", "stopReason": "delete"},
        {"status": "error", "stopReason": "restart", "error": "agent run aborted for restart"},
    ],
)
async def test_what_somebody_else_ended_is_told_as_such_and_left_to_them(
    fake: FakeGateway, one: Live, told: dict[str, Any]
) -> None:
    """Aborted, deleted, steered or begun anew by a colleague, whose own turn may go on in the session."""
    ending = await ended(fake, one, **told)
    assert ending.elsewhere and ending.stopped is None and not ending.timed_out
    assert fake.count("sessions.abort") == 0 and fake.count("sessions.delete") == 0


async def test_a_run_that_the_gateway_ends_for_its_own_restart_is_nobodys_interference(
    fake: FakeGateway, one: Live
) -> None:
    async with Team(fake.url, pace=HURRY) as team:
        await (await team.up()).agents.start(one.spec)
        fake.hello["server"]["bootId"] = "boot-2"
        has_ended(fake, status="error", stopReason="restart", error="agent run aborted for restart")
        await fake.drop()
        await happens(lambda: one.spec.session in team.ended)
        assert team.life(one) is Life.DEAD and team.agents.ending(one.session()) is None, "lost"


async def test_an_accepted_run_that_is_refused_after_all_ends_at_once_and_is_no_attempt(
    fake: FakeGateway, one: Live
) -> None:
    """2026.9.6, told to end 0.6 s after it accepted it, refuses it 2 s later; nobody can be asked any more then."""

    def drains(params: Params) -> Any:
        raise Refusal("UNAVAILABLE", "agent.wait unavailable during gateway restart", retryable=True)

    why = "Gateway is draining; new tasks are not accepted"
    async with Team(fake.url, pace=HURRY) as team:
        await (await team.up()).agents.start(one.spec)
        fake.replies |= {name: drains for name in ("agent.wait", "sessions.list", "chat.history", "sessions.delete")}
        refusal = {"type": "res", "id": fake.numbers["agent"], "ok": False}
        await fake.raw(json.dumps({**refusal, "error": {"code": "UNAVAILABLE", "message": why}}))
        await happens(lambda: one.spec.session in team.ended)
        ending = team.agents.ending(one.session())
    assert ending is not None and ending.ours and ending.failure == why


async def test_a_gateway_of_another_release_was_started_anew(fake: FakeGateway, one: Live) -> None:
    """An upgrade from a release that does not say which life of it this is; the new one goes on with the session by itself."""
    fake.hello["server"] = {"version": "2026.5.7"}
    async with Team(fake.url, pace=HURRY) as team:
        await (await team.up()).agents.start(one.spec)
        key = one_key(one)
        row = {"key": key, "hasActiveRun": True, "activeRunIds": ["begun-again"], "lastRunId": "begun-again"}
        fake.replies["sessions.list"] = lambda params: {"sessions": [row]}
        fake.hello["server"] = {"version": "2026.9.6", "bootId": "boot-1"}
        await fake.drop()
        await happens(lambda: one.spec.session in team.ended)
        assert team.agents.ending(one.session()) is None, "lost"


async def test_the_end_of_a_run_that_the_gateway_made_of_ours_is_no_end_of_ours(fake: FakeGateway, one: Live) -> None:
    async with Team(fake.url, pace=HURRY) as team:
        await (await team.up()).agents.start(one.spec)
        row = {"key": one_key(one), "status": "done", "endedAt": 5, "hasActiveRun": False, "lastRunId": "begun-again"}
        fake.replies["sessions.list"] = lambda params: {"sessions": [row]}
        fake.hello["server"]["bootId"] = "boot-2"
        await fake.drop()
        await happens(lambda: one.spec.session in team.ended)
        assert team.agents.ending(one.session()) is None, f"{Outcome.LOST}, not {Outcome.COMPLETED}"


async def test_an_agent_that_was_deleted_in_the_gateway_is_asked_no_more_and_that_is_no_attempt(
    fake: FakeGateway, one: Live, tmp_path: Path
) -> None:
    """Deleted since we were told of it: the start is refused, or what was accepted fails at once."""
    why = 'Agent "zhangfei-dev" no longer exists in configuration'
    ending = await ended(fake, one, status="error", error=why)
    assert ending.ours and ending.unstarted and ending.failure == why

    def gone(params: Params) -> Any:
        told = "Error: OpenClaw agent database is unavailable while agent zhangfei-dev is deleted."
        raise Refusal("UNAVAILABLE", told, retryable=True)

    fake.replies["agent"] = gone
    another = live(home_of(tmp_path / "another"), [])
    async with Team(fake.url, pace=HURRY) as team:
        await team.up()
        with pytest.raises(AgentUnfit, match="is deleted"):
            await team.agents.start(another.spec)
        fake.replies["agents.list"] = lambda params: {"agents": [{"id": "guanyu-dev"}]}
        with pytest.raises(AgentUnfit, match=r"no agent zhangfei-dev \(it has guanyu-dev\)"):
            await team.agents.start(another.spec)
