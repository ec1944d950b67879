"""Owns processes that start at once: a server has our programs imported, and forks itself for each call.

What a call gets is a process of its own with its own environment, folder, umask and files; only the time that Python takes
to start and to import is saved. What must begin from nothing (what is imported when, a terminal) starts Python itself.
"""

from __future__ import annotations

import importlib
import json
import multiprocessing
import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

__all__ = ("Done", "run")

if sys.platform == "linux":
    _server = multiprocessing.get_context("forkserver")
    _server.set_forkserver_preload(["tests.preloaded"])
else:  # libraries of macOS do not survive a fork: there each call starts Python
    _server = multiprocessing.get_context("spawn")


class Done(NamedTuple):
    """How a process ended."""

    code: int
    out: str
    err: str

    @property
    def records(self) -> list[dict[str, Any]]:
        """What it said with --json: one object a line."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def record(self) -> dict[str, Any]:
        """The one object that it said."""
        (record,) = self.records
        return record


def run(
    program: str,
    arguments: Sequence[str],
    environ: Mapping[str, str],
    *,
    cwd: Path | None = None,
    stdin: str = "",
    umask: int | None = None,
    patience: float = 60.0,
) -> Done:
    """Call `main` of the module `program` in a process with exactly that environment, until all its output has ended.

    Raises TimeoutExpired after `patience` seconds, and then it has been killed.
    """
    pipes = [_server.Pipe(duplex=False) for _ in range(3)]
    (given, feed), (out, out_end), (err, err_end) = pipes
    theirs = (given, out_end, err_end)
    end_at = time.monotonic() + patience
    process = _server.Process(
        target=_child, args=(program, arguments, dict(environ), str(cwd or Path.cwd()), umask, theirs)
    )
    process.start()
    for end in theirs:
        end.close()
    said: dict[str, str] = {}
    threads = [threading.Thread(target=_feed, args=(feed, stdin), daemon=True)]
    threads += [
        threading.Thread(target=_read, args=pair, daemon=True) for pair in ((out, "out", said), (err, "err", said))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, end_at - time.monotonic()))
    process.join(max(0.0, end_at - time.monotonic()))
    if process.exitcode is None or any(thread.is_alive() for thread in threads):
        process.kill()
        raise subprocess.TimeoutExpired([program, *arguments], patience)
    return Done(process.exitcode, said["out"], said["err"])


def _feed(pipe: Connection, text: str) -> None:
    with os.fdopen(os.dup(pipe.fileno()), "wb") as file:
        pipe.close()
        try:
            file.write(text.encode("utf-8", "surrogateescape"))
            file.flush()
        except BrokenPipeError:
            file.detach()


def _read(pipe: Connection, name: str, said: dict[str, str]) -> None:
    with os.fdopen(os.dup(pipe.fileno()), "rb") as file:
        pipe.close()
        said[name] = file.read().decode("utf-8", "surrogateescape")


def _child(
    program: str,
    arguments: Sequence[str],
    environ: Mapping[str, str],
    cwd: str,
    umask: int | None,
    files: Sequence[Connection],
) -> NoReturn:
    for fd, pipe in enumerate(files):
        os.dup2(pipe.fileno(), fd)
        pipe.close()
    encoding, _, errors = environ.get("PYTHONIOENCODING", "utf-8:surrogateescape").partition(":")
    sys.stdin = os.fdopen(0, encoding=encoding, errors=errors, closefd=False)
    sys.stdout = os.fdopen(1, "w", encoding=encoding, errors=errors, closefd=False)
    sys.stderr = os.fdopen(2, "w", encoding=encoding, errors="backslashreplace", buffering=1, closefd=False)
    os.environ.clear()
    os.environ.update(environ)
    time.tzset()
    os.chdir(cwd)
    if umask is not None:
        os.umask(umask)
    sys.argv[1:] = arguments
    importlib.import_module(program).main()
    sys.exit(0)
