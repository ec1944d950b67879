"""Owns the killing of a session's processes for certain: its group, its tree, and every bearer of its marker.

Never hits a stranger: a process is signalled only while its pid and raw start time are those that were noted or just
seen, it belongs to this user, and it is neither process 1, nor we ourselves, nor one that we descend from.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace

import psutil

from console.agents.identity import boot_id, raw_start
from console.agents.mark import bearers, none_left

__all__ = ("GRACE", "MARKER", "Target", "find", "kill_for_certain", "tree_of")

MARKER = "MOZIPLUS_SESSION"
GRACE = 5.0
"""Seconds between TERM and KILL."""
CERTAIN = 10.0
"""Seconds after the first KILL in which everything must be gone."""

Gone = (psutil.NoSuchProcess, psutil.AccessDenied, ProcessLookupError, PermissionError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Whose processes are meant; every part may be missing."""

    session: str
    """Bearers of MOZIPLUS_SESSION=<this> are ours wherever they went."""
    boot: str
    """The boot in which the rest was noted."""
    leader: tuple[int, float] | None = None
    """(pid, raw start) of the agent, which leads its process group."""
    group_is_ours: bool = False
    """The leader has only just ended, so that nobody else's group can have its number yet."""
    noted: tuple[tuple[int, float], ...] = ()
    """(pid, raw start) of its descendants, as far as they were noted."""
    below: int | None = None
    """Everything below this process is meant too, but not itself: the runner says so of itself."""


def tree_of(pid: int) -> list[tuple[int, float]]:
    """(pid, raw start) of every present descendant of `pid`, without itself."""
    try:
        below = psutil.Process(pid).children(recursive=True)
    except Gone:
        return []
    return [seen for process in below if (seen := _seen(process)) is not None]


def find(target: Target) -> dict[int, psutil.Process]:
    """Every living process of `target` by its pid: the noted, the marked (in the environment, or by a limit that only Linux
    keeps), the group's, and all that descend from them.

    The group counts while its leader lives or has only just ended: later, another program's group may have its number.
    """
    known = {*target.noted, *([target.leader] if target.leader else ())} if target.boot == boot_id() else set()
    everybody = _everybody()
    leader = target.leader[0] if target.leader and target.leader in known else None
    group = leader if target.group_is_ours or _is_one_of(everybody.get(leader or 0), known) else None
    ours = {
        pid
        for pid, process in everybody.items()
        if _is_one_of(process, known) or _in_group(pid, group) or _marker(process) == target.session
    }
    for pid in bearers(target.session):
        with suppress(*Gone):
            everybody.setdefault(pid, psutil.Process(pid))
            ours.add(pid)
    spared = _spared(target)
    if target.below is not None:
        ours.add(target.below)
    return {pid: everybody[pid] for pid in _with_descendants(ours, everybody) - spared if _lives(everybody[pid])}


def kill_for_certain(
    target: Target, *, grace: float = GRACE, certain: float = CERTAIN, pause: Callable[[float], None] = time.sleep
) -> bool:
    """TERM, `grace` seconds, then KILL until nothing of `target` is found any more. True when that is so.

    A process that starts others while it is hunted is met by looking again until one whole look finds nothing.
    """
    found = find(target)
    noted = set(target.noted)
    _signal(found.values(), signal.SIGTERM)
    until = time.monotonic() + grace
    while found and time.monotonic() < until:
        pause(0.02)
        found = {pid: p for pid, p in found.items() if _lives(p)}
    until = time.monotonic() + certain
    while (found := find(replace(target, noted=tuple(noted)))) or not none_left(target.session, _spared(target)):
        noted |= {seen for p in found.values() if (seen := _seen(p)) is not None}
        _signal(found.values(), signal.SIGKILL)
        if time.monotonic() > until:
            return False
        pause(0.02)
    return True


def _spared(target: Target) -> set[int]:
    """Process 1, we ourselves, whoever we descend from, and whom the target itself spares."""
    spared = {0, 1, os.getpid(), os.getppid(), target.below or 0}
    with suppress(*Gone):
        spared |= {p.pid for p in psutil.Process().parents()}
    return spared


def _everybody() -> dict[int, psutil.Process]:
    """Every process of this user. Made anew each time: psutil's own iteration may remember one whose pid was reused."""
    found, mine = {}, os.getuid()
    for pid in psutil.pids():
        with suppress(*Gone):
            process = psutil.Process(pid)
            if process.uids().real == mine:
                found[pid] = process
    return found


def _is_one_of(process: psutil.Process | None, known: set[tuple[int, float]]) -> bool:
    """Whether it is one of the known ones, by start time too; cheap where not even the pid is."""
    return process is not None and any(process.pid == pid for pid, _ in known) and _seen(process) in known


def _in_group(pid: int, group: int | None) -> bool:
    try:
        return group is not None and os.getpgid(pid) == group
    except Gone:
        return False


def _with_descendants(ours: set[int], everybody: dict[int, psutil.Process]) -> set[int]:
    """`ours` and all below them, also those that hide their marker."""
    below: dict[int, list[int]] = {}
    for pid, process in everybody.items():
        with suppress(*Gone):
            below.setdefault(process.ppid(), []).append(pid)
    found, todo = set(ours), list(ours)
    while todo:
        fresh = [pid for pid in below.get(todo.pop(), ()) if pid not in found]
        found.update(fresh)
        todo.extend(fresh)
    return found


def _marker(process: psutil.Process) -> str | None:
    try:
        return process.environ().get(MARKER)
    except (*Gone, OSError):
        return None


def _seen(process: psutil.Process) -> tuple[int, float] | None:
    try:
        return process.pid, raw_start(process)
    except Gone:
        return None


def _lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except Gone:
        return False


def _signal(processes: Iterable[psutil.Process], which: signal.Signals) -> None:
    """psutil looks once more, just before, whether the pid still is the process that was seen."""
    for process in processes:
        try:
            process.send_signal(which)
        except Gone:
            continue
