"""Owns `blackboard read`: the briefing of a task or of a review to give; without a task the open tasks of the project."""

from __future__ import annotations

import argparse

from console.blackboard.connection import Database
from console.cli.blackboard_commands.call import Call
from console.records.task import FINAL, Task, TaskStatus

__all__ = ("arguments", "run")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Nothing of its own."""


def run(call: Call) -> None:
    """Print it as text for a model, or as JSON."""
    with call.blackboard(read_only=True) as db:
        if (task := call.task) is None:
            return _list(call, db)
        _brief(call, db, task)
    return None


def _brief(call: Call, db: Database, task: int) -> None:
    from console.blackboard.reads.briefing import briefing
    from console.blackboard.reads.briefing_text import briefing_text

    brief = briefing(db, task, seat_id=_seat(call, db, task))
    call.out.one(brief.as_dict(), lambda: briefing_text(brief))


def _seat(call: Call, db: Database, task: int) -> int | None:
    """The seat, where it judges this very task: a reviewer that reads another task sees that one plainly."""
    from console.blackboard.reads.reviews import get_review, get_seat

    if (seat := call.seat) is None:
        return None
    return seat if get_review(db, get_seat(db, seat).review_id).task_id == task else None


def _list(call: Call, db: Database) -> None:
    from console.blackboard.reads.briefing import task_json
    from console.blackboard.reads.tasks import list_tasks
    from console.cli.output import Column

    tasks = [task for status in TaskStatus if status not in FINAL for task in list_tasks(db, status=status)]
    columns = (
        Column("TASK", lambda t: f"#{t['id']}"),
        Column("STATUS", "status"),
        Column("P", "priority", right=True),
        Column("FOR", lambda t: t["assignee"] or (f"@{t['role']}" if t["role"] else "anyone")),
        Column("TITLE", "title", most=200),
    )
    call.out.many([_listed(task, task_json(task)) for task in tasks], columns, empty="no open tasks")


def _listed(task: Task, record: dict[str, object]) -> dict[str, object]:
    """Without the body: a list is for choosing."""
    return {name: value for name, value in record.items() if name != "body"} | {"blocked": task.waits_for_dependency}
