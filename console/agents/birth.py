"""Owns the beginning of an agent's process: what its runner is told, and the process itself with its input and environment.

Never starts one without its whole prompt, and gives it nothing open of ours.
"""

from __future__ import annotations

import errno
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from console.agents.endings import OURS
from console.agents.folder import SessionFolder
from console.agents.spec import StartSpec, arguments, environment
from console.agents.wake import Signals
from console.backends import traits_of
from console.clock import Clock
from console.own_python import python_command
from console.umask import former

METERED = "console.agents.meter.driver"
"""What starts the agent's command in place of its runner where it has a meter."""
__all__ = ("CONFIRM_FOR", "begin", "told")

CONFIRM_FOR = 300.0
"""Seconds in which the blackboard must confirm the start, if it is locked or away."""


def told(folder: SessionFolder, clock: Clock, signals: Signals) -> StartSpec:
    """What to start, tried for a while where it cannot be read just now. Raises OSError, UsageError."""
    until = clock.monotonic() + CONFIRM_FOR
    while True:
        try:
            return StartSpec.from_json(folder.text(folder.start))
        except OSError as error:
            folder.complain(f"{folder.start.name} cannot be read: {error}")
            if signals.term or error.errno not in OURS or clock.monotonic() > until:
                raise
        signals.pause(1.0)


def begin(spec: StartSpec, folder: SessionFolder) -> subprocess.Popen[bytes]:
    """The agent's process, leader of a session of its own. Raises OSError, NotStartable."""
    try:
        prompt = folder.text(folder.prompt)
    except (OSError, ValueError) as error:
        raise OSError(errno.EIO, f"the prompt cannot be read ({error})", str(folder.prompt)) from error
    module = traits_of(spec.backend).module
    if "meter" in spec.options:
        module = METERED
    ours = python_command(module) if module else []
    command, env = [*ours, *arguments(spec, prompt)], environment(spec, os.environ)
    with _given(spec, folder) as stdin:
        try:
            return subprocess.Popen(
                command,
                stdin=stdin,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                cwd=spec.cwd,
                env=env,
                start_new_session=True,
                umask=former(),
                bufsize=0,
            )
        except OSError as error:
            if error.filename in (command[0], spec.cwd):
                raise
            raise OSError(errno.EIO, error.strerror, error.filename) from error  # a pipe, say: no fault of its command


@contextmanager
def _given(spec: StartSpec, folder: SessionFolder) -> Iterator[int]:
    """What the agent reads from its standard input."""
    if spec.prompt_by != "stdin":
        yield subprocess.DEVNULL
        return
    with folder.opened(folder.prompt) as (descriptor, _):
        os.set_blocking(descriptor, True)
        yield descriptor
