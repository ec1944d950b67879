"""Owns the set-up of one session's fresh worktree, as a process of its own, which is told the session's folder.

Holds alive.lock from first to last, as a runner does: what stops agents stops it, and nobody begins another beside it. It
ends by itself whatever becomes of the scheduler, and leaves nothing running.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import replace
from pathlib import Path

from console.agents.alive_lock import AliveLock
from console.agents.folder import RunnerRecord, SessionFolder
from console.agents.identity import asked_start, boot_id
from console.agents.mark import bear
from console.agents.orphans import adopt_orphans
from console.agents.project_commands import Command, run_commands
from console.agents.wake import Signals
from console.clock import SystemClock
from console.errors import MoziError
from console.umask import keep_private

__all__ = ("main",)


def main() -> int:
    """Set up for the session in the folder that is the first argument."""
    keep_private()
    signals, clock, folder = Signals(), SystemClock(), SessionFolder(Path(sys.argv[1]))
    lock = AliveLock.take(folder, clock, signals)
    order = folder.values(folder.setup_order)
    if lock is None or order is None or folder.has(folder.runner):
        return 1
    record = RunnerRecord(
        pid=os.getpid(), start_ticks=asked_start(os.getpid()) or 0.0, boot_id=boot_id(), at=clock.now()
    )
    folder.write_record(record)
    adopt_orphans()
    bear(folder.path.name)

    def begun(pid: int) -> None:
        folder.write_record(replace(record, agent_pid=pid, group=pid, agent_start=asked_start(pid)))

    failure = None
    try:
        run_commands(
            _commands(order["commands"]),
            Path(order["cwd"]),
            timeout=order["timeout"],
            mark=folder.path.name,
            what="set-up",
            given_up=lambda: signals.term,
            begun=begun,
        )
    except MoziError as error:
        failure = str(error)
    folder.write(folder.setup_outcome, json.dumps({"failure": failure, "given_up": signals.term}), durable=False)
    return 0


def _commands(listed: list[str | list[str]]) -> list[Command]:
    return [one if isinstance(one, str) else tuple(one) for one in listed]


if __name__ == "__main__":
    sys.exit(main())
