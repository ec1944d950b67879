"""Owns the making of a session's folder, before its runner is started."""

from __future__ import annotations

from console.agents.folder import SessionFolder
from console.agents.login_shells import shell_files
from console.agents.shim import shim_text
from console.agents.spec import StartSpec
from console.errors import UsageError
from console.redact import hide_known

__all__ = ("introduce", "lay_out", "prompt_of")


def lay_out(spec: StartSpec, prompt: str, parts: str | None = None, *, whole: str | None = None) -> SessionFolder:
    """Make the session's folder (0700) with all that its runner reads: start.json, prompt.md, the `blackboard` shim.

    `parts` says what the prompt is made of (prompt.json), for people. What is known to be secret is hidden in both: an agent
    has it in its environment. `whole` is the prompt of a new conversation, where `prompt` goes on with an old one (whole.md).
    """
    folder = introduce(spec)
    folder.write(folder.prompt, hide_known(prompt), durable=False)
    if whole is not None:
        folder.write(folder.whole, hide_known(whole), durable=False)
    if parts is not None:
        folder.write(folder.parts, hide_known(parts), durable=False)
    folder.write(folder.shim, shim_text(spec), durable=False, mode=0o700)
    for name, text in shell_files(spec.folder).items():
        folder.write_below(name, text)
    return folder


def introduce(spec: StartSpec) -> SessionFolder:
    """Make the folder with start.json, so that whoever finds its lock held knows whose it is."""
    folder = SessionFolder(spec.folder)
    folder.make()
    folder.write(folder.start, spec.as_json(), durable=False)
    return folder


def prompt_of(spec: StartSpec) -> str:
    """The prompt as it was laid out. Raises UsageError where it cannot be read."""
    try:
        folder = SessionFolder(spec.folder)
        return folder.text(folder.prompt)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UsageError(f"the prompt {spec.prompt_file} cannot be read: {reason}") from error
