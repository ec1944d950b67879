"""Owns the ask: something that an agent, a gateway or a rule waits for from a person, with what may be answered."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from console.records.rows import from_row, mapping

__all__ = (
    "BLACKBOARD",
    "BY_COMMENT",
    "HEARD_HERE",
    "HOLD",
    "Answered",
    "Ask",
    "AskKind",
    "AskStatus",
    "Leave",
    "Option",
    "Risk",
    "options_json",
)

BLACKBOARD = "blackboard"
"""The source of asks that an agent makes by a command of its own."""
HOLD = "ask.answer"
"""Stands as the rule of the hold of a task that waits for an answer; no guardrail may have this name."""

BY_COMMENT = "comment"
"""The source of a question that was written as a comment: nobody waits for its answer."""

HEARD_HERE = (BLACKBOARD, BY_COMMENT)
"""Sources whose answers an agent hears by its `blackboard`; all others are told where they were asked."""


class AskKind(StrEnum):
    """What is wanted."""

    QUESTION = "question"
    APPROVAL = "approval"
    """Leave to do what it is about."""
    INPUT = "input"
    """Words that only a person has."""


class AskStatus(StrEnum):
    """How it stands."""

    OPEN = "open"
    ANSWERED = "answered"
    EXPIRED = "expired"
    """Nobody answered in time: its stated default holds."""
    CLOSED = "closed"
    """Nobody waits for it any more: its session or its task ended."""


class Leave(StrEnum):
    """What an option of an approval leaves the agent to do."""

    ONCE = "once"
    ALWAYS = "always"
    REJECT = "reject"


class Risk(StrEnum):
    """What may come of it, as whoever asks says."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Answered(StrEnum):
    """By which rung of the ladder it was answered."""

    PERSON = "person"
    DECISION = "decision"
    """A decision on the blackboard had said it already."""
    RULE = "rule"
    LEAD = "lead"
    DEFAULT = "default"
    """Nobody, in time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One answer that may be given."""

    id: str
    """As whoever asks knows it."""
    label: str
    """As a person reads it."""
    leave: Leave | None = None
    """Of an approval."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Something that waits for an answer, or has one."""

    id: int
    task_id: int
    session: str | None = None
    """Whose agent asked; None where somebody without a session did."""
    kind: AskKind = AskKind.QUESTION
    body: str
    options: tuple[Option, ...] = ()
    """Empty where the answer is free."""
    about: Mapping[str, Any]
    """What it would do: tool, command, path, host, diff."""
    risk: Risk | None = None
    source: str = BLACKBOARD
    """The door by which it came."""
    source_id: str | None = None
    """As it is called there."""
    parked: bool = False
    """No session waits for it: the task is held until it is answered."""
    status: AskStatus = AskStatus.OPEN
    expires_at: int | None = None
    """Epoch ms; None where it waits for as long as its session or its task does."""
    fallback: str | None = None
    """The option, or the words, that hold when it expires."""
    choice: str | None = None
    """The id of the option that was taken."""
    answer: str = ""
    """The words of the answer; where it was closed, why."""
    answered_by: str | None = None
    answered_how: Answered | None = None
    answered_at: int | None = None
    heard_at: int | None = None
    """When its agent was told."""
    rule: str | None = None
    """The guardrail that answered it, or that has it asked."""
    at: int = 0
    actor: str = "unknown"
    """Who wrote last."""
    asker: str = "unknown"
    """Who asks: the agent of its session; where there is none, who asked."""

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Ask:
        """From a row of `asks`."""
        return from_row(
            cls,
            row,
            kind=AskKind,
            options=_options,
            about=mapping,
            risk=Risk,
            parked=bool,
            status=AskStatus,
            answered_how=Answered,
        )

    def option(self, text: str) -> Option | None:
        """The option that `text` names: by its id or its label, whatever the case, else by its number; None for words.

        What an option says goes before the number of another one: of 3, 2 and 1, `1` is the last. `once` and `reject`
        name the first that gives leave once, or refuses it, however its program calls that.
        """
        said = text.strip().casefold()
        named = (option for option in self.options if said in (option.id.casefold(), option.label.casefold()))
        numbers = {str(number): option for number, option in enumerate(self.options, start=1)}
        leave = (
            option for option in self.options if option.leave in (Leave.ONCE, Leave.REJECT) and option.leave == said
        )
        return next(named, None) or numbers.get(said) or next(leave, None)

    def option_and_words(self, text: str) -> tuple[Option, str] | None:
        """What `said` was made of: the option that begins it, and the words that follow."""
        if (option := self.option(text)) is not None:
            return option, ""
        for option in sorted(self.options, key=lambda one: -len(one.label)):
            if text.casefold().startswith(f"{option.label.casefold()}: "):
                return option, text[len(option.label) + 2 :]
        return None

    @property
    def said(self) -> str:
        """The answer as its agent gets it: the option's label, the words, or both."""
        label = next((option.label for option in self.options if option.id == self.choice), self.choice or "")
        return ": ".join(part for part in (label, self.answer) if part)


def options_json(options: tuple[Option, ...]) -> str:
    """As they are stored."""
    return json.dumps([asdict(option) for option in options], ensure_ascii=False)


def _options(text: str) -> tuple[Option, ...]:
    return tuple(
        Option(id=o["id"], label=o["label"], leave=None if o.get("leave") is None else Leave(o["leave"]))
        for o in json.loads(text)
    )
