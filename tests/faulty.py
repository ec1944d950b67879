"""Makes one file call of a program fail, as a full disk or a lack of descriptors would do.

A call is known by its function, the line of our code that made it, and how often that line was there before; a recording
run lists them. It stands in for the system's own calls, and knows nothing of the program.
"""

from __future__ import annotations

import builtins
import errno
import fcntl
import io
import json
import os
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from tests.repository import ROOT

__all__ = ("PLAN", "arm", "command", "faults_of", "planned", "recorded")

PLAN = "TEST_FAULT"
"""The variable with the plan as JSON: `within` the modules that are meant, `record` (a file to append the calls to), or `fault`
with the call `at` which it comes, or with a file: while that is there, every write and every new name fails."""
OFTEN = 2
"""How many passes of one line are told apart; the later ones are like these."""
OPENS = ("os.open", "io.open", "os.dup", "os.pipe", "os.listdir", "os.scandir", "os.pidfd_open")
WRITES = ("os.write",)
NAMES = ("os.rename", "os.replace", "os.mkdir", "os.unlink", "os.fchmod", "os.fsync")
LOOKS = ("os.stat", "os.lstat", "os.read", "os.pread", "os.fstat", "fcntl.flock", "fcntl.fcntl")
SHORT = "short"


def faults_of(call: str) -> tuple[str, ...]:
    """What can become of a call: names of errno, or that only a part is written."""
    function = call.partition(" ")[0]
    if function in WRITES:
        return ("ENOSPC", "EROFS", SHORT)
    if function in OPENS:
        return ("EMFILE", "ELOOP", "ENOSPC", "EROFS")
    return ("ENOSPC", "EROFS") if function in NAMES else ("EIO", "ELOOP")


def command(module: str, *arguments: str) -> list[str]:
    """The arguments of a program of ours in which a fault may be planned."""
    code = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); from tests.faulty import arm; arm();"
        f" from {module} import main; sys.exit(main())"
    )
    return [sys.executable, "-E", "-P", "-X", "utf8", "-c", code, *arguments]


def arm() -> None:
    """Do what the plan says from now on; without one, nothing."""
    plan: dict[str, Any] = json.loads(os.environ.pop(PLAN, "{}"))
    if plan:
        _Interposer(plan).install()


@contextmanager
def planned(**plan: Any) -> Iterator[Callable[[], bool]]:
    """The same in this process, in all its threads, until it is over; gives whether the fault has come."""
    interposer = _Interposer(plan)
    interposer.install()
    try:
        yield lambda: interposer.came
    finally:
        interposer.remove()


class _Interposer:
    def __init__(self, plan: dict[str, Any]) -> None:
        self._within = tuple(plan["within"])
        self._record, self._at, self._fault = plan.get("record"), plan.get("at"), plan.get("fault")
        self._during: str | None = plan.get("while")
        self._exists = os.path.exists
        self._seen: Counter[str] = Counter()
        self._busy = threading.local()
        self._open, self._write, self._close = os.open, os.write, os.close
        self.came = False
        self._real: list[tuple[Any, str, Any]] = []

    def install(self) -> None:
        """Stand between our code and each of the calls."""
        for name in (*OPENS, *WRITES, *NAMES, *LOOKS):
            place = {"os": os, "io": io, "fcntl": fcntl}[name.partition(".")[0]]
            function = name.partition(".")[2]
            if hasattr(place, function):
                self._real.append((place, function, getattr(place, function)))
                setattr(place, function, self._stand_in(name, getattr(place, function)))
        builtins.open = io.open

    def remove(self) -> None:
        """Stand aside."""
        for place, function, real in self._real:
            setattr(place, function, real)
        builtins.open = io.open

    def _stand_in(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **named: Any) -> Any:
            if getattr(self._busy, "on", False):
                return real(*args, **named)
            self._busy.on = True
            try:
                site = self._site(name, sys._getframe(1))
                due = site is not None and self._is_due(site)
            finally:
                self._busy.on = False
            if not due:
                return real(*args, **named)
            self.came = True
            if self._fault == SHORT:
                return real(args[0], bytes(args[1])[: max(1, len(args[1]) // 2)])
            number = getattr(errno, str(self._fault))
            raise OSError(number, os.strerror(number), args[0] if args and isinstance(args[0], str) else None)

        return call

    def _site(self, name: str, frame: FrameType | None) -> str | None:
        """The line of ours that calls, if it is within what is meant."""
        line, within = None, False
        while frame is not None and not (line and within):
            module = str(frame.f_globals.get("__name__", ""))
            if module.startswith("console.") and line is None:
                line = f"{name} {module}:{frame.f_lineno}"
            within = within or module.startswith(self._within)
            frame = frame.f_back
        return line if within else None

    def _is_due(self, site: str) -> bool:
        if self._during:
            return site.startswith((*WRITES, *NAMES)) and self._exists(self._during)
        self._seen[site] += 1
        if self._seen[site] > OFTEN:
            return False
        key = f"{site} {self._seen[site]}"
        if self._record:
            self._note(self._record, key)
        return key == self._at

    def _note(self, path: str, text: str) -> None:
        descriptor = self._open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        self._write(descriptor, f"{text}\n".encode())
        self._close(descriptor)


def recorded(path: Path) -> list[str]:
    """The calls of a recording run, each once."""
    return list(dict.fromkeys(path.read_text().splitlines()))
