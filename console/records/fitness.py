"""Owns the fitness of an agent: why it cannot be started now, whatever it is to do, and until when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

__all__ = ("MENDED_BY_HAND", "Away", "Unfit", "UnfitWhy")


class UnfitWhy(StrEnum):
    """What keeps an agent from being started."""

    COMMAND = "command"
    """Its program is not there."""
    ENVIRONMENT = "environment"
    """Variables that it needs are not set."""
    WORKPLACE = "workplace"
    """Where it should work cannot be used."""
    LIMITED = "limited"
    """Its provider refuses it until a time that it has named."""
    SIGNED_OUT = "signed_out"
    """Its provider does not know it."""
    UNSTARTED = "unstarted"
    """Its program did not run when it was tried last."""


MENDED_BY_HAND = frozenset({UnfitWhy.COMMAND, UnfitWhy.ENVIRONMENT, UnfitWhy.WORKPLACE, UnfitWhy.UNSTARTED})
"""These end when somebody mends something on this machine; time alone ends none of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfit:
    """Why an agent cannot be started."""

    why: UnfitWhy
    told: str
    """The end of a sentence that begins with its name."""
    until: int | None = None
    """Epoch ms from which on it is tried again by itself; None where it is looked at again and again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Away:
    """What the last attempts of an agent showed, as the home's database keeps it across restarts."""

    agent: str
    why: UnfitWhy
    """`limited` or `signed_out`."""
    until: int
    """Epoch ms."""
    said: str
    """In its own words, one line."""
    defined: str = ""
    """Which definition of the agent that was; another one is tried anew."""
    since: int = 0

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Away:
        """From a row of `away`."""
        return cls(**{name: row[name] for name in cls.__slots__ if name != "why"}, why=UnfitWhy(row["why"]))
