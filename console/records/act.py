"""Owns the act: what an agent asks leave to do, in the parts that a rule looks at, and what a rule says of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from console.records.budget import Usage

__all__ = ("Act", "Judged", "Part", "Say", "Spot")


class Say(StrEnum):
    """What a rule says of an act."""

    ALLOW = "allow"
    ASK = "ask"
    """The operator is asked, whatever a later rule says."""
    DENY = "deny"


@dataclass(frozen=True, slots=True)
class Spot:
    """One path that an act touches."""

    real: str
    """Absolute, with every link followed."""
    inside: bool
    """Whether it lies in the task's folder, or where the agent works."""
    written: str = ""
    """Absolute, as it was said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One thing that an act does: a simple command, a redirection of one, or a call of a tool."""

    words: tuple[str, ...] = ()
    """Of a command; a redirection is `>` or `<` and its file. Empty where a tool does it."""
    spots: tuple[Spot, ...] = ()
    vague: bool = False
    """It may touch paths that cannot be told from its words."""
    hosts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What an agent asks leave to do."""

    project: str = ""
    agent: str = ""
    role: str = ""
    tags: tuple[str, ...] = ()
    tool: str = ""
    parts: tuple[Part, ...] = ()
    sure: bool = True
    """False where its command cannot be read for certain: no rule can allow it then."""
    loose: tuple[str, ...] = ()
    """Its words all the same, for rules that deny or ask."""
    used: Usage = field(default_factory=Usage)
    """By the task, with all its sessions, so far."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What the rules say of an act."""

    say: Say
    rule: str = ""
    """Which one; empty where none matches."""
    reason: str = ""
