"""Owns the task: its record, its statuses, and the table of every way between them.

Whether a task is blocked or ready is derived, never a status.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from console.records.rows import from_row, words


class TaskStatus(StrEnum):
    """Where a task stands."""

    PENDING = "pending"
    WORKING = "working"
    REVIEW = "review"
    HELD = "held"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class TaskKind(StrEnum):
    """What is done with the result of a task."""

    WORK = "work"
    """Nothing: the result is the end."""
    PLAN = "plan"
    """Its approved output becomes the graph of tasks that it describes."""
    DISTIL = "distil"
    """Its approved output becomes a custom skill."""
    REPORT = "report"
    """The scheduler writes it itself, from the blackboard; no agent works on it."""
    UNDO = "undo"
    """It takes back what a failed task left behind."""


class OnFailure(StrEnum):
    """What follows when a task has failed for good."""

    ASK = "ask"
    """The operator decides; its dependents wait."""
    CANCEL = "cancel"
    """All that depends on it is cancelled."""
    UNDO = "undo"
    """A task is made that undoes it, as its `undo` says; its dependents are cancelled."""


DEFAULT_REVIEWS = ("output_review",)
"""The protocols of a task of which nobody says otherwise."""
OF_ASK = "ask:"
"""Begins the maker's name of a task by which the lead is asked; no agent has such a name."""
FINAL = frozenset({TaskStatus.DONE, TaskStatus.CANCELLED})
"""No cancel from here. A failed task may still be cancelled or retried."""

P, W, R, H, D, F, C = TaskStatus
TRANSITIONS: dict[str, frozenset[tuple[TaskStatus, TaskStatus]]] = {
    "claim": frozenset({(P, W)}),
    "deny": frozenset({(P, F)}),
    "submit": frozenset({(W, R), (W, D)}),
    "end": frozenset({(W, R)}),
    "release": frozenset({(W, P)}),
    "exhaust": frozenset({(W, F)}),
    "approve": frozenset({(R, D)}),
    "request_changes": frozenset({(R, P)}),
    "reject": frozenset({(R, F)}),
    "hold": frozenset({(P, H), (R, H), (W, H)}),
    "unhold": frozenset({(H, P), (H, R)}),
    "cancel": frozenset({(P, C), (W, C), (R, C), (H, C), (F, C)}),
    "retry": frozenset({(F, P), (C, P)}),
    "reopen": frozenset({(D, R), (P, R), (F, R)}),
    "report": frozenset({(P, D), (P, F)}),
}
"""Verb to the (from, to) pairs that it may cause; a pair that is not here cannot happen through moziplus."""


def may(verb: str, old: TaskStatus, new: TaskStatus) -> bool:
    """Whether `verb` may take a task from `old` to `new`."""
    return (old, new) in TRANSITIONS[verb]


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A unit of work on a project's blackboard."""

    id: int
    """Integer, unique in its project, never used again."""
    title: str
    body: str = ""
    status: TaskStatus = TaskStatus.PENDING
    priority: int = 2
    """0 (most urgent) to 4."""
    assignee: str | None = None
    """An agent's id; nobody else may claim the task."""
    role: str | None = None
    """A role such as `developer` (written @developer)."""
    needs: tuple[str, ...] = ()
    """Capabilities that the agent must have, all of them."""
    tags: tuple[str, ...] = ()
    reviews: tuple[str, ...] = ()
    """Protocols that judge the result, in order; empty means that a submit is final."""
    parent: int | None = None
    deadline: int | None = None
    """Epoch ms; informs the order of work, forbids nothing."""
    not_before: int | None = None
    """Epoch ms before which the task is not claimed."""
    retry_at: int | None = None
    """Epoch ms before which a failed attempt is not repeated."""
    blocked_by: int = 0
    """How many dependencies are not done; kept by triggers."""
    attempts: int = 0
    """Attempts that count against `retry.max_attempts` since the last retry by the operator."""
    fence: int = 0
    """Number of the newest claim."""
    session: str | None = None
    """UUID of the session that holds the claim, while `working`."""
    lease_until: int | None = None
    held_from: TaskStatus | None = None
    """Where release returns it."""
    hold_reason: str | None = None
    hold_rule: str | None = None
    """The guardrail rule that holds it; None when a person does."""
    preferred: str | None = None
    """The agent whose changes were requested: asked first, not exclusively."""
    failure: str | None = None
    """Why the last counted attempt ended, in one line."""
    work_folder: str | None = None
    """Absolute path of the git worktree of this task, where it has one."""
    branch: str | None = None
    kind: TaskKind = TaskKind.WORK
    expect: tuple[str, ...] = ()
    """Paths, relative to the task's folder, of outputs that a submit must have."""
    on_failure: OnFailure = OnFailure.ASK
    undo: str | None = None
    """What a task that undoes this one is told."""
    from_task: int | None = None
    """The plan that it is a part of, or the failed task that it undoes."""
    schedule: int | None = None
    """The schedule that made it."""
    applied_at: int | None = None
    """Epoch ms when its result (a plan, a skill), or its failure, took effect."""
    unblocks: int = 0
    """How many tasks wait for this one; counted only where the order of the queue asks for it."""
    created_at: int = 0
    created_by: str = ""
    updated_at: int = 0

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Task:
        """From a row of `tasks`."""
        return from_row(
            cls,
            row,
            status=TaskStatus,
            held_from=TaskStatus,
            needs=words,
            tags=words,
            reviews=words,
            kind=TaskKind,
            expect=words,
            on_failure=OnFailure,
        )

    @property
    def ask(self) -> int | None:
        """The ask that its agent answers in the operator's place: such a task is made by the ask itself."""
        number = self.created_by.removeprefix(OF_ASK)
        return int(number) if number != self.created_by and number.isdecimal() else None

    @property
    def begun(self) -> bool:
        """Somebody has worked on it, or it is done (a report, which the scheduler writes): there is something to judge."""
        return self.fence > 0 or self.status == TaskStatus.DONE

    @property
    def waits_for_dependency(self) -> bool:
        """Blocked: some dependency is not done."""
        return self.status == TaskStatus.PENDING and self.blocked_by > 0
