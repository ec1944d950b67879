"""Owns the transcript's entry: one thing that happened in a session, in one form whatever the backend."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

__all__ = ("Entry", "EntryKind")


class EntryKind(StrEnum):
    """What happened."""

    TEXT = "text"
    """The agent said it."""
    THINKING = "thinking"
    PLAN = "plan"
    """What it means to do; the text has one line a step."""
    TOOL_CALL = "tool_call"
    """Fields: `tool`; `command`, `path` or `input` where they are known."""
    TOOL_RESULT = "tool_result"
    """Of the call with the same id. Fields: `exit_code` or `failed` where they are known."""
    DIFF = "diff"
    """A change of a file. Fields: `path`; the text is a unified diff where there is one."""
    ASK = "ask"
    """It waits for an answer. Fields: `ask`, the ask's number on the blackboard."""
    USAGE = "usage"
    """What was used. Fields: `tokens`, `cost`; with `total` true of all so far in this session, else of one step."""
    STATUS = "status"
    """What its program tells of itself: started, resumed, tries again, ended."""
    ERROR = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of a transcript."""

    kind: EntryKind
    text: str = ""
    at: int = 0
    """Epoch ms; 0 until it is written, where its source knows no time."""
    id: str = ""
    """As its source calls it: a tool call and its result, and the parts of one message, have the same."""
    fields: Mapping[str, Any] = field(default_factory=dict)
    """What else is known, flat; see the kinds."""
