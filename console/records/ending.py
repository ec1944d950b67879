"""Owns the proof of a session's life and the word that its runner leaves at its end."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Life(StrEnum):
    """What proof there is of a session's process."""

    ALIVE = "alive"
    """Its lock is held, or its gateway says so."""
    DEAD = "dead"
    """Its lock is free: the runner has ended."""
    UNBORN = "unborn"
    """Nothing has taken its lock yet and no runner has written its record."""
    UNKNOWN = "unknown"
    """Nobody can say now (gateway down, disk away): neither alive nor dead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """What the runner left behind in `exit.json`, believed only with a free lock."""

    exit_code: int | None
    """None where a signal ended the agent."""
    signal: int | None = None
    timed_out: bool = False
    stopped: str | None = None
    """The stop reason that the runner acted on."""
    rate_limited: bool = False
    """The agent ended with 75: it was refused for now, by its provider or by a gateway that could not run it."""
    ours: bool = False
    """Something of ours or of the machine failed, not the agent: it does not count as an attempt."""
    unstarted: bool = False
    """Its program never ran, by its own fault (`ours` is set as well): it will not at once the next time, either."""
    elsewhere: bool = False
    """Somebody ended it on purpose, where it runs and past us: its task waits for the operator."""
    limited_until: int | None = None
    """Epoch ms when it may be asked again, where whoever refused it named a time."""
    signed_out: bool = False
    """Its provider does not know it: nothing works until somebody signs in again."""
    failed: bool = False
    """Its own result says that it failed, or is empty, whatever its exit code."""
    failure: str | None = None
    """A known cause in one line."""
    words: str = ""
    """Its own last words, redacted, where its form is known; its output is data then."""
    tail: str = ""
    """The last 4000 characters of its words, else of its output, redacted."""
    tokens: int = 0
    """What its output says that the whole session used; 0 where it says nothing, or nobody knows how to read it."""
    cost: float = 0.0
    """US dollars."""
    conversation: str = ""
    """In which its model answered, by its own program's name of it."""
    at: int = 0
