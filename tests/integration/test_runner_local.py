"""Promises of LocalAgents: life from the lock, stop and sweep for certain, adoption of what another life started."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from console.agents.base import LocalAgents
from console.errors import MoziError
from console.records.ending import Life
from console.records.session import StopReason
from tests.live_sessions import Live, bearers, session_for


class Team:
    """LocalAgents with the sessions that ended, in order."""

    def __init__(self) -> None:
        self.ended: list[str] = []
        self.agents = LocalAgents(self.ended.append)


@pytest.fixture
async def team() -> AsyncIterator[Team]:
    """One scheduler's agents."""
    one = Team()
    yield one
    one.agents.close()


async def happens(true: object, *, seconds: float = 20.0) -> None:
    """Wait until the callable `true` says so."""
    assert callable(true)
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110 - what is waited for is another process
            await asyncio.sleep(0.01)


def alive(team: Team, live: Live) -> bool:
    return team.agents.life(live.session()) is Life.ALIVE


async def test_a_session_goes_from_unborn_through_alive_to_dead_and_its_end_wakes_the_engine(
    team: Team, tmp_path: Path
) -> None:
    live = session_for(tmp_path, ["sh", "-c", "read x; exit 4"], prompt="go", prompt_by="stdin")
    assert team.agents.life(live.session()) is Life.UNBORN
    await team.agents.start(live.spec)
    await happens(lambda: team.ended == [live.spec.session])
    session = live.session()
    assert team.agents.life(session) is Life.DEAD
    ending = team.agents.ending(session)
    assert ending is not None and ending.exit_code == 4
    assert await team.agents.sweep(session)


async def test_what_cannot_be_started_is_refused_before_anything_runs(team: Team, tmp_path: Path) -> None:
    live = session_for(tmp_path, ["no-such-agent-anywhere"])
    with pytest.raises(MoziError, match="no-such-agent-anywhere is not found"):
        await team.agents.start(live.spec)
    with pytest.raises(MoziError, match="NO_SUCH_KEY"):
        await team.agents.start(live.again(env_required=("NO_SUCH_KEY",)).spec)
    with pytest.raises(MoziError, match="no such folder"):
        await team.agents.start(live.again(cwd=str(tmp_path / "gone")).spec)
    with pytest.raises(MoziError, match="prompt: file"):
        await team.agents.start(session_for(tmp_path, ["cat"], prompt="x" * 200_000, prompt_by="argument").spec)
    assert not live.folder.lock.exists()


async def test_stop_ends_an_agent_that_does_not_listen_with_all_its_family(team: Team, tmp_path: Path) -> None:
    live = session_for(tmp_path, ["sh", "-c", "trap '' TERM; sleep 300 & echo up; while :; do sleep 1; done"])
    await team.agents.start(live.spec)
    await happens(lambda: live.folder.output.exists() and live.folder.output.read_text() == "up\n")
    assert not await team.agents.sweep(live.session()), "a living session is not swept"
    assert await team.agents.stop(live.session(), StopReason.CANCEL)
    assert bearers(live.spec.session) == []
    ending = team.agents.ending(live.session())
    assert ending is not None and ending.stopped == "cancel"
    assert await team.agents.stop(live.session(), StopReason.CANCEL), "stopping twice is no fault"


async def test_what_a_killed_runner_left_is_swept(team: Team, tmp_path: Path) -> None:
    live = session_for(tmp_path, ["sh", "-c", "sleep 300 & echo up; wait"])
    await team.agents.start(live.spec)
    await happens(lambda: live.folder.output.exists() and live.folder.output.read_text() == "up\n")
    record = live.folder.record()
    assert record is not None
    os.kill(record.pid, signal.SIGKILL)
    await happens(lambda: team.ended == [live.spec.session])
    session = live.session()
    assert team.agents.life(session) is Life.DEAD and team.agents.ending(session) is None
    assert bearers(live.spec.session) != []
    assert await team.agents.sweep(session)
    assert bearers(live.spec.session) == []


async def test_a_frozen_runner_is_killed_with_its_agent_when_it_does_not_answer(team: Team, tmp_path: Path) -> None:
    live = session_for(tmp_path, ["sh", "-c", "echo up; sleep 300"])
    impatient = LocalAgents(patience=0.5)
    await impatient.start(live.spec)
    await happens(lambda: live.folder.output.exists() and live.folder.output.read_text() == "up\n")
    record = live.folder.record()
    assert record is not None
    os.kill(record.pid, signal.SIGSTOP)
    assert alive(team, live)
    assert await impatient.stop(live.session(), StopReason.OPERATOR)
    assert bearers(live.spec.session) == []
    impatient.close()


async def test_another_life_adopts_a_session_stops_it_and_hears_of_its_end(team: Team, tmp_path: Path) -> None:
    first, live = LocalAgents(), session_for(tmp_path, ["sleep", "300"])
    await first.start(live.spec)
    await happens(lambda: alive(team, live))
    first.close()
    session = live.session()
    team.agents.adopt([session])
    assert team.agents.life(session) is Life.ALIVE
    assert await team.agents.stop(session, StopReason.ESTOP)
    assert bearers(live.spec.session) == []
    other = session_for(tmp_path, ["sleep", "0.2"])
    again = LocalAgents()
    await again.start(other.spec)
    await happens(lambda: other.folder.record() is not None)
    team.agents.adopt([other.session()])
    await happens(lambda: other.spec.session in team.ended)
    again.close()


async def test_a_runner_that_cannot_even_begin_is_dead_at_once_not_unborn(team: Team, tmp_path: Path) -> None:
    live = session_for(tmp_path, ["true"])
    live.folder.start.write_text("broken")
    await team.agents.start(live.spec)
    await happens(lambda: team.ended == [live.spec.session])
    assert team.agents.life(live.session()) is Life.DEAD
    assert "start.json cannot be read" in live.folder.errors.read_text()


async def test_a_record_of_another_boot_or_of_a_reused_pid_signals_nobody(team: Team, tmp_path: Path) -> None:
    live = session_for(tmp_path, ["sh", "-c", "echo up; sleep 300"])
    await team.agents.start(live.spec)
    await happens(lambda: live.folder.output.exists() and live.folder.output.read_text() == "up\n")
    values = json.loads(live.folder.runner.read_text())
    stranger = session_for(tmp_path, ["true"])
    for changed in ({"boot_id": "another"}, {"start_ticks": values["start_ticks"] - 9, "agent_start": 1.0}):
        stranger.folder.runner.write_text(json.dumps({**values, **changed}))
        stranger.folder.lock.touch()
        assert await LocalAgents(patience=0.1).stop(stranger.session(), StopReason.CANCEL)
        assert alive(team, live)
    assert await team.agents.stop(live.session(), StopReason.CANCEL)
