"""Owns `blackboard read`: the briefing of a task or of a review to give; without a task the open tasks of the project."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from console.blackboard.connection import Database
from console.cli.blackboard_commands.call import Call
from console.cli.in_words import in_words
from console.errors import UsageError
from console.records.task import FINAL, Task, TaskStatus

if TYPE_CHECKING:
    from console.blackboard.reads.briefing import Briefing
    from console.records.output import RoundChanges

__all__ = ("arguments", "run")


def arguments(parser: argparse.ArgumentParser) -> None:
    """Whether only what is new is shown, or only what changed in the outputs."""
    parser.add_argument("--since", metavar="WHEN", help="only what is new since then: 10m, 2h, 9:30, 2026-11-28T09:12Z")
    parser.add_argument(
        "--diff", action="store_true", help="only the lines that changed in the outputs since the round before"
    )
    parser.add_argument("--rounds", metavar="A..B", help="compare these rounds; the last two by default")


def run(call: Call) -> None:
    """Print it as text for a model, or as JSON."""
    with call.reading.blackboard(read_only=True) as db:
        if (task := call.task) is None:
            return _list(call, db)
        from console.blackboard.reads.briefing import briefing
        from console.blackboard.reads.briefing_since import newer
        from console.when import past

        at = None if call.asked.since is None else past(call.asked.since, call.clock.now())
        brief = briefing(db, task, seat_id=_seat(call, db, task))
        brief = brief if at is None else newer(brief, at)
        changes = brief.changes
        if _of_changes(call):
            changes = _changes(db, brief, call.asked.rounds)
    _print(call, brief, changes, at)
    return None


def _of_changes(call: Call) -> bool:
    return bool(call.asked.diff or call.asked.rounds)


def _changes(db: Database, brief: Briefing, rounds: str | None) -> RoundChanges:
    """Between two rounds of the review to give, else of the newest of the task. Raises UsageError where there is none."""
    from console.blackboard.reads.outputs import changes_of
    from console.cli.changes_views import asked_rounds

    thread = brief.review or (brief.threads[-1] if brief.threads else None)
    changes = changes_of(db, thread.review.id, asked_rounds(rounds)) if thread is not None else None
    if changes is None:
        raise UsageError(f"nothing of #{brief.task.id} was handed in yet, so there are no rounds to compare")
    return changes


def _print(call: Call, brief: Briefing, changes: RoundChanges | None, at: int | None) -> None:
    from console.blackboard.reads.briefing_text import briefing_text, news_text
    from console.cli.changes_views import changed_record, changes_text

    folder = call.reading.task_folder(brief.task.id)
    record = changed_record(changes, folder, diff=call.asked.diff)

    def text() -> str:
        if _of_changes(call):
            return f"{brief.project}#{brief.task.id}: {changes_text(record)}\n"
        return briefing_text(brief) if at is None else news_text(brief, at)

    call.out.one(brief.as_dict() | {"changes": record}, text)


def _seat(call: Call, db: Database, task: int) -> int | None:
    """The seat, where it judges this very task: a reviewer that reads another task sees that one plainly."""
    from console.blackboard.reads.reviews import get_review, get_seat

    if (seat := call.seat) is None:
        return None
    return seat if get_review(db, get_seat(db, seat).review_id).task_id == task else None


def _list(call: Call, db: Database) -> None:
    from console.blackboard.reads.task_json import task_json
    from console.blackboard.reads.tasks import list_tasks
    from console.cli.output import Column

    tasks = [task for status in TaskStatus if status not in FINAL for task in list_tasks(db, status=status)]
    columns = (
        Column("TASK", lambda t: f"#{t['id']}"),
        Column("STATUS", "status", words=True),
        Column("P", "priority", right=True),
        Column("FOR", lambda t: t["assignee"] or (f"@{t['role']}" if t["role"] else in_words("anyone"))),
        Column("TITLE", "title", most=200),
    )
    call.out.many([_listed(task, task_json(task)) for task in tasks], columns, empty="no open tasks")


def _listed(task: Task, record: dict[str, object]) -> dict[str, object]:
    """Without the body: a list is for choosing."""
    return {name: value for name, value in record.items() if name != "body"} | {"blocked": task.waits_for_dependency}
