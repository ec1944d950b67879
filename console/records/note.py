"""Owns what is said about the work: comments and decisions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from console.records.rows import from_row


class CommentType(StrEnum):
    """What a comment is for."""

    COMMENT = "comment"
    REBUTTAL = "rebuttal"
    QUESTION = "question"
    ANSWER = "answer"
    HANDOFF = "handoff"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """Something said about a task."""

    id: int
    task_id: int
    review_id: int | None = None
    comment_type: CommentType = CommentType.COMMENT
    body: str
    actor: str
    session: str | None = None
    at: int = 0

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Comment:
        """From a row of `comments`."""
        return from_row(cls, row, comment_type=CommentType)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Something decided, and why, for everyone who comes later."""

    id: int
    task_id: int | None = None
    title: str
    reason: str = ""
    actor: str
    session: str | None = None
    at: int = 0

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Decision:
        """From a row of `decisions`."""
        return from_row(cls, row)
