"""Owns the scheduler's side of a set-up: its process is started, waited for, and given up.

It never goes on before nothing of the set-up is left; where the scheduler dies first, the lock says that it still runs.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

from console.agents.folder import SessionFolder
from console.agents.identity import boot_id
from console.agents.kill import CERTAIN, GRACE, Target, kill_for_certain
from console.agents.project_commands import Command
from console.clock import Clock
from console.errors import MoziError, Unavailable
from console.own_python import python_command
from console.umask import former

__all__ = ("set_up",)

_LOOK = 0.05
"""Seconds between two looks at whether it has ended."""
_left: list[subprocess.Popen[bytes]] = []
"""Those that outlive a scheduler that ends; kept so that Python does not call them forgotten."""


async def set_up(
    folder: SessionFolder,
    commands: Sequence[Command],
    cwd: Path,
    *,
    limit: float,
    given_up: Callable[[], bool],
    clock: Clock,
) -> None:
    """Run the commands in `cwd`, each for `limit` seconds at most, for the session of `folder`.

    Raises MoziError where one fails, Unavailable where it was given up.
    """
    order = {"commands": list(commands), "cwd": str(cwd), "timeout": limit}
    await asyncio.to_thread(folder.write, folder.setup_order, json.dumps(order), durable=False)
    process = await asyncio.to_thread(_begin, folder)
    _left.append(process)
    told: float | None = None
    while process.poll() is None:
        if given_up():
            told = clock.monotonic() if told is None else told
            process.terminate() if clock.monotonic() - told < GRACE + CERTAIN else process.kill()
        await asyncio.sleep(_LOOK)
    _left.remove(process)
    said = folder.values(folder.setup_outcome)
    if process.returncode != 0 or said is None:
        await asyncio.to_thread(_sweep, folder)
    for file in (folder.setup_outcome, folder.runner, folder.lock):  # the session's runner is still to come
        await asyncio.to_thread(folder.remove, file)
    if given_up() or (said is not None and said.get("given_up")):
        raise Unavailable("its set-up was given up; it is begun again the next time")
    if said is None:
        raise Unavailable("its set-up was ended from outside; it is begun again")
    if said.get("failure"):
        raise MoziError(str(said["failure"]))


def _begin(folder: SessionFolder) -> subprocess.Popen[bytes]:
    env = {name: value for name, value in os.environ.items() if not name.startswith("MOZIPLUS_")}
    errors = folder.open_to_append(folder.errors)
    try:
        return subprocess.Popen(
            [*python_command("console.agents.setting_up"), str(folder.path)],
            stdin=subprocess.DEVNULL,
            stdout=errors,
            stderr=errors,
            cwd="/",
            env=env,
            umask=former(),
            start_new_session=True,
        )
    finally:
        os.close(errors)


def _sweep(folder: SessionFolder) -> None:
    """It was killed: what it had begun is ended."""
    record = folder.record()
    leader = None
    if record is not None and record.agent_pid is not None and record.agent_start is not None:
        leader = (record.agent_pid, record.agent_start)
    kill_for_certain(Target(session=folder.path.name, boot=boot_id(), leader=leader), grace=0.0)
