"""Owns how git is started: one command at a time, with an environment of our own, a time limit, and no prompt.

It passes nothing of ours on (no token, no GIT_* variable) and reads no config of the operator's or of the system's.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from console.errors import MoziError, Unavailable, UsageError

__all__ = ("NOTHING", "git_failed", "run_git")

PATIENCE = 120.0
"""Seconds for one command; a checkout of a large tree may take long."""
NOTHING = os.devnull
_PASSED = ("PATH", "HOME", "TMPDIR", "USER", "LOGNAME", "DEVELOPER_DIR")
_OWN = {
    "GIT_CONFIG_GLOBAL": NOTHING,
    "GIT_CONFIG_SYSTEM": NOTHING,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_ATTR_NOSYSTEM": "1",
    "XDG_CONFIG_HOME": NOTHING,  # attributes and excludes of the user lie there, whatever GIT_CONFIG_GLOBAL says
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ASKPASS": "false",
    "GIT_EDITOR": "false",
    "GIT_PAGER": "cat",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "file",
    "LC_ALL": "C",
}


def run_git(
    arguments: Sequence[str],
    *,
    cwd: Path | str = "/",
    env: Mapping[str, str] | None = None,
    given: bytes | None = None,
    check: bool = True,
) -> subprocess.CompletedProcess[bytes]:
    """Run `git <arguments>` in `cwd`; `env` goes over our own, `given` is its input.

    Raises MoziError with git's own words where it fails and `check` wants to know.
    """
    passed = {name: os.environ[name] for name in _PASSED if name in os.environ}
    try:
        done: subprocess.CompletedProcess[bytes] = subprocess.run(
            ["git", *map(str, arguments)],
            env={**passed, **_OWN, **(env or {})},
            cwd=cwd,
            capture_output=True,
            check=False,
            timeout=PATIENCE,
            input=given or b"",
        )
    except FileNotFoundError as error:
        if error.filename != "git":
            raise MoziError(f"{error.filename} is not there any more") from None
        raise UsageError(
            "git is not installed, but the project asks for worktrees; install it or set worktrees: false"
        ) from None
    except subprocess.TimeoutExpired:
        raise Unavailable(f"git {_verb(arguments)} in {cwd} did not end within {PATIENCE:.0f} s") from None
    if check and done.returncode != 0:
        raise git_failed(arguments, cwd, done)
    return done


def git_failed(arguments: Sequence[str], cwd: Path | str, done: subprocess.CompletedProcess[bytes]) -> MoziError:
    """What git said, as an error of ours."""
    said = done.stderr.decode("utf-8", "replace").strip().splitlines()
    main = next((line for line in said if line.startswith(("fatal: ", "error: "))), said[-1] if said else "")
    return MoziError(f"git {_verb(arguments)} in {cwd} failed: {main or f'exit {done.returncode}'}")


def _verb(arguments: Sequence[str]) -> str:
    """The command among the arguments, past the options before it."""
    rest = iter(map(str, arguments))
    for argument in rest:
        if argument == "-c":
            next(rest, None)
        elif not argument.startswith("-"):
            return argument
    return ""
