"""Owns the output: a file that a task produced, as it was when it was recorded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from console.records.rows import from_row


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """A file that exists, is not empty, and had this hash."""

    id: int
    task_id: int
    session: str | None = None
    version: int = 1
    """Counts up for each path of the task."""
    round: int = 1
    """The round of work in which it was recorded."""
    path: str
    """Relative to the task's artifacts folder."""
    kind: str = "file"
    """file, diff, or last_words."""
    sha256: str
    size: int
    """Bytes."""
    actor: str = "unknown"
    at: int = 0

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Output:
        """From a row of `outputs`."""
        return from_row(cls, row)
