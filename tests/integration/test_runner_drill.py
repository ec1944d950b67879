"""Promises under fire: runners killed with -9 at any moment leave nothing that a sweep does not find."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
from pathlib import Path

from console.agents.base import LocalAgents
from console.records.ending import Life
from tests.live_sessions import Live, bearers, session_for

FAMILY = (
    "import os, subprocess, sys, time\n"
    "subprocess.Popen(['sleep', '300'], start_new_session=True)\n"
    "subprocess.Popen(['sh', '-c', 'trap \"\" TERM; sleep 300 & wait'])\n"
    "if os.fork() == 0:\n"
    "    os.setsid()\n"
    "    if os.fork(): os._exit(0)\n"
    "    time.sleep(300)\n"
    "print('up', flush=True)\n"
    "time.sleep(float(sys.argv[1]))\n"
)
SESSIONS = 15


async def one(agents: LocalAgents, home: Path, dice: random.Random) -> Live:
    """A session whose runner dies at some moment: while it starts, while it works, or while it ends by itself."""
    live = session_for(home, [sys.executable, "-c", FAMILY, str(dice.choice([0.0, 0.1, 300.0]))])
    await agents.start(live.spec)
    await asyncio.sleep(dice.uniform(0.0, 0.8))
    while (record := live.folder.record()) is None:  # noqa: ASYNC110 - a file is waited for
        await asyncio.sleep(0.001)
    if live.folder.locked():
        os.kill(record.pid, signal.SIGKILL)
    while agents.life(live.session()) is Life.ALIVE:  # noqa: ASYNC110 - a process is
        await asyncio.sleep(0.01)
    assert agents.life(live.session()) is Life.DEAD
    assert await agents.sweep(live.session())
    return live


async def test_runners_killed_at_any_moment_leave_nothing_after_the_sweep(tmp_path: Path) -> None:
    dice = random.Random(20261120)
    agents = LocalAgents()
    async with asyncio.timeout(120):
        for _ in range(SESSIONS // 3):
            for live in await asyncio.gather(*(one(agents, tmp_path, dice) for _ in range(3))):
                assert bearers(live.spec.session) == []
                assert not live.folder.locked()
    agents.close()
