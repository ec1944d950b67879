"""Owns the agent: a named member of the team, its role and capabilities, and how its backend starts it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from console.backends import DEFAULT
from console.records.budget import Limit


class PromptBy(StrEnum):
    """How a command agent gets its prompt."""

    FILE = "file"
    STDIN = "stdin"
    ARGUMENT = "argument"


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageForm:
    """How what a session used is read from its output. A known form, or patterns of our own; their first group counts."""

    form: str = ""
    """Its name, as the settings have it."""
    tokens: str = ""
    """A regular expression."""
    cost: str = ""
    """The same, for US dollars."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """A member of the team, as config defines it."""

    id: str
    name: str = ""
    """For people; the id where empty."""
    role: str = ""
    capabilities: tuple[str, ...] = ()
    backend: str = DEFAULT
    """How it is started, by the name of its backend; `console.backends` says what follows from it."""
    command: tuple[str, ...] = ()
    """Argument list; {prompt}, {task}, {session} and the like are replaced. Never a shell line."""
    prompt: PromptBy = PromptBy.FILE
    agent: str | None = None
    """The gateway's id for it, where that differs."""
    model: str | None = None
    thinking: str | None = None
    env: tuple[tuple[str, str], ...] = ()
    """Variables that it has beside what it inherits, by name. No secrets: they are written down."""
    env_required: tuple[str, ...] = ()
    silence: int | None = None
    """Seconds without a word before an alert; None takes `daemon.silence_alert`."""
    nudge: int | None = None
    """Seconds without a word before a nudge; None takes `daemon.silence_nudge`."""
    task_timeout: int | None = None
    """Seconds of run time; None takes the project's or the home's."""
    usage: UsageForm | None = None
    """None: only what it reports by `blackboard usage` is known."""
    max_parallel: int | None = None
    """Sessions at once; None takes `daemon.max_per_agent`."""
    cap: Limit = field(default_factory=Limit)
    """The most that its sessions may use on one task."""
    fallback: tuple[str, ...] = ()
    """Ids of those who work in its place, in this order, while its provider or what it needs is out."""
    options: tuple[tuple[str, str], ...] = ()
    """What else its backend lets it have, by name."""

    @property
    def label(self) -> str:
        """What people call it."""
        return self.name or self.id
