"""Promises of GatewayAgents where gateway, blackboard or connection fail in ways that a real one cannot be made to show."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from console.agents.gateway_note import read_note
from console.blackboard.writes.sessions import request_stop
from console.errors import MoziError
from console.gateway.states import GatewayFault
from console.records.actor import OPERATOR, Actor, Origin
from console.records.ending import Life
from console.records.session import SessionStatus, StopReason
from console.transcript.reader import read
from console.transcript.shown import joined
from tests.fakes.gateway import FakeGateway, Params, Refusal
from tests.gateway.sessions import CLOCK, Live, Team, happens, home_of, live
from tests.unit.gateway.runs import HURRY, hangs_up, has_ended, is_active

BOSS = Actor(name=OPERATOR, origin=Origin.CLI)


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
    told = [(entry.kind.value, entry.text, entry.fields) for entry in joined(read(one.folder.path))]
    assert [kind for kind, _, _ in told] == ["text", "tool_call", "tool_result", "text"]
    assert told[0][1] == "I begin" and "abc123def456" not in str(told[1]) and told[2][1:] == ("no", {"failed": True})
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
