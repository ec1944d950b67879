"""Owns the log: JSON lines in <home>/logs/moziplus.log, rotated and private, and readable lines on the terminal.

Secrets are hidden before anything is written. Several processes write the same file, so rotation is done under a lock.
Whatever is wrong with the file or the terminal, whoever logs goes on: a line is lost, nothing else.
"""

from __future__ import annotations

import fcntl
import json
import logging
import logging.handlers
import os
import sys
import traceback
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from console.clock import iso
from console.home import make_private_folder
from console.redact import redact
from console.text import one_line

if TYPE_CHECKING:
    from console.settings import Logging

__all__ = ("KEPT", "ROOT", "log_file", "record_of", "set_up_logs", "what_failed")

ROOT = "moziplus"
"""The logger above all of ours: component `scheduler` is `moziplus.scheduler`."""
KEPT = 5
"""Older files that are kept, as moziplus.log.1 and so on."""
_ours: list[logging.Handler] = []
_PLAIN = frozenset(vars(logging.LogRecord("", 0, "", 0, "", (), None))) | {"message", "asctime", "taskName"}


def log_file(logs: Path) -> Path:
    """The newest log in the folder `logs`."""
    return logs / "moziplus.log"


def set_up_logs(
    logs: Path, settings: Logging, *, terminal: TextIO | None = sys.stderr, secrets: Iterable[str] = ()
) -> None:
    """Log to the folder `logs`, and in readable lines to `terminal` (None: nowhere else). A second call replaces the first.

    `secrets` are values that are hidden wherever they stand. Other libraries are heard from WARNING up.
    """
    with suppress(OSError):
        make_private_folder(logs)
    hidden = tuple(secrets)
    file = _SharedFile(log_file(logs), settings.max_file_size)
    file.setFormatter(_JsonLines(hidden))
    handlers: list[logging.Handler] = [file]
    if terminal is not None:
        shown = _Terminal(terminal)
        shown.setFormatter(_Readable(hidden))
        handlers.append(shown)
    top = logging.getLogger()
    while _ours:
        old = _ours.pop()
        top.removeHandler(old)
        old.close()
    for handler in handlers:
        top.addHandler(handler)
        _ours.append(handler)
    top.setLevel(logging.WARNING)
    logging.raiseExceptions = False  # a full disk must not print a stack over the screen
    _set_levels(settings)


def _set_levels(settings: Logging) -> None:
    for name in [name for name in logging.Logger.manager.loggerDict if name.startswith(f"{ROOT}.")]:
        logging.getLogger(name).setLevel(logging.NOTSET)
    logging.getLogger(ROOT).setLevel(settings.level)
    for component, level in settings.levels.items():
        logging.getLogger(f"{ROOT}.{component}").setLevel(level)


class _Terminal(logging.StreamHandler[TextIO]):
    """Lines on a terminal that may be gone, or closed, before the log is."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record, or lose it."""
        with suppress(Exception):
            super().emit(record)


class _SharedFile(logging.handlers.RotatingFileHandler):
    """A rotating file (0600) that other processes write and rotate too.

    Where its folder is gone it is made anew, but only in the home that it belonged to: the folder above may be a mount
    point whose disk is away, or another home by now.
    """

    def __init__(self, path: Path, limit: int) -> None:
        super().__init__(
            path, maxBytes=limit, backupCount=KEPT, encoding="utf-8", delay=True, errors="backslashreplace"
        )
        self._home = path.parent.parent
        self._mark = _mark(self._home)

    def _open(self) -> Any:
        try:
            return self._opened()
        except FileNotFoundError:
            if _mark(self._home) != self._mark or not self._home.is_dir():
                raise
            make_private_folder(Path(self.baseFilename).parent)
            return self._opened()

    def _opened(self) -> Any:
        descriptor = os.open(self.baseFilename, os.O_CREAT | os.O_RDWR | os.O_APPEND | os.O_CLOEXEC, 0o600)
        stream = os.fdopen(descriptor, "a", encoding=self.encoding, errors=self.errors)
        size = os.fstat(descriptor).st_size
        if size and os.pread(descriptor, 1, size - 1) != b"\n":  # a full disk took half a line
            stream.write("\n")
        return stream

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record into the file that bears the name now, or lose it: whoever logs must not fail by it."""
        try:
            self._follow()
            if self.stream is None:
                self.stream = self._open()
            self._rotate_where_due(record)
            self.stream.write(self.format(record) + self.terminator)
            self.flush()
        except Exception:
            self._let_go()

    def close(self) -> None:
        """Close the file; what it had not taken is lost."""
        self._let_go()
        super().close()

    def _rotate_where_due(self, record: logging.LogRecord) -> None:
        """A file that cannot be rotated grows on."""
        with suppress(OSError):
            if self.shouldRollover(record):
                self.doRollover()
        if self.stream is None:
            self.stream = self._open()

    def doRollover(self) -> None:
        """Rotate, unless another process did it while this one waited."""
        with _alone(Path(self.baseFilename).with_name(".rotating.lock")):
            self._follow()
            if self.stream is not None and os.fstat(self.stream.fileno()).st_size * 2 < self.maxBytes:
                return
            super().doRollover()

    def _follow(self) -> None:
        """Let go of a file that no longer bears the name: another process renamed it, or its folder is gone."""
        if self.stream is None:
            return
        mine = os.fstat(self.stream.fileno())
        try:
            named = os.stat(self.baseFilename)
            same = (named.st_ino, named.st_dev) == (mine.st_ino, mine.st_dev)
        except FileNotFoundError:
            same = False
        if not same:
            self._let_go()

    def _let_go(self) -> None:
        """The text that a full disk did not take goes too: it would come out in the middle of a later line."""
        stream, self.stream = self.stream, None
        if stream is not None:
            with suppress(Exception):
                stream.close()


def _mark(home: Path) -> bytes | None:
    """What says which home it is; None for a folder that is none."""
    try:
        return (home / "state" / "home.json").read_bytes()
    except OSError:
        return None


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """Raises BlockingIOError where another process rotates just now."""
    descriptor = os.open(lock, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)  # never wait for a process that was stopped
        yield
    finally:
        os.close(descriptor)


class _JsonLines(logging.Formatter):
    """One JSON object a line: at, level, component, message, pid, then `extra` and `error`."""

    def __init__(self, secrets: tuple[str, ...]) -> None:
        super().__init__()
        self._secrets = secrets

    def format(self, record: logging.LogRecord) -> str:
        """The line of a record."""
        line: dict[str, Any] = {
            "at": iso(int(record.created * 1000)),
            "level": record.levelname,
            "component": component(record),
            "message": redact(record.getMessage(), self._secrets),
            "pid": record.process,
        }
        for name, value in vars(record).items():
            if name not in _PLAIN and name not in line:
                plain = value is None or isinstance(value, int | float)
                line[name] = value if plain else redact(str(value), self._secrets)
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = redact("".join(traceback.format_exception(record.exc_info[1])), self._secrets)
        return json.dumps(line, ensure_ascii=False)


class _Readable(logging.Formatter):
    """One line for people: time, level, component, message, and what failed."""

    def __init__(self, secrets: tuple[str, ...]) -> None:
        super().__init__()
        self._secrets = secrets

    def format(self, record: logging.LogRecord) -> str:
        """The line of a record."""
        text = record.getMessage()
        if record.exc_info and record.exc_info[1] is not None:
            text += f" ({type(record.exc_info[1]).__name__}: {record.exc_info[1]})"
        return readable(
            iso(int(record.created * 1000)), record.levelname, component(record), redact(text, self._secrets)
        )


def component(record: logging.LogRecord) -> str:
    """`scheduler` of `moziplus.scheduler`; another library's name as it is."""
    return record.name.removeprefix(f"{ROOT}.")


def readable(at: object, level: object, part: object, message: object) -> str:
    """One log line for people."""
    return f"{one_line(str(at))} {one_line(str(level)):<8} {one_line(str(part)):<10} {one_line(str(message), 4000)}"


def record_of(line: str) -> dict[str, Any]:
    """What a line of the log says; of one that is not ours its text alone, as `message`."""
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        found = None
    return found if isinstance(found, dict) else {"message": line.rstrip("\n")}


def what_failed(record: Mapping[str, Any]) -> str:
    """The last line of the error that a log line tells of; empty where it tells of none."""
    told = str(record.get("error") or "").strip().splitlines()
    return told[-1] if told else ""
