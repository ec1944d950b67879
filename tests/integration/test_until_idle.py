"""Promises that a scheduler which is to end when nothing can move does end, however slow the last thing was that moved."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from console.agents.base import LocalAgents
from console.blackboard.reads.sessions import sessions_of
from console.engine.in_charge import take_or_conflict
from console.engine.life import SchedulerLife
from console.engine.observe import PATIENCE
from console.engine.wakes import Wakes
from console.records.session import Session
from tests.homes import CLOCK, SUBMITS, TeamHome, developer


class SlowlySwept(LocalAgents):
    """Agents after whom it takes longer to clear up than a tick waits."""

    async def sweep(self, session: Session) -> bool:
        """As ever, after a while."""
        await asyncio.sleep(3 * PATIENCE)
        return await super().sweep(session)


async def test_it_ends_also_where_the_last_action_was_slow(tmp_path: Path) -> None:
    team = TeamHome(tmp_path / "home", {"dev": SUBMITS})
    task = team.task()
    held, wakes = take_or_conflict(team.home, mode="test"), Wakes()
    life = await SchedulerLife.begin(team.home, held, wakes, CLOCK, os.environ, local=SlowlySwept)

    async def until_idle() -> None:
        while True:
            await life.tick(frozenset({"test"}))
            if await life.is_idle():
                return
            await wakes.wait(min(life.pause_until(), 1.0))

    try:
        await asyncio.wait_for(until_idle(), timeout=30)
    finally:
        await life.end()
        held.release()
    assert team.status(task) == "done" and team.present() == 0
    team.close()


def test_it_waits_for_a_limit_whose_end_is_known_and_says_so(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    mark = tmp_path / "until"
    refused = f"[ -e {mark} ] && exec blackboard submit --summary ok; echo $(($(date +%s) + 3)) > {mark}"
    line = """printf '{"type":"result","is_error":true,"result":"limit, resets at %s","api_error_status":429}\\n'"""
    script = f"{refused}; {line} $(cat {mark}); exit 1"
    team = TeamHome(tmp_path / "home", {"dev": developer(script, usage="claude"), "two": SUBMITS})
    task = team.task(assignee="dev")
    assert team.run() == 0 and team.status(task) == "done"
    first, second = sessions_of(team.db(), task.id)
    until = int(mark.read_text()) * 1000
    assert not first.counted and until <= second.created_at < until + 5_000
    assert "it is not idle: dev is rate limited until " in caplog.text
    team.close()
