"""Owns a task as JSON for the agents' tool, which loads no msgspec. `console.api.task` is made of it; names are stable."""

from __future__ import annotations

from typing import Any

from console.clock import iso
from console.records.task import Task

__all__ = ("task_json",)


def task_json(task: Task) -> dict[str, Any]:
    """A task for JSON; field names are stable."""
    return {
        "id": task.id,
        "title": task.title,
        "body": task.body,
        "status": task.status,
        "priority": task.priority,
        "assignee": task.assignee,
        "role": task.role,
        "needs": list(task.needs),
        "tags": list(task.tags),
        "reviews": list(task.reviews),
        "parent": task.parent,
        "deadline": iso(task.deadline),
        "not_before": iso(task.not_before),
        "blocked_by": task.blocked_by,
        "attempts": task.attempts,
        "fence": task.fence,
        "session": task.session,
        "hold_reason": task.hold_reason,
        "hold_rule": task.hold_rule,
        "failure": task.failure,
        "retry_at": iso(task.retry_at),
        "work_folder": task.work_folder,
        "branch": task.branch,
        "created_at": iso(task.created_at),
        "created_by": task.created_by,
        "updated_at": iso(task.updated_at),
        "kind": task.kind,
        "expect": list(task.expect),
        "on_failure": task.on_failure,
        "undo": task.undo,
        "from_task": task.from_task,
        "applied_at": iso(task.applied_at),
    }
