"""Owns what `task edit` makes of its flags: the fields to change, and the dependencies to add and to take away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from console.blackboard.connection import write
from console.blackboard.reads.tasks import get_task
from console.blackboard.writes.dependencies import add_dependency, remove_dependency
from console.blackboard.writes.tasks import edit_task
from console.cli.new_task import reviews
from console.cli.nouns import named
from console.cli.options import Here
from console.cli.reference import referenced
from console.cli.words import line, lines, names
from console.errors import UsageError
from console.records.task import OnFailure
from console.when import moment

if TYPE_CHECKING:
    from console.blackboard.connection import Database
    from console.records.task import Task

__all__ = ("change_task", "changes_of")

NONE = "none"


def changes_of(here: Here, project: str, asked: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that the flags set. Raises UsageError where no flag was given."""
    changes: dict[str, Any] = {}
    if asked["title"] is not None:
        changes["title"] = line(asked["title"])
    if asked["body"] is not None:
        changes["body"] = lines(asked["body"])
    if asked["priority"] is not None:
        changes["priority"] = asked["priority"]
    for name in ("deadline", "not_before"):
        if asked[name] is not None:
            last = name == "deadline"
            changes[name] = None if asked[name] == NONE else moment(asked[name], here.now(), last_of_day=last)
    if asked["parent"] is not None:
        changes["parent"] = None if asked["parent"] == NONE else named(here, asked["parent"], project)[1]
    if asked["tag"]:
        changes["tags"] = () if asked["tag"] == (NONE,) else names(asked["tag"], "tag")
    if asked["protocol"] or asked["no_review"]:
        folders = (here.project_folder(project) / "config", here.home.config)
        changes["reviews"] = reviews(asked["protocol"], asked["no_review"], folders)
    if asked["expect"]:
        changes["expect"] = () if asked["expect"] == (NONE,) else tuple(map(line, asked["expect"]))
    if asked["on_failure"] is not None:
        changes["on_failure"] = OnFailure(asked["on_failure"])
    if asked["undo"] is not None:
        changes["undo"] = lines(asked["undo"]) or None
    if not changes and not asked["after"] and not asked["not_after"]:
        raise UsageError("nothing to change: give at least one option; see `moziplus task edit --help`")
    return changes


def change_task(
    here: Here,
    db: Database,
    project: str,
    task_id: int,
    changes: Mapping[str, Any],
    after: tuple[str, ...],
    not_after: tuple[str, ...],
) -> Task:
    """Make all the changes, or none."""
    by, now = here.actor, here.now()
    with write(db, durable=True):
        if changes:
            edit_task(db, task_id, changes, by=by, now=now)
        for text in not_after:
            remove_dependency(db, task_id, referenced(text, project)[1], by=by, now=now)
        for text in after:
            add_dependency(db, task_id, referenced(text, project)[1], by=by, now=now)
    return get_task(db, task_id)
