"""Owns the running of a project's own commands, a set-up or checks: one after the other, each with a time limit.

Gives them none of our secrets, waits for nothing that they leave behind, and leaves nothing of them running.
"""

from __future__ import annotations

import os
import selectors
import subprocess
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from console.agents.identity import asked_start, boot_id
from console.agents.kill import MARKER, Target, kill_for_certain, tree_of
from console.environments import for_agent
from console.errors import MoziError, Unavailable
from console.text import one_line
from console.umask import former

if TYPE_CHECKING:
    from console.settings import Worktrees

__all__ = ("Command", "run_checks", "run_commands")

Command = str | tuple[str, ...]
"""A line for sh, or a program and its arguments."""
_GLANCE = 0.2
"""Seconds between two looks at whether a command is to be given up."""
_TAIL = 4000
"""Bytes of what one says that are kept."""


def run_checks(given: Worktrees, halt: Event | None, folder: Path) -> None:
    """The checks of a project on a merge that was laid out in `folder`, after its set-up. Raises MoziError.

    Once `halt` is set they are given up.
    """
    mark = f"merge-{uuid.uuid4()}"
    for what, commands in (("set-up", given.setup), ("check", given.checks)):
        given_up = halt.is_set if halt is not None else lambda: False
        run_commands(commands, folder, timeout=given.timeout, mark=mark, what=what, given_up=given_up)


def run_commands(
    commands: Sequence[Command],
    folder: Path,
    *,
    timeout: float,
    mark: str,
    what: str,
    given_up: Callable[[], bool] = lambda: False,
    inherited: Mapping[str, str] = os.environ,
    begun: Callable[[int], None] = lambda pid: None,
) -> None:
    """Run one after the other in `folder`; what bears `mark` is ended with each. `begun` hears of each process.

    Raises MoziError with the last line of one that fails or takes longer than `timeout` seconds, Unavailable once they are
    `given_up`.
    """
    for command in commands:
        shown = one_line(command if isinstance(command, str) else " ".join(command), 100)
        try:
            process = subprocess.Popen(
                ["sh", "-c", command] if isinstance(command, str) else list(command),
                cwd=folder,
                env=for_agent(inherited) | {MARKER: mark, "PWD": str(folder)},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                umask=former(),
                bufsize=0,
            )
        except OSError as error:
            raise MoziError(f"the {what} `{shown}` cannot be started: {error.strerror}") from error
        begun(process.pid)
        said, why = _attended(process, mark, timeout, given_up)
        if why:
            last = one_line(said.decode("utf-8", "replace").strip().rpartition("\n")[2], 200)
            raise MoziError(f"the {what} `{shown}` {why}{': ' if last else ''}{last}")


def _attended(
    process: subprocess.Popen[bytes], mark: str, timeout: float, given_up: Callable[[], bool]
) -> tuple[bytes, str]:
    """(The end of what it said, how it failed); nothing of it is left when this returns."""
    assert process.stdout is not None
    os.set_blocking(process.stdout.fileno(), False)
    said, start, until = b"", asked_start(process.pid), time.monotonic() + timeout
    try:
        with selectors.PollSelector() as waiting, process.stdout:
            waiting.register(process.stdout, selectors.EVENT_READ)
            while process.poll() is None:
                if given_up():
                    raise Unavailable("it was given up; it is begun again the next time")
                if time.monotonic() > until:
                    return said, f"took longer than {timeout:g} s"
                if waiting.get_map():
                    waiting.select(_GLANCE)
                    said, more = _read(process.stdout.fileno(), said)
                    if not more:
                        waiting.unregister(process.stdout)
                else:  # it has closed its output and goes on
                    _wait(process)
            said, _ = _read(process.stdout.fileno(), said)
    finally:
        _end(process, mark, start)
    code = process.returncode
    return said, "" if code == 0 else f"ended with exit code {code}" if code > 0 else f"was ended by signal {-code}"


def _read(descriptor: int, said: bytes) -> tuple[bytes, bool]:
    """(The end of what was said, whether more may come)."""
    try:
        for _ in range(64):
            chunk = os.read(descriptor, 65_536)
            if not chunk:
                return said, False
            said = (said + chunk)[-_TAIL:]
    except BlockingIOError:
        pass
    return said, True


def _wait(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(_GLANCE)
    except subprocess.TimeoutExpired:
        return


def _end(process: subprocess.Popen[bytes], mark: str, start: float | None) -> None:
    """Its group, its tree, and all that bear its mark; it may have ended, but was not asked for that before."""
    leader = None if start is None else (process.pid, start)
    below = tuple(tree_of(process.pid)) if process.returncode is None else ()
    target = Target(session=mark, boot=boot_id(), leader=leader, group_is_ours=True, noted=below)
    kill_for_certain(target, grace=0.0)
    process.wait()
