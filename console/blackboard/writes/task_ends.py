"""Owns what a task may say of its own end: the outputs that a submit must have, and what follows when it fails for good."""

from __future__ import annotations

from collections.abc import Iterable

from console.errors import UsageError
from console.records.output import expected_path
from console.records.task import OnFailure

__all__ = ("ON_THE_WAY_OUT", "check_ends", "expectations")

ON_THE_WAY_OUT = frozenset({"expect", "on_failure", "undo"})
"""Fields of a task that say it; they may be edited."""
EXPECT_MAX = 50
UNDO_MAX = 20_000


def expectations(paths: Iterable[str]) -> tuple[str, ...]:
    """Declared outputs as they are stored, each once. Raises UsageError for a path that leads elsewhere, and for too many."""
    found = tuple(dict.fromkeys(map(expected_path, paths)))
    if len(found) > EXPECT_MAX:
        raise UsageError(f"{len(found)} expected outputs; at most {EXPECT_MAX} fit, let one file list the others")
    return found


def check_ends(on_failure: OnFailure, undo: str | None) -> None:
    """Raise UsageError where what undoes the task is asked for and not said, or too long."""
    if on_failure == OnFailure.UNDO and not (undo or "").strip():
        raise UsageError("say what undoes the task: --undo TEXT goes with --on-failure undo")
    if undo is not None and len(undo) > UNDO_MAX:
        raise UsageError(f"what undoes it has {len(undo)} characters; at most {UNDO_MAX} fit")
