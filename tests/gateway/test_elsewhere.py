"""Promises of GatewayAgents on real gateways about ends that are none of the agent's, and about what it asks a person."""

from __future__ import annotations

import json
from pathlib import Path

from console.agents.gateway_note import read_note
from tests.gateway.conftest import World
from tests.gateway.sessions import Team, happens, live
from tests.gateway.test_runs import asked, rows


async def test_a_run_whose_time_is_over_within_a_tool_has_timed_out_too(world: World) -> None:
    waits = {"call": "exec", "with": {"command": "sleep 90", "yieldMs": 100_000}}
    one = live(world.home, [waits, {"say": "done"}], task_timeout=10)
    async with Team(world.gateway.url) as team:
        await (await team.up()).run(one)
        ending = team.agents.ending(one.session())
    assert ending is not None and ending.timed_out and not ending.elsewhere


async def test_what_a_colleague_aborts_or_steers_is_left_to_them_and_told(world: World, tmp_path: Path) -> None:
    go = tmp_path / "go"
    one = live(world.home, [{"until": str(go), "say": "on my own"}])
    async with Team(world.gateway.url) as team:
        await team.up()
        await team.agents.start(one.spec)
        await asked(world, one)
        said = f"do that instead [[play {json.dumps([{'until': str(go), 'say': 'steered'}])}]]"
        note = read_note(one.folder)
        assert note is not None
        await team.gateway.call("sessions.steer", {"key": note.key, "message": said}, dict, patience=60.0)
        await happens(lambda: one.spec.session in team.ended)
        ending = team.agents.ending(one.session())
        assert ending is not None and ending.elsewhere and "in the gateway" in (ending.failure or "")
        (row,) = await rows(team, one)
        assert row.has_active_run, "the colleague's turn goes on"
        go.touch()
