"""Promises of GatewayAgents where gateway, blackboard or connection fail in ways that a real one cannot be made to show."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from console.agents.gateway_note import read_note
from console.agents.gateway_pace import Pace
from console.blackboard.writes.sessions import request_stop
from console.errors import MoziError
from console.gateway.states import GatewayFault, Kind
from console.records.actor import OPERATOR, Actor, Origin
from console.records.ending import Life
from console.records.session import SessionStatus, StopReason
from tests.fakes.gateway import FakeGateway, HangUp, Params, Refusal, Silence
from tests.gateway.sessions import CLOCK, Live, Team, happens, home_of, live

BOSS = Actor(name=OPERATOR, origin=Origin.CLI)


@pytest.fixture
async def fake() -> AsyncIterator[FakeGateway]:
    """A gateway that answers as the real one does."""
    async with FakeGateway() as gateway:
        yield gateway


@pytest.fixture
def one(tmp_path: Path) -> Live:
    """A claimed task of an agent that the gateway knows."""
    return live(home_of(tmp_path), [])


HURRY = Pace(step=0.02, soon=0.1, listed=0.1, after_restart=0.1, after_break=0.1, later=0.1, farewell=0.3)


def hangs_up(params: Params) -> Any:
    """The connection ends instead of an answer."""
    raise HangUp


def is_active(fake: FakeGateway, one: Live) -> None:
    """The gateway lists the run as active from now on."""
    key = one_key(one)
    fake.replies["sessions.list"] = lambda params: {"sessions": [{"key": key, "hasActiveRun": True}]}


def one_key(one: Live) -> str:
    """The gateway's session of a run."""
    note = read_note(one.folder)
    assert note is not None
    return note.key


def has_ended(fake: FakeGateway, **fields: Any) -> None:
    """Whoever waits for a run is told that it has ended."""
    fake.replies["agent.wait"] = lambda params: {"runId": params["runId"], "status": "ok", "endedAt": 5, **fields}


async def test_what_is_sent_is_on_disk_before_and_names_the_session_as_the_run(fake: FakeGateway, one: Live) -> None:
    seen: list[str] = []

    def accept(params: Params) -> Any:
        seen.append((one.folder.path / "gateway.json").read_text())
        return {"runId": params["idempotencyKey"], "status": "accepted"}

    fake.replies["agent"] = accept
    async with Team(fake.url, pace=HURRY) as team:
        await (await team.up()).agents.start(one.spec)
        assert json.loads(seen[0])["accepted"] is False
        (params,) = [params for method, params in fake.asked if method == "agent"]
        assert params["idempotencyKey"] == one.spec.session and params["deliver"] is False
        assert params["sessionKey"] == f"agent:zhangfei-dev:moziplus:{one.spec.session}"
        assert params["timeout"] == 600 and params["message"] == one.folder.prompt.read_text()
        assert one.session().status == SessionStatus.RUNNING and team.life(one) is Life.ALIVE


async def test_a_lost_answer_leaves_the_run_unknown_until_the_gateway_lists_it(fake: FakeGateway, one: Live) -> None:
    fake.replies["agent"] = hangs_up
    async with Team(fake.url, pace=HURRY) as team:
        await (await team.up()).agents.start(one.spec)
        assert team.life(one) in (Life.UNKNOWN, Life.UNBORN) and one.session().status == SessionStatus.STARTING
        is_active(fake, one)
        await happens(lambda: team.life(one) is Life.ALIVE)
        await happens(lambda: one.session().status == SessionStatus.RUNNING)
        assert fake.count("agent") == 1, "it is never sent twice"
        has_ended(fake)
        await fake.tell("agent", {"runId": one.spec.session, "stream": "lifecycle", "data": {"phase": "end"}})
        fake.replies["sessions.list"] = lambda params: {"sessions": []}
        await happens(lambda: one.spec.session in team.ended)


async def test_what_the_gateway_never_took_is_unborn_and_swept_only_when_it_says_so(
    fake: FakeGateway, one: Live
) -> None:
    fake.replies["agent"] = hangs_up
    async with Team(fake.url, pace=HURRY) as team:
        await (await team.up()).agents.start(one.spec)
        await happens(lambda: team.life(one) is Life.UNBORN)
        assert await team.agents.sweep(one.session())
        assert fake.count("sessions.abort") > 0, "what may still be on its way is aborted"
        assert team.life(one) is Life.DEAD


async def test_a_start_that_is_refused_leaves_nothing_behind(fake: FakeGateway, one: Live) -> None:
    def drains(params: Params) -> Any:
        raise Refusal("UNAVAILABLE", "agent unavailable during gateway restart", retryable=True, retryAfterMs=1000)

    fake.replies["agent"] = drains
    async with Team(fake.url, pace=HURRY) as team:
        await team.up()
        with pytest.raises(GatewayFault, match="shutting down") as caught:
            await team.agents.start(one.spec)
        assert caught.value.unsent and read_note(one.folder) is None
        assert team.life(one) is Life.UNBORN and await team.agents.sweep(one.session())


async def test_a_run_whose_session_was_stopped_meanwhile_is_aborted(fake: FakeGateway, one: Live) -> None:
    one.read(lambda db: request_stop(db, one.spec.session, StopReason.CANCEL, by=BOSS, now=CLOCK.now()))
    async with Team(fake.url, pace=HURRY) as team:
        await (await team.up()).agents.start(one.spec)
        await happens(lambda: fake.count("sessions.abort") > 0)
        assert one.session().status == SessionStatus.STARTING


async def test_a_stop_is_not_confirmed_by_a_gateway_that_does_not_answer(fake: FakeGateway, one: Live) -> None:
    async with Team(fake.url, pace=HURRY) as team:
        await (await team.up()).agents.start(one.spec)
        fake.replies["sessions.abort"] = hangs_up
        assert not await team.agents.stop(one.session(), StopReason.CANCEL)
        assert team.life(one) in (Life.UNKNOWN, Life.ALIVE)
        fake.replies["sessions.abort"] = lambda params: {"ok": True, "status": "aborted"}
        has_ended(fake, status="timeout", stopReason="rpc")
        await team.up()
        assert await team.agents.stop(one.session(), StopReason.CANCEL)
        ending = team.agents.ending(one.session())
        assert ending is not None and ending.stopped == "cancel" and not ending.timed_out


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
        assert fake.count("sessions.delete") == 1


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
        assert fake.count("sessions.delete") == 1


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


async def test_an_end_counts_though_nothing_else_is_answered_any_more(fake: FakeGateway, one: Live) -> None:
    def silent(params: Params) -> Any:
        raise Silence

    fake.replies |= {"chat.history": silent, "sessions.delete": silent}
    async with Team(fake.url, pace=HURRY) as team:
        await (await team.up()).agents.start(one.spec)
        has_ended(fake, status="error", error="HTTP 429: too many requests")
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


async def test_words_and_tool_calls_come_to_the_log_redacted_and_the_lease_is_kept(
    fake: FakeGateway, tmp_path: Path
) -> None:
    one = live(home_of(tmp_path), [], lease=90)
    async with Team(fake.url, pace=HURRY) as team:
        await (await team.up()).agents.start(one.spec)
        for stream, data in (
            ("assistant", {"text": "I beg", "delta": "I beg", "itemId": "1"}),
            ("assistant", {"text": "I begin", "delta": "in", "itemId": "1"}),
            (
                "tool",
                {"phase": "start", "name": "exec", "args": {"command": "curl -H 'Authorization: Bearer abc123def456'"}},
            ),
            (
                "tool",
                {"phase": "result", "name": "exec", "isError": True, "result": {"content": [{"text": "no\x1b[2J"}]}},
            ),
            ("assistant", {"text": 5}),
            ("assistant", {"text": "done", "itemId": "2"}),
        ):
            await fake.tell("agent", {"runId": one.spec.session, "stream": stream, "data": data})
        has_ended(fake)
        await fake.tell("agent", {"runId": one.spec.session, "stream": "lifecycle", "data": {"phase": "end"}})
        await happens(lambda: one.spec.session in team.ended)
    lines = one.said().splitlines()
    assert lines[0] == "I begin" and lines[-1] == "done" and "(failed) no" in lines[2]
    assert "abc123def456" not in one.said() and "[redacted]" in lines[1]
    session = one.session()
    assert session.last_line == "done" and session.last_word_at is not None
    assert session.lease_until is not None and session.lease_until > session.created_at


async def test_events_of_others_and_of_another_form_are_let_go(fake: FakeGateway, one: Live) -> None:
    async with Team(fake.url, pace=HURRY) as team:
        await (await team.up()).agents.start(one.spec)
        await fake.tell("agent", {"runId": "somebody-else", "stream": "assistant", "data": {"text": "hello"}})
        await fake.tell("agent", {"runId": one.spec.session, "stream": 5})
        await fake.tell("agent", [1])
        await fake.tell("health", {"ok": True})
        await asyncio.sleep(0.1)
        assert one.said() == "" and team.life(one) is Life.ALIVE


async def test_a_child_whose_parent_the_gateway_has_archived_stands_alone(fake: FakeGateway, tmp_path: Path) -> None:
    home = home_of(tmp_path)
    parent = live(home, [])

    def no_parent(params: Params) -> Any:
        raise Refusal("INVALID_REQUEST", f"unknown parent session: {params['parentSessionKey']}")

    fake.replies["sessions.create"] = no_parent
    async with Team(fake.url, pace=HURRY) as team:
        await (await team.up()).agents.start(parent.spec)
        child = live(home, [], parent_session=parent.spec.session)
        await team.agents.start(child.spec)
        assert team.life(child) is Life.ALIVE and fake.count("agent") == 2


async def test_what_cannot_be_read_is_refused_before_anything_is_sent(fake: FakeGateway, one: Live) -> None:
    one.folder.prompt.unlink()
    async with Team(fake.url, pace=HURRY) as team:
        await team.up()
        with pytest.raises(MoziError, match="cannot be read"):
            await team.agents.start(one.spec)
    assert fake.count("agent") == 0 and read_note(one.folder) is None
