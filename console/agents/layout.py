"""Owns the making of a session's folder, before its runner is started."""

from __future__ import annotations

from console.agents.folder import SessionFolder, write_whole
from console.agents.shim import shim_text
from console.agents.spec import StartSpec

__all__ = ("lay_out",)


def lay_out(spec: StartSpec, prompt: str) -> SessionFolder:
    """Make the session's folder (0700) with all that its runner reads: start.json, prompt.md, the `blackboard` shim."""
    folder = SessionFolder(spec.folder)
    folder.path.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.path.chmod(0o700)
    write_whole(folder.prompt, prompt, durable=False)
    write_whole(folder.shim, shim_text(spec), durable=False, mode=0o700)
    write_whole(folder.start, spec.as_json(), durable=False)
    return folder
