"""Owns what is read on a page of its own, as frozen records: a task, a review thread, the diff of two rounds."""

from __future__ import annotations

from dataclasses import dataclass

from console.records.note import Comment
from console.records.output import Output, OutputChange, RoundChanges
from console.records.review import Review, Seat, Submission, VerdictGiven
from console.records.session import Session
from console.records.task import Task
from console.records.worktree import TaskWorktree

__all__ = ("DiffPage", "FileDiff", "FindingRow", "TaskPage", "ThreadPage")


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingRow:
    """A finding of a verdict, and what the author answered when handing in the next round."""

    verdict_id: int
    number: int | None
    """In its round, as everybody names it; None for one of a verdict that was taken back."""
    text: str
    place: str = ""
    """`path:line`; empty where the reviewer named no place."""
    answer: str = ""
    answered_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadPage:
    """One review thread, to be read."""

    project: str
    review: Review
    task: Task
    submissions: tuple[Submission, ...] = ()
    seats: tuple[Seat, ...] = ()
    verdicts: tuple[VerdictGiven, ...] = ()
    findings: tuple[FindingRow, ...] = ()
    """Round by round, in the order of their numbers."""
    comments: tuple[Comment, ...] = ()
    outputs: tuple[Output, ...] = ()
    open_children: tuple[int, ...] = ()
    """Tasks that its first round waits for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileDiff:
    """What became of one output between two rounds, to be read."""

    change: OutputChange
    why: str = ""
    """Why no lines of it are shown, in words; empty where they are."""
    lines: tuple[tuple[str, int | None], ...] = ()
    """Of a unified diff, each with its number in the later version, a removed one with that in the earlier one."""
    added: int = 0
    removed: int = 0
    cut: int = 0
    """How many lines there are that are not shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffPage:
    """What changed in the outputs between the last two rounds of a review."""

    project: str
    review: Review
    task: Task
    changes: RoundChanges | None = None
    """None where nothing was handed in yet; before round 1 is round 0, when there was nothing."""
    files: tuple[FileDiff, ...] = ()
    """As far as they were compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskPage:
    """One task, to be read."""

    project: str
    task: Task
    sessions: tuple[Session, ...] = ()
    reviews: tuple[Review, ...] = ()
    comments: tuple[Comment, ...] = ()
    outputs: tuple[Output, ...] = ()
    needs: tuple[Task, ...] = ()
    """What it depends on."""
    worktree: TaskWorktree | None = None
    """What is known of its git worktree, where it has or had one."""
