"""Owns the talk with a manager's own program: asking how a service stands, and running the commands that were shown.

Never starts a manager by asking: PM2's own list would.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import psutil

from console.environments import for_operator
from console.errors import MoziError, Unavailable
from console.services.kinds import Kind
from console.services.manager import Argv, Word
from console.text import one_line

__all__ = ("ask", "carry_out")

PATIENCE = 15
"""Seconds for an answer."""


def ask(kind: Kind, name: str, environ: Mapping[str, str]) -> Word:
    """The manager's word on the service `name`; `unknown` where it cannot be asked from here."""
    if kind.name == "pm2" and not _pm2_lives(environ):
        return Word(state="not loaded", detail="pm2 is not running")
    question = kind.question(name)
    if shutil.which(question[0], path=environ.get("PATH")) is None:
        return Word(state="unknown", detail=f"{question[0]} is not on this machine")
    try:
        done = _run(question, environ)
    except (OSError, subprocess.SubprocessError) as error:
        return Word(state="unknown", detail=f"{question[0]} does not answer ({type(error).__name__})")
    return kind.understood(name, done.returncode, done.stdout)


def carry_out(commands: tuple[Argv, ...], environ: Mapping[str, str]) -> None:
    """Run them one after the other. Raises Unavailable where one is not there, MoziError where one fails."""
    for command in commands:
        if shutil.which(command[0], path=environ.get("PATH")) is None:
            raise Unavailable(f"{command[0]} is not on this machine's PATH; run `{' '.join(command)}` where it is")
        try:
            done = _run(command, environ, patience=90)
        except subprocess.TimeoutExpired:
            raise MoziError(f"`{' '.join(command)}` did not end in time; run it yourself to see why") from None
        if done.returncode != 0:
            said = one_line((done.stderr or done.stdout).strip()[-300:])
            raise MoziError(f"`{' '.join(command)}` ended with {done.returncode}: {said}")


def _run(command: Argv, environ: Mapping[str, str], patience: int = PATIENCE) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        env=for_operator(environ),
        timeout=patience,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def _pm2_lives(environ: Mapping[str, str]) -> bool:
    folder = Path(environ.get("PM2_HOME") or Path(os.path.expanduser("~")) / ".pm2")
    try:
        return psutil.pid_exists(int((folder / "pm2.pid").read_text("utf-8")))
    except (OSError, ValueError):
        return False
