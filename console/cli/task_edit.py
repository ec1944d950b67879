"""Owns how the options of `moziplus task edit` say what is to change of a task; `none` takes a value away."""

from __future__ import annotations

from typing import Any

from console.cli.new_task import caps, numbers, protocols
from console.cli.nouns import named
from console.cli.options import Here
from console.cli.words import line, lines
from console.commands.tasks import UNCHANGED, EditTask
from console.records.task import OnFailure

__all__ = ("changes_of",)

NONE = "none"


def changes_of(here: Here, project: str, task_id: int, asked: dict[str, Any]) -> EditTask:
    """The request. Raises UsageError for what is no task or contradicts itself."""
    changes: dict[str, Any] = {}
    for name, read in (("title", line), ("body", lines), ("undo", lines), ("on_failure", OnFailure)):
        if asked[name] is not None:
            changes[name] = read(asked[name])
    for name in ("deadline", "not_before"):
        if asked[name] is not None:
            changes[name] = None if asked[name] == NONE else asked[name]
    if asked["parent"] is not None:
        changes["parent"] = None if asked["parent"] == NONE else named(here, asked["parent"], project)[1]
    for option, name in (("tag", "tags"), ("expect", "expect")):
        if asked[option]:
            changes[name] = () if asked[option] == (NONE,) else tuple(map(line, asked[option]))
    if asked["cap"]:
        changes["cap"] = caps(() if asked["cap"] == (NONE,) else asked["cap"])
    if asked["protocol"] or asked["no_review"]:
        changes["reviews"] = protocols(asked["protocol"], asked["no_review"])
    return EditTask(
        task=task_id,
        priority=UNCHANGED if asked["priority"] is None else asked["priority"],
        after=numbers(asked["after"], project),
        not_after=numbers(asked["not_after"], project),
        **changes,
    )
