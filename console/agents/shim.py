"""Owns the `blackboard` command of a session's folder: a small sh script with the session's context baked in.

Safe for any path: every value is quoted for sh. It runs the very code that the scheduler runs, whatever the agent's
own environment or current folder would import.
"""

from __future__ import annotations

import sys
from pathlib import Path
from shlex import quote

from console.agents.spec import StartSpec, context

__all__ = ("python_command", "shim_text")

_ROOT = str(Path(__file__).resolve().parent.parent.parent)
"""The folder that holds the `console` package: a checkout or site-packages."""


def python_command(module: str) -> list[str]:
    """The arguments that run `main` of one of our modules: this interpreter, UTF-8, nothing taken from PYTHON* or cwd.

    `-m` would need the current folder or an installation; this also works from a checkout. Imports make no garbage, so
    its collector rests meanwhile: a seventh of a short command's time.
    """
    code = (
        f"import gc, sys; gc.disable(); {_ROOT!r} in sys.path or sys.path.insert(0, {_ROOT!r});"
        f" from {module} import main; gc.enable(); sys.exit(main())"
    )
    return [sys.executable, "-E", "-P", "-X", "utf8", "-c", code]


def shim_text(spec: StartSpec) -> str:
    """The script's text."""
    lines = [f"{name}={quote(value)}" for name, value in context(spec).items()]
    names = " ".join(context(spec))
    command = " ".join(quote(part) for part in python_command("console.cli.blackboard"))
    return "\n".join(
        [
            "#!/bin/sh",
            f"# blackboard for session {spec.session} on {spec.project}#{spec.task}; written by moziplus",
            *lines,
            f"export {names}",
            f'exec {command} "$@"',
            "",
        ]
    )
