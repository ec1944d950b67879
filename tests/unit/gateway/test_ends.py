"""Promises of GatewayAgents about the end of a run: lost, begun again, told at the last moment, told by a busy gateway."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from console.gateway.states import Kind
from console.records.ending import Life
from tests.fakes.gateway import FakeGateway, Params, Refusal, Silence
from tests.gateway.sessions import Live, Team, happens
from tests.unit.gateway.runs import HURRY, hangs_up, has_ended, is_active, one_key


async def test_a_break_of_the_connection_alone_ends_no_run(fake: FakeGateway, one: Live) -> None:
    async with Team(fake.url, pace=HURRY) as team:
        await (await team.up()).agents.start(one.spec)
        is_active(fake, one)
        for _ in range(3):
            await fake.drop()
            await happens(lambda: team.life(one) is Life.UNKNOWN)
            await happens(lambda: team.life(one) is Life.ALIVE)
        assert team.ended == []


async def test_a_gateway_started_anew_that_does_not_know_the_run_has_lost_it(fake: FakeGateway, one: Live) -> None:
    async with Team(fake.url, pace=HURRY) as team:
        await (await team.up()).agents.start(one.spec)
        fake.hello["server"]["bootId"] = "boot-2"
        await fake.drop()
        await happens(lambda: one.spec.session in team.ended)
        assert team.life(one) is Life.DEAD and team.agents.ending(one.session()) is None
        await happens(lambda: fake.count("sessions.delete") == 1)


async def test_a_run_that_the_gateway_began_again_by_itself_is_ended_before_ours_counts_as_lost(
    fake: FakeGateway, one: Live
) -> None:
    """2026.9.6 does so five seconds after a crash; that run has an id of its own, and may be talkative."""

    async with Team(fake.url, pace=HURRY) as team:
        await (await team.up()).agents.start(one.spec)
        key = one_key(one)
        fake.replies["sessions.list"] = lambda params: {
            "sessions": [{"key": key, "hasActiveRun": True, "activeRunIds": ["begun-again"]}]
        }
        fake.replies["sessions.abort"] = hangs_up
        fake.hello["server"]["bootId"] = "boot-2"
        await fake.drop()
        await happens(lambda: fake.count("sessions.abort") > 1)
        assert team.ended == [] and team.life(one) is Life.UNKNOWN, "what may go on holds its task"
        fake.replies["sessions.abort"] = lambda params: {"ok": True, "status": "aborted"}
        await team.up()
        while one.spec.session not in team.ended:
            words = {"runId": "begun-again", "sessionKey": key, "stream": "assistant", "data": {"text": "I go on"}}
            await fake.tell("agent", words)
            await asyncio.sleep(0.02)
        assert team.life(one) is Life.DEAD and team.agents.ending(one.session()) is None
        await happens(lambda: fake.count("sessions.delete") == 1)


async def test_a_gateway_that_shuts_down_and_answers_nothing_is_believed_when_it_tells_the_last_words(
    fake: FakeGateway, one: Live
) -> None:
    """2026.9.6 drains for up to five minutes while another run goes on, and refuses every question meanwhile."""

    def drains(params: Params) -> Any:
        raise Refusal("UNAVAILABLE", "agent.wait unavailable during gateway restart", retryable=True)

    async with Team(fake.url, pace=HURRY) as team:
        await (await team.up()).agents.start(one.spec)
        fake.replies |= {name: drains for name in ("agent.wait", "sessions.list", "chat.history", "sessions.delete")}
        say = {"runId": one.spec.session, "sessionKey": one_key(one)}
        await fake.tell("chat", {**say, "state": "aborted"})
        await happens(lambda: team.gateway.state.kind is Kind.DRAINING)
        assert team.ended == [], "only a run that came to its end by itself is told for certain"
        await fake.tell("chat", {**say, "state": "final"})
        await happens(lambda: one.spec.session in team.ended)
        ending = team.agents.ending(one.session())
    assert ending is not None and ending.exit_code == 0


@pytest.mark.parametrize("cause", ["HTTP 429: too many requests", "another OpenClaw process owns state-lifecycle"])
async def test_an_end_counts_though_nothing_else_is_answered_any_more(fake: FakeGateway, one: Live, cause: str) -> None:
    def silent(params: Params) -> Any:
        raise Silence

    fake.replies |= {"chat.history": silent, "sessions.delete": silent}
    async with Team(fake.url, pace=HURRY) as team:
        await (await team.up()).agents.start(one.spec)
        has_ended(fake, status="error", error=cause)
        await fake.tell("chat", {"runId": one.spec.session, "state": "error"})
        await happens(lambda: one.spec.session in team.ended)
        ending = team.agents.ending(one.session())
    assert ending is not None and ending.rate_limited and ending.exit_code == 75


async def test_a_transcript_that_a_busy_gateway_did_not_give_is_asked_for_again(fake: FakeGateway, one: Live) -> None:
    def busy(params: Params) -> Any:
        raise Silence

    spoken = {"role": "assistant", "content": "done", "usage": {"totalTokens": 132, "cost": {"total": 0.5}}}
    fake.replies["chat.history"] = busy
    async with Team(fake.url, pace=replace(HURRY, look=0.1)) as team:
        await (await team.up()).agents.start(one.spec)
        has_ended(fake)
        await happens(lambda: one.spec.session in team.ended)
        assert one.session().tokens == 0
        fake.replies["chat.history"] = lambda params: {"sessionKey": params["sessionKey"], "messages": [spoken]}
        await happens(lambda: one.session().tokens == 132)
    assert "done" in (one.folder.path / "transcript.jsonl").read_text()


async def test_what_a_run_used_is_known_though_its_scheduler_ends_with_it_while_the_gateway_is_at_work(
    fake: FakeGateway, one: Live
) -> None:
    """2026.9.6 refuses a history while it writes it, and an archive that took too long was made all the same."""
    refused = iter([True, True])
    spoken = {"role": "assistant", "content": "done", "usage": {"totalTokens": 132, "cost": {"total": 0.5}}}

    def at_work(params: Params) -> Any:
        if next(refused, False):
            raise Refusal("UNAVAILABLE", "session changed while reading history", retryable=True)
        return {"sessionKey": params["sessionKey"], "messages": [spoken]}

    fake.replies |= {"chat.history": at_work, "sessions.describe": lambda params: {"session": None}}
    async with Team(fake.url, pace=HURRY) as team:
        await (await team.up()).agents.start(one.spec)
        has_ended(fake)
        await fake.tell("agent", {"runId": one.spec.session, "stream": "lifecycle", "data": {"phase": "end"}})
        await happens(lambda: one.spec.session in team.ended)
    assert one.session().tokens == 132 and fake.count("sessions.delete") > 0


async def test_the_slot_is_free_when_the_run_has_ended_and_not_when_the_gateway_has_tidied_up(
    fake: FakeGateway, one: Live
) -> None:
    def busy(params: Params) -> Any:
        raise Silence

    fake.replies |= dict.fromkeys(("chat.history", "sessions.describe", "sessions.delete", "sessions.list"), busy)
    async with Team(fake.url, pace=replace(HURRY, farewell=60.0, parting=0.1)) as team:
        await (await team.up()).agents.start(one.spec)
        has_ended(fake)
        await fake.tell("agent", {"runId": one.spec.session, "stream": "lifecycle", "data": {"phase": "end"}})
        await happens(lambda: one.spec.session in team.ended, seconds=10)
        ending = team.agents.ending(one.session())
        assert ending is not None and ending.exit_code == 0 and await team.agents.sweep(one.session())
        await happens(lambda: fake.count("chat.history") == 1)
        assert fake.count("sessions.delete") == 0


async def test_what_a_run_began_in_the_gateway_by_itself_ends_with_it_and_a_child_of_ours_does_not(
    fake: FakeGateway, one: Live
) -> None:
    children = ["agent:zhangfei-dev:dashboard:1", "agent:guanyu-dev:moziplus:2"]
    fake.replies["sessions.describe"] = lambda params: {"session": {"key": params["key"], "childSessions": children}}
    async with Team(fake.url, pace=HURRY) as team:
        await (await team.up()).agents.start(one.spec)
        has_ended(fake)
        await fake.tell("agent", {"runId": one.spec.session, "stream": "lifecycle", "data": {"phase": "end"}})
        await happens(lambda: fake.count("sessions.delete") == 1)
    aborted = [params["key"] for method, params in fake.asked if method == "sessions.abort"]
    assert aborted == children[:1] and fake.count("sessions.list") == 0


async def test_a_limit_whose_end_the_provider_names_is_known_to_the_scheduler(fake: FakeGateway, one: Live) -> None:
    async with Team(fake.url, pace=HURRY) as team:
        await (await team.up()).agents.start(one.spec)
        has_ended(fake, status="error", error="HTTP 429: rate limit reached, try again in 2 hours")
        await happens(lambda: one.spec.session in team.ended)
        ending = team.agents.ending(one.session())
        assert ending is not None and ending.rate_limited
        assert ending.limited_until == ending.at + 2 * 3600_000
