"""Promises of what runs in real gateways ask: it stands on the blackboard, another process answers, and the run goes on.

2026.9 holds the run meanwhile; 2026.5 ends it where it asks, and goes on by another one.
"""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from console.agents.gateway_note import read_note
from console.blackboard.reads.asks import asks_of
from console.gateway import wire
from console.records.ask import Ask, AskKind, AskStatus
from console.records.ending import Life
from console.records.transcript import EntryKind
from console.transcript.reader import read
from tests.gateway.conftest import World
from tests.gateway.openclaw import ASKS
from tests.gateway.sessions import CLOCK, Live, Team, happens, live
from tests.program import moziplus


def asked(one: Live) -> tuple[Ask, ...]:
    """What stands on its blackboard."""
    found: tuple[Ask, ...] = one.read(lambda db: asks_of(db, one.spec.task))
    return found


async def answer(world: World, one: Live, number: int, *words: str) -> None:
    """Another process answers."""
    name = f"{one.spec.project}#{number}"
    done = await asyncio.to_thread(partial(moziplus, "ask", "answer", name, *words, home=world.home))
    assert done.code == 0, done


async def test_leave_is_given_and_refused_by_another_process_and_the_run_goes_on(world: World, tmp_path: Path) -> None:
    wanted, refused = tmp_path / "wanted", tmp_path / "refused"
    script = [{"call": "exec", "with": {"command": f"touch {file}"}} for file in (wanted, refused)]
    one = live(world.home, [*script, {"say": "done"}], agent=ASKS)
    async with Team(world.gateway.url, somebody=lambda: True) as team:
        await (await team.up()).agents.start(one.spec)
        await happens(lambda: asked(one))
        (ask,) = asked(one)
        assert ask.kind is AskKind.APPROVAL and str(wanted) in str(ask.about["command"]) and team.ended == []
        await answer(world, one, ask.id, "allow-once")
        await happens(lambda: wanted.exists() and len(asked(one)) == 2)
        await answer(world, one, asked(one)[1].id, "deny")
        await happens(lambda: one.spec.session in team.ended)
        ending = team.agents.ending(one.session())
    assert ending is not None and ending.exit_code == 0 and not refused.exists()
    assert all(each.heard_at for each in asked(one))


async def test_what_nobody_answers_in_its_time_is_closed_and_what_a_plugin_asks_is_answered(
    world: World, tmp_path: Path
) -> None:
    go = tmp_path / "go"
    one = live(world.home, [{"until": str(go), "say": "done"}])
    async with Team(world.gateway.url, somebody=lambda: True) as team:
        await (await team.up()).agents.start(one.spec)
        note = read_note(one.folder)
        assert note is not None
        who: dict[str, Any] = {"sessionKey": note.key, "agentId": note.agent, "twoPhase": True}
        ear = await team.gateway.another(wire.ANSWERER, lambda event: None)
        command = {**who, "command": "rm -r cache", "host": "gateway", "timeoutMs": 30_000}
        await ear.call("exec.approval.request", command, dict, patience=60.0)
        await happens(lambda: asked(one))
        plugin = {**who, "pluginId": "post", "title": "Send a mail", "description": "to bob", "toolName": "mail"}
        await ear.call("plugin.approval.request", {**plugin, "timeoutMs": 120_000}, dict, patience=60.0)
        await happens(lambda: len(asked(one)) == 2)
        await answer(world, one, asked(one)[1].id, "allow-once")
        await happens(lambda: asked(one)[1].heard_at)
        assert asked(one)[0].expires_at is not None
        await happens(lambda: asked(one)[0].status is AskStatus.CLOSED)
        assert CLOCK.now() >= (asked(one)[0].expires_at or 0)
        await ear.close()
        go.touch()
        await happens(lambda: one.spec.session in team.ended)


async def test_a_question_of_an_agent_is_answered_by_another_process_and_the_agent_hears_it(world: World) -> None:
    if world.release == "2026.5.7":
        pytest.skip("agents of 2026.5.7 cannot ask")
    offered = [{"label": "Staging"}, {"label": "Production"}]
    where = {"id": "where", "header": "Where", "question": "Where to?", "options": offered}
    asks = {"call": "tool_call", "with": {"id": "ask_user", "args": {"questions": [where]}}}
    one = live(world.home, [asks, {"say": "done"}])
    async with Team(world.gateway.url) as team:
        await (await team.up()).agents.start(one.spec)
        await happens(lambda: asked(one))
        (ask,) = asked(one)
        assert (ask.kind, ask.body) == (AskKind.QUESTION, "Where to?")
        assert [option.label for option in ask.options] == ["Staging", "Production"] and ask.expires_at is not None
        await answer(world, one, ask.id, "Staging")
        await happens(lambda: one.spec.session in team.ended)
        ending = team.agents.ending(one.session())
    assert ending is not None and ending.exit_code == 0 and asked(one)[0].heard_at
    told = [entry.text for entry in read(one.folder.path) if entry.kind is EntryKind.TOOL_RESULT]
    assert "done" in one.said() and any("Staging" in text for text in told), told


async def test_what_waits_for_leave_outlives_a_restart_of_the_scheduler_and_one_of_the_gateway_closes_it(
    world: World, tmp_path: Path
) -> None:
    """The newer release cancels it and the run with it; the older one forgets it, and its run had ended to wait for it."""
    wanted, never = tmp_path / "wanted", tmp_path / "never"
    outlives, dies = (
        live(world.home, [{"call": "exec", "with": {"command": f"touch {file}"}}, {"say": "done"}], agent=ASKS)
        for file in (wanted, never)
    )
    async with Team(world.gateway.url, somebody=lambda: True) as first:
        await first.up()
        for one in (outlives, dies):
            await first.agents.start(one.spec)
            await happens(lambda one=one: asked(one))  # type: ignore[misc]
    async with Team(world.gateway.url, somebody=lambda: True) as second:
        await second.up()
        second.agents.adopt([outlives.session(), dies.session()])
        await happens(lambda: second.life(outlives) is Life.ALIVE)
        await answer(world, outlives, asked(outlives)[0].id, "allow-once")
        await happens(lambda: wanted.exists() and outlives.spec.session in second.ended)
        ending = second.agents.ending(outlives.session())
        assert ending is not None and ending.exit_code == 0
        assert asked(dies)[0].status is AskStatus.OPEN and dies.spec.session not in second.ended
        world.gateway.kill9()
        await asyncio.to_thread(world.gateway.start)
        await happens(lambda: dies.spec.session in second.ended)
        assert second.life(dies) is Life.DEAD and second.agents.ending(dies.session()) is None, (
            "it is an interrupted run"
        )
        await happens(lambda: all(ask.status is AskStatus.CLOSED for ask in asked(dies)))
    assert "the gateway" in asked(dies)[0].answer and not never.exists()
