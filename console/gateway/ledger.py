"""Owns the frames of the gateway's own list of what goes on in the background: bytes into records. Not of 2026.5.

As in `wire`, every record takes what it knows and lets the rest go.
"""

from __future__ import annotations

from console.gateway.wire import Record

__all__ = ("Cancelled", "TaskList", "TaskRow")


class TaskRow(Record, frozen=True, kw_only=True):
    """One of `tasks.list`."""

    task_id: str = ""
    kind: str = ""
    """`exec` of a command in the background."""
    title: str = ""


class TaskList(Record, frozen=True, kw_only=True):
    """The answer to `tasks.list`."""

    tasks: tuple[TaskRow, ...] = ()


class Cancelled(Record, frozen=True, kw_only=True):
    """The answer to `tasks.cancel`."""

    cancelled: bool = False
