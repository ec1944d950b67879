"""`moziplus task comment`: what the operator says of a task, for whoever works on it next."""

from __future__ import annotations

import click

from console.cli.nouns import one_board, project_option
from console.cli.options import Here, command, pass_here

__all__ = ("comment",)


@command("comment", prints="thread.TaskComment")
@click.argument("number", metavar="N")
@click.argument("text", metavar="TEXT")
@project_option
@pass_here
def comment(here: Here, number: str, text: str, project: str | None) -> None:
    """Say something of a task; - reads stdin. Whoever works on it next reads it."""
    from console.api.thread import TaskComment
    from console.blackboard.reads.tasks import get_task
    from console.cli.words import lines
    from console.commands import comments

    said = lines(text)
    with one_board(here, number, project) as (place, task_id, db):
        title = get_task(db, task_id).title
        made = comments.say(here.asking(db, place), comments.Say(task=task_id, text=said))
    record = TaskComment(project=place, task=task_id, comment=made.id, body=made.body)
    here.out.one(record, f"commented on task {place}#{task_id} {title}")
