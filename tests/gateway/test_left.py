"""Promises of what a run leaves in real gateways: its commands in the background end with it, and cost no further turn."""

from __future__ import annotations

import re
from pathlib import Path

import psutil

from console.records.session import StopReason
from console.records.transcript import EntryKind
from console.transcript.reader import read
from tests.gateway.conftest import World
from tests.gateway.sessions import Live, Team, happens, live

LEAVES = {"call": "exec", "with": {"command": "sleep 300", "yieldMs": 500}}


def command_of(one: Live) -> psutil.Process:
    """The command that it left in the background."""
    found = re.search(r"still running \(session \S+, pid (\d+)\)", one.said())
    assert found is not None, one.said()
    return psutil.Process(int(found[1]))


async def test_commands_in_the_background_end_with_a_run_that_ends_and_with_one_that_is_stopped(
    world: World, tmp_path: Path
) -> None:
    go = tmp_path / "go"
    well = live(world.home, [LEAVES, {"until": str(go), "say": "done"}])
    hangs = live(world.home, [LEAVES, {"hang": True}])
    async with Team(world.gateway.url) as team:
        await team.up()
        for one in (well, hangs):
            await team.agents.start(one.spec)
            await happens(lambda one=one: "still running" in one.said())  # type: ignore[misc]
        commands = [command_of(one) for one in (well, hangs)]
        go.touch()
        await happens(lambda: well.spec.session in team.ended)
        await happens(lambda: not commands[0].is_running())
        assert commands[1].is_running(), "that of another run is no business of it"
        assert await team.agents.stop(hangs.session(), StopReason.CANCEL)
        await happens(lambda: not commands[1].is_running())
        await happens(lambda: all("in the background" in "".join(told(one)) for one in (well, hangs)))
        assert world.provider.asked(well.spec.session) == 2, "nobody is woken to hear that its command has ended"


def told(one: Live) -> list[str]:
    """What its transcript says of how it stands."""
    return [entry.text for entry in read(one.folder.path) if entry.kind is EntryKind.STATUS]
