"""Owns the experience: what was learnt from work, with tags, for the tasks that come later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from console.records.rows import from_row, words


class ExperienceStatus(StrEnum):
    """Where an experience stands."""

    ACTIVE = "active"
    DISTILLED = "distilled"
    """It went into a skill."""
    DEPRECATED = "deprecated"
    """Nobody needed it for `experience.expire_days`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Experience:
    """What somebody learnt."""

    id: int
    title: str
    body: str
    task_id: int | None = None
    tags: tuple[str, ...] = ()
    status: ExperienceStatus = ExperienceStatus.ACTIVE
    source: str = "hand"
    """`hand`, or `session` where it was drawn from a session when that ended."""
    uses: int = 0
    """Sessions whose prompt it went along with."""
    last_use_at: int | None = None
    """Epoch ms of the last prompt, or distillation, that it went into."""
    distillation: int | None = None
    """The distillation that took it; no other does."""
    at: int = 0
    created_by: str = "unknown"
    """Who learnt it."""
    drawn_from: str | None = None
    """The session that it was drawn from, where it was."""

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Experience:
        """From a row of `experiences`."""
        return from_row(cls, row, tags=_tags, status=ExperienceStatus)


def _tags(text: str) -> tuple[str, ...]:
    """A bare shell may have written anything there; one such row must not hide the others."""
    try:
        return tuple(dict.fromkeys(tag for tag in words(text) if isinstance(tag, str)))
    except (ValueError, TypeError):
        return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Attached:
    """An experience that goes along with a prompt."""

    experience: Experience
    reason: str
    """Why this one, in one line for people, such as `same tags: backtest, csv`."""
