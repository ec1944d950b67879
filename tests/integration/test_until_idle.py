"""Promises that a scheduler which is to end when nothing can move does end, however slow the last thing was that moved."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

from console.agents.base import LocalAgents
from console.engine.in_charge import take_or_conflict
from console.engine.life import SchedulerLife
from console.engine.observe import PATIENCE
from console.engine.wakes import Wakes
from console.records.session import Session
from tests.homes import CLOCK, SUBMITS, TeamHome


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
