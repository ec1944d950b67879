"""Owns the only create_task in moziplus: a task that is named, referenced until it ends, and never fails unseen."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any, TypeVar

__all__ = ("spawn",)

T = TypeVar("T")
_alive: set[asyncio.Task[Any]] = set()
_log = logging.getLogger("moziplus.spawn")


def spawn(work: Coroutine[Any, Any, T], *, name: str) -> asyncio.Task[T]:
    """Start `work` on the running loop. The caller may await the task; if nobody does, its failure is logged."""
    task = asyncio.get_running_loop().create_task(work, name=name)
    _alive.add(task)
    task.add_done_callback(_ended)
    return task


def _ended(task: asyncio.Task[Any]) -> None:
    _alive.discard(task)
    if not task.cancelled() and (failure := task.exception()) is not None:
        _log.error("background work %s failed: %r", task.get_name(), failure)
