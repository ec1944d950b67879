"""Owns the asking of another program for a short answer. It waits for a few seconds, never for ever."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence

from console.environments import for_tool

__all__ = ("numbers", "said")

PATIENCE = 15


def said(command: Sequence[str], environ: Mapping[str, str], *, patience: float = PATIENCE) -> str | None:
    """What `command` prints; None where it is not there, fails, or takes too long."""
    program = shutil.which(command[0], path=environ.get("PATH"))
    if program is None:
        return None
    try:
        done = subprocess.run(
            [program, *command[1:]],
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            env=for_tool(environ),
            timeout=patience,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def numbers(text: str) -> tuple[int, ...]:
    """The first version number in `text`, as (3, 51, 3); empty where there is none."""
    found = re.search(r"\d+(?:\.\d+)+", text)
    return tuple(int(part) for part in found[0].split(".")) if found else ()
