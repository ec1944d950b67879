"""Owns `blackboard create`: creates a task; inside a session it is a part of the session's task."""

from __future__ import annotations

import argparse

from console.blackboard.connection import Database
from console.cli.blackboard_commands.call import Call
from console.cli.diagnostics import complain
from console.cli.new_task import asked_for
from console.cli.reference import referenced
from console.commands.new_task import create
from console.errors import MoziError
from console.records.task import OnFailure

__all__ = ("arguments", "run")


def arguments(parser: argparse.ArgumentParser) -> None:
    """As `moziplus task create`."""
    add = parser.add_argument
    add("--title", required=True, metavar="T", help="what is to be done, in one line")
    add("--body", metavar="B", help="all that is needed to do it; - reads stdin")
    add("--assignee", metavar="A|@ROLE", help="an agent, or a role")
    add("--needs", action="append", default=[], metavar="C", help="a capability that the agent must have")
    add("--priority", type=int, choices=range(5), default=2, metavar="0-4", help="0 is most urgent; 2")
    add("--deadline", metavar="WHEN", help="as tomorrow 9:00, 2026-11-30, 2026-11-30T18:00, 2d, 4h")
    add("--not-before", metavar="WHEN", help="it is not started before")
    add("--after", action="append", default=[], metavar="N", help="a task that must be done first")
    add("--parent", metavar="N", help="the task that it is a part of; inside a session the session's")
    add("--tag", action="append", default=[], metavar="T", help="a word to find it by")
    add("--review", action="append", default=[], dest="protocol", metavar="PROTOCOL", help="output_review")
    add("--no-review", action="store_true", help="a submit is final")
    add("--expect", action="append", default=[], metavar="PATH", help="a file below outputs/ that a submit must have")
    add("--on-failure", choices=list(OnFailure), default=OnFailure.ASK, metavar="WAY", help="ask, cancel or undo; ask")
    add("--undo", metavar="TEXT", help="with `--on-failure undo`: what the undoing task is told")
    add("--key", metavar="TEXT", help="the same key again creates nothing and prints the first task")


def run(call: Call) -> None:
    """Create it; under a claim only while that holds."""
    asked = call.asked
    parent = call.task if call.claim is not None else None
    if asked.parent is not None:
        parent = referenced(asked.parent, call.project)[1]
    same = (
        "title",
        "body",
        "assignee",
        "needs",
        "priority",
        "deadline",
        "not_before",
        "after",
        "protocol",
        "no_review",
    )
    given = {name: getattr(asked, name) for name in (*same, "expect", "on_failure", "undo", "key")}
    wanted = asked_for(**given, tags=asked.tag, parent=parent, project=call.project)
    with call.desk.context() as context:
        task = create(context, wanted)
        notes = () if call.claim is not None else _notes(call, context.db)  # who works under a claim has a scheduler
    record = {"project": call.project, "task": task.id, "title": task.title, "status": task.status}
    record |= {"parent": task.parent, "reviews": list(task.reviews)}
    call.out.one(record | {"notes": list(notes)}, f"created {call.project}#{task.id} {task.title}")
    for note in () if call.out.as_json else notes:
        complain(f"note: {note}")


def _notes(call: Call, db: Database) -> tuple[str, ...]:
    from console.actions.queue import on_queue

    try:
        return on_queue(call.home, db, call.project)
    except (MoziError, OSError):
        return ()
