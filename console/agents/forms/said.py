"""Owns what the output of a known form says of its run, and what a form is: how one CLI's objects are read.

Believes an agent only against itself: that it failed, never that it did well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from console.agents.forms.resuming import Resuming, is_name
from console.records.budget import Usage
from console.records.fill import Fill
from console.records.transcript import Entry

__all__ = ("Form", "Kind", "Objects", "Said", "number", "text_of", "tokens_of")

Objects = Iterable[Mapping[str, Any]]
"""The JSON objects of an output, one a line, the last one first."""


class Kind(StrEnum):
    """What an agent's own result comes to."""

    RESULT = "result"
    """It ended as it should, as far as it knows."""
    EMPTY = "empty"
    """It ended, and said nothing at all."""
    ERROR = "error"
    LIMITED = "limited"
    """Its provider refuses it for now."""
    SIGNED_OUT = "signed_out"
    """Its provider does not know it: nothing works until somebody signs in again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What an output says of the whole run."""

    kind: Kind
    text: str = ""
    """The agent's last words, or what went wrong."""
    usage: Usage = field(default_factory=Usage)
    until: int | None = None
    """Epoch ms when it may be asked again, where it is refused for now and says so."""
    whole: frozenset[str] = frozenset()
    """Of `usage` what counts the whole conversation, where this run went on with one: tokens, cost."""

    def less(self, before: Usage) -> Said:
        """The same with what this run used, where the conversation had used so much before."""
        tokens = max(0, self.usage.tokens - before.tokens) if "tokens" in self.whole else self.usage.tokens
        cost = max(0.0, self.usage.cost - before.cost) if "cost" in self.whole else self.usage.cost
        return replace(self, usage=Usage(tokens=tokens, cost=cost))


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """How one CLI writes."""

    read: Callable[[Objects, int], Said | None]
    """Its objects and the time of the end (epoch ms) in; None where no result is among them."""
    words: Callable[[Mapping[str, Any]], str]
    """What the agent itself says in one object, while it works or at its end; empty where it says nothing in it."""
    entries: Callable[[Mapping[str, Any]], Iterable[Entry]] | None = None
    """What one object tells, for the transcript; None where only its words are known."""
    step: tuple[bytes, Callable[[Mapping[str, Any]], Usage]] | None = None
    """Where it tells its use step by step only: what the line of such an object holds, and what that step used."""
    call: Callable[[Mapping[str, Any]], tuple[str, Usage] | None] | None = None
    """Where an object tells what one model call used, before the end tells all: the call's name, and what it used so far."""
    fill: Callable[[Mapping[str, Any]], Fill | None] | None = None
    """Where an object tells how much of its model's context the last call took, or what that can take at all."""
    own_total: bool = False
    """What it tells of all so far is of this run alone."""
    exits: Callable[[int], Kind | None] = lambda _: None
    """What its exit status says, where its output tells nothing; None for nothing beyond what a status means anywhere."""
    leaves: str = ""
    """The file with one object that it leaves in the session's folder, read as the last of its output."""
    conversation: str = ""
    """The key of its objects that names the conversation; empty where none does."""
    named_in: tuple[str, ...] = ()
    """The types of the objects in which that key means it; empty for all."""
    renames: bool = False
    """One run may have two conversations, one after the other: the name that is told last is of what follows."""
    resuming: Resuming | None = None
    """How it is told to go on with one; None where it cannot."""
    whole: frozenset[str] = frozenset()
    """What a total of its output counts of the whole conversation, where it went on with one: tokens, cost."""
    plain: bool = False
    """Its output is plain text: no result in it is no sign of anything."""

    def conversation_of(self, said: Mapping[str, Any]) -> str:
        """The conversation that one object names; empty where it names none."""
        name = said.get(self.conversation) if self.conversation else None
        meant = not self.named_in or said.get("type") in self.named_in
        return name if meant and isinstance(name, str) and is_name(name) else ""


def number(value: object) -> float:
    """A plain number, else 0."""
    plain = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e18
    return float(value) if plain and isinstance(value, int | float) else 0.0


def tokens_of(usage: object, *names: str) -> int:
    """The sum of these counts."""
    return int(sum(number(usage.get(name)) for name in names)) if isinstance(usage, Mapping) else 0


def text_of(value: object) -> str:
    """A text, else nothing."""
    return value.strip() if isinstance(value, str) else ""
