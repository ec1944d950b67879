"""Owns the task as it leaves the house: alone, after an act, and with what lies around it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import UNSET, UnsetType

from console.api.ask import Ask
from console.api.session import Session
from console.api.shape import Shape
from console.api.thread import Comment, Thread
from console.api.worktree import Worktree
from console.blackboard.reads.task_json import task_json
from console.clock import iso
from console.records.task import OnFailure, TaskKind, TaskStatus

if TYPE_CHECKING:
    from console.records.budget import Limit
    from console.records.guardrail import GuardrailDecision
    from console.records.output import Output as OutputRecord
    from console.records.task import Task as TaskRecord

__all__ = ("Cap", "Decided", "Near", "Output", "Task", "TaskDone", "TaskShown")


class Task(Shape, frozen=True, kw_only=True):
    """A task."""

    project: str
    """Its project's id."""
    blocked: bool
    """It is pending and waits for another task."""
    id: int
    """Unique in its project, never used again."""
    title: str
    """What is to be done, in one line."""
    body: str
    """All that is needed to do it."""
    status: TaskStatus
    """Where it stands."""
    priority: int
    """0 (most urgent) to 4."""
    assignee: str | None
    """The agent that alone may do it."""
    role: str | None
    """The role that its agent must have."""
    needs: tuple[str, ...]
    """Capabilities that its agent must have, all of them."""
    tags: tuple[str, ...]
    """Words to find it by."""
    reviews: tuple[str, ...]
    """Protocols that judge it, in order; empty where a submit is final."""
    parent: int | None
    """The task that it is a part of."""
    deadline: str | None
    """UTC, ISO 8601; it orders work, forbids nothing."""
    not_before: str | None
    """It is not started before: UTC, ISO 8601."""
    blocked_by: int
    """How many tasks it waits for."""
    attempts: int
    """Failed attempts that count, since the operator's last retry."""
    fence: int
    """Number of its newest claim."""
    session: str | None
    """The session that works on it."""
    hold_reason: str | None
    """Why it is held."""
    hold_rule: str | None
    """The guardrail that holds it; null where a person does."""
    failure: str | None
    """Why the last attempt that counts ended, in one line."""
    retry_at: str | None
    """It is not tried again before: UTC, ISO 8601."""
    work_folder: str | None
    """Absolute path of its git worktree."""
    branch: str | None
    """The branch of its git worktree."""
    created_at: str | None
    """UTC, ISO 8601."""
    created_by: str
    """Who made it."""
    updated_at: str | None
    """UTC, ISO 8601."""
    kind: TaskKind
    """What is done with its result."""
    expect: tuple[str, ...]
    """Outputs that a submit must have, relative to its folder."""
    on_failure: OnFailure
    """What follows when it has failed for good."""
    undo: str | None
    """What a task that undoes it is told."""
    from_task: int | None
    """The plan that it is a part of, or the failed task that it undoes."""
    applied_at: str | None
    """When its result took effect, of a plan or a distillation: UTC, ISO 8601."""

    @classmethod
    def of(cls, project: str, task: TaskRecord) -> Task:
        """Of the record."""
        return Task(project=project, blocked=task.waits_for_dependency, **task_json(task))


class TaskDone(Task, frozen=True, kw_only=True):
    """A task after something was done to it."""

    stopped: tuple[str, ...] | UnsetType = UNSET
    """Of what stops agents: the sessions that were stopped."""
    alive: tuple[str, ...] | UnsetType = UNSET
    """Of what stops agents: the sessions of which something lives, or may."""
    notes: tuple[str, ...] = ()
    """What keeps it from being started, judged or in time."""


class Near(Shape, frozen=True, kw_only=True):
    """A task that hangs together with another one."""

    id: int
    """Its number."""
    title: str
    """In one line."""
    status: TaskStatus
    """Where it stands."""

    @classmethod
    def of(cls, task: TaskRecord) -> Near:
        """Of the record."""
        return cls(id=task.id, title=task.title, status=task.status)


class Output(Shape, frozen=True, kw_only=True):
    """A file that a task produced, in its newest version."""

    path: str
    """Where it lies."""
    kind: str
    """file, or what its agent calls it."""
    version: int
    """From 1."""
    round: int
    """The round of the review that it belongs to."""
    size: int
    """Bytes."""
    sha256: str
    """Of its content, in hex."""
    by: str
    """Who recorded it."""
    at: str | None
    """UTC, ISO 8601."""

    @classmethod
    def of(cls, path: str, output: OutputRecord) -> Output:
        """Of the record, which lies at `path`."""
        return cls(
            path=path,
            kind=output.kind,
            version=output.version,
            round=output.round,
            size=output.size,
            sha256=output.sha256,
            by=output.actor,
            at=iso(output.at),
        )


class Decided(Shape, frozen=True, kw_only=True):
    """What the guardrails decided on a task."""

    rule: str
    """The rule's name."""
    effect: str
    """allow, hold, deny or require_review."""
    stage: str
    """When it was asked."""
    reason: str
    """As the rule says it."""
    by: str
    """Who recorded it."""
    session: str | None
    """Null before one started."""
    at: str | None
    """UTC, ISO 8601."""

    @classmethod
    def of(cls, decision: GuardrailDecision) -> Decided:
        """Of the record."""
        return cls(
            rule=decision.rule,
            effect=decision.effect,
            stage=decision.stage,
            reason=decision.reason,
            by=decision.actor,
            session=decision.session,
            at=iso(decision.at),
        )


class Cap(Shape, frozen=True, kw_only=True):
    """The most that a task may use; null is no limit."""

    tokens: int | None
    """Of its agents and reviewers."""
    cost: float | None
    """US dollars."""
    seconds: int | None
    """Of run time."""
    sessions: int | None
    """Started for it."""

    @classmethod
    def of(cls, cap: Limit) -> Cap:
        """From the record."""
        return cls(tokens=cap.tokens, cost=cap.cost, seconds=cap.seconds, sessions=cap.sessions)


class TaskShown(Task, frozen=True, kw_only=True):
    """A task with what lies around it."""

    cap: Cap | None
    """Its own, which takes the place of all others; null where it has none."""

    depends_on: tuple[Near, ...]
    """The tasks that it waits for, done or not."""
    dependents: tuple[Near, ...]
    """The tasks that wait for it."""
    children: tuple[Near, ...]
    """Its parts."""
    outputs: tuple[Output, ...]
    """What it produced."""
    comments: tuple[Comment, ...]
    """What was said of it."""
    asks: tuple[Ask, ...]
    """What its agents asked, and what they were told."""
    sessions: tuple[Session, ...]
    """Who worked on it."""
    guardrails: tuple[Decided, ...]
    """What the guardrails decided."""
    review_threads: tuple[Thread, ...]
    """Its reviews, oldest first."""
    worktree: Worktree | None
    """Null for a task that never had one."""
