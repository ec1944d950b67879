"""Owns the making of a session's folder, before its runner is started."""

from __future__ import annotations

from console.agents.folder import SessionFolder, write_whole
from console.agents.shim import shim_text
from console.agents.spec import StartSpec

__all__ = ("lay_out",)


def lay_out(spec: StartSpec, prompt: str, parts: str | None = None) -> SessionFolder:
    """Make the session's folder (0700) with all that its runner reads: start.json, prompt.md, the `blackboard` shim.

    `parts` says what the prompt is made of (prompt.json), for people.
    """
    folder = SessionFolder(spec.folder)
    folder.path.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.path.chmod(0o700)
    write_whole(folder.prompt, prompt, durable=False)
    if parts is not None:
        write_whole(folder.parts, parts, durable=False)
    write_whole(folder.shim, shim_text(spec), durable=False, mode=0o700)
    write_whole(folder.start, spec.as_json(), durable=False)
    return folder
