"""Owns what can be known of a backend without starting anything: its traits, and the keys that its agents may have.

Plain data: whoever has the name of a backend asks these, and compares the name with nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any

__all__ = ("Option", "Traits", "named")


def named(function: str) -> Any:
    """What `module:function` names, loaded now."""
    module, _, name = function.partition(":")
    return getattr(import_module(module), name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A key that an agent has because of its backend."""

    name: str
    takes: str | tuple[str, ...] = "text"
    """The kind of its value, by its name in `console.settings.schema`; or the words that are allowed."""
    nothing: str | None = None
    """The word that stands for none."""
    required: str = ""
    """What is expected, in words, where an agent of this backend cannot be without."""
    alone: bool = False
    """Beside a backend that does not read it, it is a mistake; else it may stand there and does nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """What is true of every agent of one backend. Its name stands in settings and on blackboards."""

    name: str
    agents: str = ""
    """What starts and ends its sessions, as `module:function`, loaded when the first is needed (`console.agents.everybody`).
    Empty for the runners of this machine."""
    checked_by: str = ""
    """What `agent check` asks, as `module:function`; see `console.agents.checking`."""
    claims: bool = False
    """Its agents claim for themselves: we start, ask and end none of them, and a session lasts as long as its lease."""
    own_process: bool = False
    """A session is a process of this machine, under a runner of ours, and holds a lock as long as it lives."""
    module: str = ""
    """The module of ours that a runner starts as the agent; empty where it starts the agent's own command. Where the agent
    has one, too, the module is told it as its arguments."""
    form: str = ""
    """How what it writes is read where its settings do not say; see `console.agents.forms`."""
    ends_its_own: bool = False
    """Its process ends in order what it has started, where it alone is told to."""
    takes_messages: bool = False
    """Its agents can be told something while they work."""
    asks: bool = False
    """Its agents can ask, and wait for an answer within their session."""
    resumes: bool = False
    """A session can go on with the conversation of the one before."""
    kept_by: str = ""
    """What says whether whoever runs its agents keeps a conversation for them, as `module:function`; see
    `console.agents.gateway_note.is_kept`. Empty where their own programs do."""
    nests: bool = False
    """A session on a child runs below the one that works on its parent."""
    link: str | None = None
    """The connection without which none of its agents can be started or followed, by name."""
    never_came: str = "its runner never came up"
    """Why a session failed that began nothing."""
    lost_by: str = "its runner was killed"
    """Why a session failed that is gone without a word."""
    options: tuple[Option, ...] = ()

    @property
    def elsewhere(self) -> bool:
        """We end its sessions, and nothing on this machine proves that they ended."""
        return not self.claims and not self.own_process
