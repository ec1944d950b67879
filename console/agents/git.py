"""Owns how git is asked: one command at a time, without the operator's GIT_* variables, hooks or prompts.

Never pushes, fetches, or touches a remote.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from console.environments import for_tool
from console.errors import MoziError, Unavailable, UsageError

__all__ = ("git", "git_says")

PATIENCE = 120.0
"""Seconds for one command; a checkout of a large tree may take long."""


def git(folder: Path, *arguments: str, env: Mapping[str, str] | None = None) -> str:
    """What `git <arguments>` prints in `folder`. Raises MoziError with git's own last line where it fails."""
    done = _run(folder, arguments, env)
    if done.returncode != 0:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise MoziError(f"git {arguments[0]} in {folder} failed: {said[-1] if said else f'exit {done.returncode}'}")
    return done.stdout.decode("utf-8", "replace")


def git_says(folder: Path, *arguments: str) -> bool:
    """Whether git answers a yes-or-no question (exit 0 or 1) with yes. Any other answer counts as no."""
    return _run(folder, arguments, None).returncode == 0


def _run(folder: Path, arguments: tuple[str, ...], env: Mapping[str, str] | None) -> subprocess.CompletedProcess[bytes]:
    inherited = for_tool(os.environ)
    command = ["git", "-c", f"core.hooksPath={os.devnull}", "-C", str(folder), *arguments]
    try:
        return subprocess.run(
            command,
            env={**inherited, "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C", **(env or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            timeout=PATIENCE,
        )
    except FileNotFoundError:
        raise UsageError(
            "git is not installed, but the project asks for worktrees; install it or set worktrees: false"
        ) from None
    except subprocess.TimeoutExpired:
        raise Unavailable(f"git {arguments[0]} in {folder} did not end within {PATIENCE:.0f} s") from None
