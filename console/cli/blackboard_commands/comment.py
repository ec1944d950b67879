"""Owns `blackboard comment`: says something about a task, and about its review where one is at hand."""

from __future__ import annotations

import argparse

from console.cli.blackboard_commands.call import Call
from console.cli.words import lines
from console.commands import comments
from console.records.note import CommentType

__all__ = ("arguments", "run")

TYPES = [str(kind) for kind in CommentType if kind != CommentType.SYSTEM]


def arguments(parser: argparse.ArgumentParser) -> None:
    """What is said, and what for."""
    parser.add_argument("text", metavar="TEXT", help="what to say; - reads stdin")
    parser.add_argument("--type", choices=TYPES, default="comment", help="what it is for: %(choices)s")


def run(call: Call) -> None:
    """Add it."""
    kind = CommentType(call.asked.type)
    text = lines(call.asked.text)
    with call.desk.context() as context:
        said = comments.Say(task=call.task_id, text=text, kind=kind, review=call.review)
        comment = comments.say(context, said)
    record = {"project": call.project, "task": comment.task_id, "comment": comment.id, "type": comment.comment_type}
    call.out.one(record, f"commented on {call.project}#{comment.task_id}")
