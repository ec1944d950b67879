"""Owns the commands that a run in the gateway leaves in the background: who they are, and their end.

OpenClaw's `exec` goes to the background after ten seconds by itself, and such a command outlives the run, its abort and its
session. The newer release keeps a list of them and ends them when it is asked to. The older one only tells the number of the
process: that is ended here, where it surely is the one that OpenClaw started on this machine for this run.
"""

from __future__ import annotations

import asyncio
import logging
import os
import re
from collections.abc import Iterable

import psutil

from console.agents.gateway_note import Process
from console.agents.gateway_run import Run
from console.agents.identity import boot_id, raw_start, start_of
from console.agents.kill import Target, kill_for_certain
from console.gateway import ledger
from console.gateway.client import Gateway
from console.gateway.states import GatewayFault, Refused
from console.text import one_line

__all__ = ("LISTED", "end_commands", "note_commands")

LISTED = 4
"""The first protocol whose gateway keeps a list of them."""
_STILL = re.compile(r"Command still running \(session [^,()]{1,80}, pid (\d{1,9})\)")
_SLACK = 2.0
"""Seconds by which two clocks may differ."""
_REASON = "the run that began it has ended"

_log = logging.getLogger("moziplus.gateway")


def note_commands(run: Run, said: str, until: int) -> None:
    """What a tool said may tell of a command that goes on; it said so at `until`, in epoch ms."""
    known = {process.pid for process in run.note.left}
    for pid in {int(found[1]) for found in _STILL.finditer(said)} - known:
        if (process := _seen(pid, run.note.sent_at, until)) is not None:
            run.change(durable=False, left=(*run.note.left, process))


async def end_commands(gateway: Gateway, run: Run, keys: Iterable[str], patience: float) -> list[str]:
    """End what goes on in the background of these sessions of the gateway; what was ended, in words.

    It is given `patience` seconds to do so itself.
    """
    ended: list[str] = []
    connection = gateway.connection
    if connection is not None and connection.hello.protocol >= LISTED:
        for key in keys:
            try:
                async with asyncio.timeout(patience):
                    ended += await _cancelled(gateway, key)
            except (GatewayFault, Refused, TimeoutError) as error:
                _log.warning(
                    "what %s left in the background is not ended there: %s", key, str(error) or "no answer in time"
                )
    for process in run.note.left:
        if _goes_on(process):
            await asyncio.to_thread(_kill, run.id, process)
            ended.append(f"process {process.pid}")
    for title in ended:
        _log.warning("run %s left a command in the background, which is ended: %s", run.id, title)
    return ended


async def _cancelled(gateway: Gateway, key: str) -> list[str]:
    params = {"sessionKey": key, "status": "running", "limit": 100}
    found = await gateway.call("tasks.list", params, ledger.TaskList)
    ended = []
    for task in found.tasks:
        if task.kind == "exec":
            wish = {"taskId": task.task_id, "reason": _REASON}
            if (await gateway.call("tasks.cancel", wish, ledger.Cancelled)).cancelled:
                ended.append(one_line(task.title, 200) or "a command")
    return ended


def _seen(pid: int, since: int, until: int) -> Process | None:
    """Who has the number, where it is a process that OpenClaw started here between the two moments."""
    try:
        process = psutil.Process(pid)
        if process.uids().real != os.getuid():
            return None
        if not since / 1000 - _SLACK <= process.create_time() <= until / 1000 + _SLACK:
            return None
        if not any("openclaw" in " ".join([above.name(), *above.cmdline()]).lower() for above in process.parents()):
            return None
        return Process(pid=pid, start=raw_start(process), boot=boot_id())
    except (psutil.Error, OSError):
        return None


def _goes_on(process: Process) -> bool:
    return process.boot == boot_id() and start_of(process.pid) == process.start


def _kill(session: str, process: Process) -> None:
    target = Target(session=session, boot=process.boot, leader=(process.pid, process.start))
    if not kill_for_certain(target, grace=1.0):
        _log.warning("process %d, which run %s left in the background, still lives", process.pid, session)
