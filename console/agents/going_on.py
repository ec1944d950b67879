"""Owns whether an agent can go on with a conversation of its own program, until when, and by which command. Reads nothing."""

from __future__ import annotations

from collections.abc import Sequence

from console.agents.forms import FORMS
from console.agents.forms.resuming import command_of
from console.backends import traits_of
from console.records.agent import Agent, PromptBy

__all__ = ("NEVER", "can_go_on", "goes_on_by_command", "going_on", "share_of", "window_of")

NEVER = "never"
"""What the settings say where it does not."""
NEARLY = "80%"
"""Of its model's context is used up when a conversation is handed over, where nothing else is said."""


def can_go_on(agent: Agent) -> bool:
    """Whether its program can, as far as its settings tell, and they let it."""
    traits = traits_of(agent.backend)
    if dict(agent.options).get("resume") == NEVER or not traits.resumes:
        return False
    if traits.module or traits.kept_by:
        return True
    form = "" if agent.usage is None else agent.usage.form
    return _with(agent.command, form, "x", by_stdin=agent.prompt is PromptBy.STDIN) is not None


def share_of(agent: Agent) -> float | None:
    """From which part of its model's context on its conversation is handed over; None for never."""
    said = dict(agent.options).get("hand_over") or NEARLY
    return None if said == NEVER else int(said.rstrip("%")) / 100


def window_of(agent: Agent) -> int:
    """How many tokens its model takes, by its settings; 0 where they do not say."""
    return int(dict(agent.options).get("context_window") or 0)


def goes_on_by_command(form: str) -> bool:
    """Whether programs of that form are told by their command."""
    known = FORMS.get(form)
    return known is not None and known.resuming is not None


def going_on(command: Sequence[str], form: str, conversation: str, *, by_stdin: bool) -> tuple[str, ...]:
    """The command that goes on with it; the same where there is none, or where its program is told in another way."""
    found = _with(command, form, conversation, by_stdin=by_stdin) if conversation else None
    return tuple(command) if found is None else found


def _with(command: Sequence[str], form: str, conversation: str, *, by_stdin: bool) -> tuple[str, ...] | None:
    known = FORMS.get(form)
    if known is None or known.resuming is None:
        return None
    return command_of(command, known.resuming, conversation, by_stdin=by_stdin)
