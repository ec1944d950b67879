"""Owns the files of a session's folder: their names, how they are written whole or not at all, and how they are read.

Never decides anything from them; whether a file may be believed is said by whoever holds or tests the lock.
"""

from __future__ import annotations

import fcntl
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from console.records.ending import Ending

__all__ = ("RunnerRecord", "SessionFolder", "write_whole")

VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class RunnerRecord:
    """`runner.json`: who runs the session and what it started, so that a dead runner's processes can be found."""

    version: int = VERSION
    pid: int
    group: int | None = None
    """Process group of the agent, which is its pid; None until it is started."""
    agent_pid: int | None = None
    start_ticks: float = 0.0
    """Raw start time of `pid`; see `identity.py`."""
    agent_start: float | None = None
    boot_id: str = ""
    at: int = 0
    """Epoch ms."""


class SessionFolder:
    """The files of one session."""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self.start = self.path / "start.json"
        self.prompt = self.path / "prompt.md"
        self.parts = self.path / "prompt.json"
        self.shim = self.path / "blackboard"
        self.lock = self.path / "alive.lock"
        self.runner = self.path / "runner.json"
        self.tree = self.path / "tree.json"
        self.output = self.path / "output.log"
        self.stop = self.path / "stop"
        self.exit = self.path / "exit.json"
        self.errors = self.path / "runner.log"

    def locked(self) -> bool | None:
        """Whether a runner holds the lock; None where there is no lock file. Raises OSError where nobody can say.

        Taken shared, without waiting, and given back at once; a runner that starts just then tries again.
        """
        try:
            descriptor = os.open(self.lock, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(descriptor)
        return False

    def record(self) -> RunnerRecord | None:
        """What the runner wrote about itself, if it came so far."""
        values = _read(self.runner)
        if values is None:
            return None
        known = {name: values[name] for name in RunnerRecord.__slots__ if name in values}
        return RunnerRecord(**known) if "pid" in known else None

    def ending(self) -> Ending | None:
        """What the runner wrote at its end. Believe it only with a free lock."""
        values = _read(self.exit)
        if values is None or "exit_code" not in values:
            return None
        return Ending(**{name: values[name] for name in Ending.__slots__ if name in values})

    def swept(self) -> bool:
        """Whether the runner itself made sure, before it ended, that nothing of its agent was left."""
        return bool((_read(self.exit) or {}).get("swept"))

    def noted_tree(self) -> list[tuple[int, float]]:
        """(pid, raw start) of every descendant that the runner ever noted."""
        values = _read(self.tree) or {}
        return [(int(pid), float(start)) for pid, start in values.get("seen", [])]

    def write_record(self, record: RunnerRecord) -> None:
        """Write runner.json."""
        write_whole(self.runner, json.dumps(asdict(record)), durable=True)

    def write_tree(self, seen: list[tuple[int, float]]) -> None:
        """Write the noted tree."""
        write_whole(self.tree, json.dumps({"seen": seen}), durable=False)

    def write_ending(self, ending: Ending, *, swept: bool) -> None:
        """Write exit.json, durably."""
        values = {**asdict(ending), "swept": swept}
        write_whole(self.exit, json.dumps(values, ensure_ascii=False), durable=True)

    def complain(self, text: str) -> None:
        """A line for whoever looks why a runner did not do as it should; runner.log also has what Python itself says."""
        with self.errors.open("a", encoding="utf-8") as file:
            file.write(f"{text}\n")

    def stop_reason(self) -> str | None:
        """Why somebody asked the runner to stop, if somebody did."""
        try:
            return self.stop.read_text(encoding="utf-8").strip() or None
        except OSError:
            return None

    def ask_to_stop(self, reason: str) -> None:
        """Leave the reason where the runner finds it; the first one stays."""
        if self.path.is_dir() and not self.stop.exists():
            write_whole(self.stop, reason, durable=False)


def write_whole(path: Path, text: str, *, durable: bool, mode: int = 0o600) -> None:
    """Write beside, then rename: a reader sees the old file or the new one. `durable` survives a power cut."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, mode)
    with os.fdopen(descriptor, "w", encoding="utf-8", errors="surrogateescape") as file:
        os.fchmod(descriptor, mode)
        file.write(text)
        file.flush()
        if durable:
            os.fsync(descriptor)
    os.replace(draft, path)
    if durable:
        folder = os.open(path.parent, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _read(path: Path) -> dict[str, Any] | None:
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return values if isinstance(values, dict) else None
