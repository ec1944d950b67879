"""Owns the stopping of agents by what stands outside every database: held locks, runners' notes, the processes themselves.

It never asks a blackboard, and never believes that something has ended before it has looked once more.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from console.agents.folder import RunnerRecord, SessionFolder
from console.agents.identity import alive, boot_id
from console.agents.kill import CERTAIN, GRACE, MARKER, Target, kill_for_certain
from console.home import Home
from console.keeping.living import Lock, living, lock_of, project_of, session_folders
from console.records.session import StopReason

__all__ = ("at_work", "let_go_on", "of_project", "stop_for_certain", "stop_living")

PATIENCE = GRACE + CERTAIN + 2.0
"""Seconds that a runner gets to end its agent by itself."""
_LEAVE = 5.0
"""Seconds until a lock is free whose holder was killed."""
_RUNNER = "console.agents.runner"
_PROMPT = "MOZIPLUS_PROMPT_FILE"
_GONE = (psutil.Error, OSError)
_PAUSE = 0.05


def at_work(home: Home) -> dict[str, Path]:
    """Session → folder of every session of `home` of which something still runs, whatever became of its folder."""
    known = {folder.name: folder for folder in session_folders(home)}
    seen = _look()
    found = {
        session: folder
        for session, folder in known.items()
        if lock_of(folder) is Lock.HELD or session in seen.runners or session in seen.bearers or _remains(folder)
    }
    runs = Path(os.path.realpath(home.runs))
    for session, folder in {**seen.folders, **seen.bearers}.items():
        if session not in known and folder.is_relative_to(runs):
            found[session] = folder  # the agent removed its own folder
    return found


def of_project(found: Mapping[str, Path], project: str, rows: Iterable[str] = ()) -> dict[str, Path]:
    """Those of `found` that work for `project`: as their folder says, or because their session is among its `rows`."""
    ours = set(rows)
    return {s: folder for s, folder in found.items() if s in ours or project_of(folder) == project}


def stop_living(home: Home, project: str, reason: StopReason = StopReason.OPERATOR) -> list[str]:
    """Stop every local agent of `project` for certain; gives the sessions that still live."""
    which = {folder.name: folder for folder in living(home, project)} | of_project(at_work(home), project)
    return list(stop_for_certain(home, which, reason))


def stop_for_certain(
    home: Home, which: Mapping[str, Path], reason: StopReason, *, patience: float = PATIENCE
) -> dict[str, Path]:
    """Stop these sessions; gives those of which something is left.

    Each runner is asked and has `patience` seconds to end its agent. One that does not is killed, after all below it.
    """
    if not which:
        return {}
    seen = _look()
    found = {session: _Runner.of(folder, seen) for session, folder in which.items()}
    for runner in found.values():
        runner.ask(reason)
        runner.terminate()
    until = time.monotonic() + patience
    while any(runner.lives() for runner in found.values()) and time.monotonic() < until:
        time.sleep(_PAUSE)
        for runner in found.values():
            runner.go_on()
    with ThreadPoolExecutor(max_workers=8) as pool:
        list(pool.map(_Runner.end, found.values()))
    left = at_work(home)
    return {session: folder for session, folder in which.items() if session in left}


def let_go_on(folders: Iterable[Path]) -> list[Path]:
    """Let every runner go on that somebody stopped (SIGSTOP): it keeps no time and hears no end. Gives their folders."""
    return [folder for folder in folders if (runner := _noted_runner(folder)) is not None and _goes_on(runner)]


def _noted_runner(folder: Path) -> psutil.Process | None:
    """By its note, and only where the process is the runner of that folder: an agent may have written the note."""
    record = _record(SessionFolder(folder))
    if record is None or not alive(record.pid, record.start_ticks, record.boot_id):
        return None
    with suppress(*_GONE):
        process = psutil.Process(record.pid)
        if _is_runner(command := process.cmdline()) and Path(command[-1]) == folder:
            return process
    return None


def _goes_on(process: psutil.Process) -> bool:
    """Whether it stood, and was told to go on; an agent may stop its runner again and again."""
    with suppress(*_GONE):
        if process.status() == psutil.STATUS_STOPPED:
            process.resume()
            return True
    return False


def _is_runner(command: list[str]) -> bool:
    return len(command) > 1 and any(_RUNNER in part for part in command[:-1])


@dataclass(frozen=True, slots=True)
class _Seen:
    """The processes of this user that belong to sessions."""

    runners: dict[str, psutil.Process] = field(default_factory=dict)
    folders: dict[str, Path] = field(default_factory=dict)
    """Session → the folder that its runner was started with."""
    bearers: dict[str, Path] = field(default_factory=dict)
    """Session → the folder that its agent, or something that it started, was told of."""


def _look() -> _Seen:
    seen, mine, spared = _Seen(), os.getuid(), {os.getpid()}
    with suppress(*_GONE):
        spared |= {parent.pid for parent in psutil.Process().parents()}
    for pid in psutil.pids():
        if pid in spared:
            continue
        with suppress(*_GONE, UnicodeDecodeError):
            process = psutil.Process(pid)
            if process.uids().real != mine or process.status() == psutil.STATUS_ZOMBIE:
                continue
            command = process.cmdline()
            if _is_runner(command):
                folder = Path(command[-1])
                seen.runners.setdefault(folder.name, process)
                seen.folders.setdefault(folder.name, folder)
                continue
            environ = process.environ()
            folder = Path(environ.get(_PROMPT) or "/").parent
            if environ.get(MARKER) == folder.name != "":
                seen.bearers[folder.name] = folder
    return seen


def _remains(folder: Path) -> bool:
    """Whether a runner that is gone left something of what it noted; one that swept and ended by itself did not."""
    files = SessionFolder(folder)
    record = _record(files)
    if record is None or record.boot_id != boot_id() or files.swept():
        return False
    noted = [(record.pid, record.start_ticks), *_noted(files)]
    if record.agent_pid is not None and record.agent_start is not None:
        noted.append((record.agent_pid, record.agent_start))
    return any(alive(pid, start, record.boot_id) for pid, start in noted)


class _Runner:
    """The runner of one session, as far as it can be found, and what is below it."""

    def __init__(self, files: SessionFolder, process: psutil.Process | None) -> None:
        self._files = files
        self._process = process

    @classmethod
    def of(cls, folder: Path, seen: _Seen) -> _Runner:
        """By its notes where they fit a process, else by its command line."""
        files, process = SessionFolder(folder), seen.runners.get(folder.name)
        record = _record(files)
        if process is None and record is not None and alive(record.pid, record.start_ticks, record.boot_id):
            with suppress(*_GONE):
                process = psutil.Process(record.pid)
        return cls(files, process)

    def ask(self, reason: StopReason) -> None:
        """Leave the reason where it is looked for; a disk that is full takes none, and the stop goes on without."""
        with suppress(OSError):
            self._files.ask_to_stop(str(reason))

    def terminate(self) -> None:
        """TERM, and CONT with it: one that was stopped must hear it."""
        if self._process is not None:
            with suppress(*_GONE):
                self._process.terminate()
        self.go_on()

    def go_on(self) -> None:
        if self._process is not None:
            _goes_on(self._process)

    def lives(self) -> bool:
        """Whether its lock is held, or its process is there."""
        if lock_of(self._files.path) is Lock.HELD:
            return True
        if self._process is None:
            return False
        try:
            return self._process.is_running() and self._process.status() != psutil.STATUS_ZOMBIE
        except _GONE:
            return False

    def end(self) -> None:
        """Kill what is left: first all below a runner that does not end, while it still gathers them, then itself."""
        target = self._target()
        if self.lives() and self._process is not None:
            kill_for_certain(self._below(target, self._process.pid), grace=0.0, certain=_LEAVE)
            with suppress(*_GONE):
                self._process.kill()
            until = time.monotonic() + _LEAVE
            while self.lives() and time.monotonic() < until:
                time.sleep(_PAUSE)
        kill_for_certain(target, grace=2.0)

    def _target(self) -> Target:
        record, leader = _record(self._files), None
        if record is not None and record.agent_pid is not None and record.agent_start is not None:
            leader = (record.agent_pid, record.agent_start)
        return Target(
            session=self._files.path.name,
            boot=boot_id() if record is None else record.boot_id,
            leader=leader,
            noted=tuple(_noted(self._files)),
        )

    @staticmethod
    def _below(target: Target, pid: int) -> Target:
        return Target(session=target.session, boot=target.boot, leader=target.leader, noted=target.noted, below=pid)


def _record(files: SessionFolder) -> RunnerRecord | None:
    """The runner's record where its fields are what they should be: an agent can write it, too."""
    try:
        found = files.record()
    except (OSError, TypeError, ValueError):
        return None
    values: list[Any] = [] if found is None else [found.pid, found.start_ticks, found.agent_pid, found.agent_start]
    return found if values and all(isinstance(value, int | float | None) for value in values) else None


def _noted(files: SessionFolder) -> list[tuple[int, float]]:
    try:
        return files.noted_tree()
    except (OSError, TypeError, ValueError, AttributeError):
        return []
