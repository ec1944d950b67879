"""Owns how a program is told to go on with a conversation of its own: which words, and where in its command. Pure.

Only a command in which the program itself stands is changed; what a shell or a wrapper makes of its words nobody knows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

__all__ = ("Resuming", "command_of", "is_name")

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,199}")
"""Of a conversation: an agent could have written it, and it becomes an argument."""
_PROMPT = ("-", "{prompt}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Resuming:
    """Of one CLI."""

    program: str
    words: tuple[str, ...]
    """What is added; `{conversation}` in it is the program's own id of the conversation."""
    after: str = ""
    """The word that follows the program before anything else; empty for none."""
    last: bool = False
    """Added at the end, before the prompt; else right after the program."""
    from_stdin: str = ""
    """What says there that the prompt comes on standard input."""


def is_name(conversation: object) -> bool:
    """Whether it can be the id of a conversation, and nothing else."""
    return isinstance(conversation, str) and _NAME.fullmatch(conversation) is not None


def command_of(command: Sequence[str], how: Resuming, conversation: str, *, by_stdin: bool) -> tuple[str, ...] | None:
    """The command that goes on with it; None where the program does not stand in the command."""
    places = [n for n, part in enumerate(command) if PurePath(part).name == how.program]
    if not places or (how.after and tuple(command[places[0] + 1 : places[0] + 2]) != (how.after,)):
        return None
    words = tuple(word.replace("{conversation}", conversation) for word in how.words)
    if not how.last:
        at = places[0] + 1 + bool(how.after)
        return (*command[:at], *words, *command[at:])
    at = len(command) - (command[-1] in _PROMPT)
    prompt = command[at:] or ((how.from_stdin,) if by_stdin and how.from_stdin else ())
    return (*command[:at], *words, *prompt)
