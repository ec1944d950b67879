"""Owns the `blackboard` command of a session's folder: a small sh script with the session's context baked in.

Safe for any path: every value is quoted for sh. It runs the very code that the scheduler runs, whatever the agent's
own environment or current folder would import.
"""

from __future__ import annotations

from shlex import quote

from console.agents.spec import StartSpec, context
from console.own_python import python_command

__all__ = ("shim_text",)


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
            # That it was called is a sign. Its server of tools is started by whoever has it registered: there a call is one.
            f'[ "${{1-}}" = mcp ] || {{ true >>{quote(str(spec.folder / "called"))}; }} 2>/dev/null',
            f'exec {command} "$@"',
            "",
        ]
    )
