"""Owns how a command tells, beside its acknowledgement, what keeps the thing from happening: stderr, or `notes` in JSON.

It refuses nothing: what it tells of is done, and where the notes themselves cannot be found out there are none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from console.cli.diagnostics import complain
from console.cli.options import Here
from console.errors import ConfigError, MoziError

if TYPE_CHECKING:
    from console.api.shape import Shape
    from console.records.task import Task

__all__ = ("found_out", "on_queue", "told_of", "with_notes")


def told_of(here: Here, project: str, task: Task, human: str, **more: tuple[str, ...]) -> None:
    """Acknowledge what was done to a task, with what keeps it from being started, judged or in time; `more` for JSON."""
    from console.api import task as api
    from console.api.shape import widened

    def look() -> tuple[str, ...]:
        from console.actions.forewarn import on_task

        with here.blackboard(project, read_only=True) as db:
            return on_task(here.home, db, here.project_settings(project), task.id, environ=here.environ, now=here.now())

    with_notes(here, widened(api.TaskDone, api.Task.of(project, task), **more), human, found_out(look))


def with_notes(here: Here, record: Mapping[str, Any] | Shape, human: str, notes: Iterable[str]) -> None:
    """Acknowledge, then the notes: one line each on stderr, or the field `notes`."""
    listed = list(notes)
    here.out.one({**record, "notes": listed} if isinstance(record, Mapping) else _noted(record, listed), human)
    if not here.json:
        for note in listed:
            complain(f"note: {note}")


def _noted(record: Shape, notes: list[str]) -> Shape:
    from msgspec.structs import replace

    return replace(record, notes=tuple(notes))


def on_queue(here: Here, project: str | None) -> tuple[str, ...]:
    """What keeps whatever was put in line in a project, or in the home, from being started."""

    def look() -> tuple[str, ...]:
        from console.actions import queue

        if project is None:
            return queue.nobody_in_charge(here.home)
        with here.blackboard(project, read_only=True) as db:
            return queue.on_queue(here.home, db, project)

    return found_out(look)


def found_out(look: Callable[[], tuple[str, ...]]) -> tuple[str, ...]:
    """The notes; settings that are wrong are one."""
    try:
        return look()
    except ConfigError as error:
        return tuple(error.problems)
    except (MoziError, OSError):
        return ()
