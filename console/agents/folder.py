"""Owns the files of a session's folder: their names, how they are written whole or not at all, and how they are read.

Never decides anything from them; whether a file may be believed is said by whoever holds or tests the lock.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
from contextlib import AbstractContextManager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path, PurePath
from typing import Any

from console.records.ending import Ending
from console.safe_files import (
    Unsafe,
    drafted,
    is_file,
    look,
    make_folder,
    of_session,
    open_to_append,
    opened,
    read,
    read_text,
    remove,
    write,
)
from console.transcript.parts import LIVE

__all__ = ("RunnerRecord", "SessionFolder")

VERSION = 1
LARGEST = 16_000_000
"""Bytes of a file of a session that is read whole."""


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
        self.whole = self.path / "whole.md"
        self.note = self.path / "hand_over.md"
        self.handed = self.path / "hand_over.json"
        self.context = self.path / "context.json"
        self.parts = self.path / "prompt.json"
        self.shim = self.path / "blackboard"
        self.lock = self.path / "alive.lock"
        self.runner = self.path / "runner.json"
        self.tree = self.path / "tree.json"
        self.output = self.path / "output.log"
        self.called = self.path / "called"
        self.transcript = self.path / LIVE
        self.stop = self.path / "stop"
        self.exit = self.path / "exit.json"
        self.errors = self.path / "runner.log"
        self.setup_order = self.path / "setup.json"
        self.setup_outcome = self.path / "setup_outcome.json"

    def locked(self) -> bool | None:
        """Whether a runner holds the lock; None where there is no lock file. Raises OSError where nobody can say.

        Taken shared, without waiting, and given back at once; a runner that starts just then tries again. What an agent
        put in its place is no lock, and nobody holds it.
        """
        try:
            with opened(*self._at(self.lock), databases=frozenset) as (descriptor, _):  # an empty file is none
                fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except FileNotFoundError:
            return None
        except BlockingIOError:
            return True
        except Unsafe as error:
            if error.errno == errno.EAGAIN:
                raise
        return False

    def open_lock(self) -> int:
        """A descriptor of the lock file, made where it is not there. Raises OSError."""
        return open_to_append(*self._at(self.lock), flags=os.O_RDWR, databases=frozenset)

    def is_same(self, path: Path, known: os.stat_result) -> bool:
        """Whether one of the files here still is the very one that is `known`. Raises OSError but where it is gone."""
        try:
            found = look(*self._at(path))
        except Unsafe:
            return False
        return found is not None and os.path.samestat(found, known)

    def write_locked(self, path: Path) -> int:
        """A new, empty file, in a folder that is made anew where it is gone, locked before it has its name. Raises OSError."""
        kept = -1
        try:
            with drafted(*self._at(path), durable=False, make=True, clear=True) as draft:
                kept = os.dup(draft.descriptor)
                fcntl.flock(kept, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BaseException:
            if kept >= 0:
                os.close(kept)
            raise
        return kept

    def open_to_append(self, path: Path) -> int:
        """A descriptor of one of the files here, to write what comes to its end. Raises OSError."""
        return open_to_append(*self._at(path))

    def opened(self, path: Path) -> AbstractContextManager[tuple[int, os.stat_result]]:
        """One of the files here to be read. Raises OSError."""
        return opened(*self._at(path))

    def make(self) -> None:
        """The folder itself (0700). Raises OSError, where it is a link, too."""
        top, name = of_session(self.path)
        top.mkdir(mode=0o700, parents=True, exist_ok=True)
        make_folder(top, name)

    def has(self, path: Path) -> bool:
        """Whether one of the files here is there, a plain one."""
        return is_file(*self._at(path))

    def text(self, path: Path) -> str:
        """What one of the files here says. Raises OSError, ValueError for what is no text or too large."""
        return read_text(*self._at(path), most=LARGEST)

    def last(self, path: Path, most: int) -> bytes:
        """The last bytes of one of the files here. Raises OSError."""
        return read(*self._at(path), most=most, last=True)

    def values(self, path: Path) -> dict[str, Any] | None:
        """The JSON object in one of the files here; None where there is none."""
        try:
            values = json.loads(self.text(path))
        except (OSError, ValueError, RecursionError):
            return None
        return values if isinstance(values, dict) else None

    def write(self, path: Path, text: str, *, durable: bool, mode: int = 0o600, make: bool = False) -> None:
        """Write one of the files here whole; what else stands in its place goes. Raises OSError."""
        write(*self._at(path), text, durable=durable, mode=mode, make=make, clear=True)

    def write_below(self, name: str, text: str) -> None:
        """Write a file below the folder, in folders of its own. Raises OSError."""
        write(*of_session(self.path, name), text, durable=False, make=True, clear=True)

    def remove(self, path: Path) -> None:
        """Remove one of the files here, where it is there. Raises OSError."""
        remove(*self._at(path))

    def begin_anew(self, more: str = "") -> None:
        """The whole prompt, and `more` after it, in place of what was new. Raises OSError, ValueError."""
        self.write(self.prompt, self.text(self.whole) + more, durable=False)

    def record(self) -> RunnerRecord | None:
        """What the runner wrote about itself, if it came so far."""
        values = self.values(self.runner)
        if values is None:
            return None
        known = {name: values[name] for name in RunnerRecord.__slots__ if name in values}
        boot = known.pop("boot_id", "")
        numbers = all(isinstance(value, int | float | None) for value in known.values())
        if not numbers or not isinstance(known.get("pid"), int) or not isinstance(boot, str):
            return None  # an agent can write it, too
        return RunnerRecord(**known, boot_id=boot)

    def ending(self) -> Ending | None:
        """What the runner wrote at its end. Believe it only with a free lock."""
        values = self.values(self.exit)
        if values is None or "exit_code" not in values:
            return None
        return Ending(**{name: values[name] for name in Ending.__slots__ if name in values})

    def swept(self) -> bool:
        """Whether the runner itself made sure, before it ended, that nothing of its agent was left."""
        return bool((self.values(self.exit) or {}).get("swept"))

    def noted_tree(self) -> list[tuple[int, float]]:
        """(pid, raw start) of every descendant that the runner ever noted."""
        values = self.values(self.tree) or {}
        try:
            return [(int(pid), float(start)) for pid, start in values.get("seen", [])]
        except (TypeError, ValueError, OverflowError):  # an agent wrote there
            return []

    def write_record(self, record: RunnerRecord) -> None:
        """Write runner.json. Raises OSError."""
        self.write(self.runner, json.dumps(asdict(record)), durable=True)

    def write_tree(self, seen: list[tuple[int, float]]) -> None:
        """Write the noted tree. Raises OSError."""
        self.write(self.tree, json.dumps({"seen": seen}), durable=False)

    def write_ending(self, ending: Ending, *, swept: bool) -> None:
        """Write exit.json, durably, also where the agent removed the folder. Raises OSError."""
        values = {**asdict(ending), "swept": swept}
        self.write(self.exit, json.dumps(values, ensure_ascii=False), durable=True, make=True)

    def complain(self, text: str) -> None:
        """A line for whoever looks why a runner did not do as it should; where that is not possible, it is let go."""
        with suppress(OSError):
            descriptor = self.open_to_append(self.errors)
            try:
                os.write(descriptor, f"{text}\n".encode("utf-8", "backslashreplace"))
            finally:
                os.close(descriptor)

    def stop_reason(self) -> str | None:
        """Why somebody asked the runner to stop, if somebody did."""
        try:
            return read_text(*self._at(self.stop), most=200).strip() or None
        except (OSError, ValueError):
            return None

    def ask_to_stop(self, reason: str) -> None:
        """Leave the reason where the runner finds it; the first one stays. Without room for it, its name says that much."""
        try:
            if not self.has(self.stop):
                self.write(self.stop, reason, durable=False)
        except OSError:
            with suppress(OSError):  # a full disk takes an empty file
                os.close(self.open_to_append(self.stop))

    def stop_asked(self) -> str | None:
        """The reason of whoever asked for its end; the operator's where there was no room for one."""
        return self.stop_reason() or ("operator" if self.has(self.stop) else None)

    def _at(self, path: Path) -> tuple[Path, PurePath]:
        return of_session(self.path, path.name)
