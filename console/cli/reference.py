"""Owns how a person or an agent names a task: `12`, `#12`, or `quant#12` with the project before it."""

from __future__ import annotations

import re

from console.errors import UsageError

__all__ = ("numbered", "referenced")

_TASK = re.compile(r"(?:([a-z0-9][a-z0-9_-]{0,62})?#)?([0-9]{1,18})")


def referenced(text: str, project: str | None = None) -> tuple[str | None, int]:
    """(project, number) of a task. Raises UsageError where it is none, or names another project than `project`."""
    found = _TASK.fullmatch(text.strip())
    if found is None:
        raise UsageError(f"{text[:60]!r} is no task: write 12, or quant#12 with its project")
    named, number = found[1], int(found[2])
    if named and project and named != project:
        raise UsageError(f"{named}#{number} is not in project {project}; leave out one of both")
    return named or project, number


def numbered(text: str, what: str) -> int:
    """The number that `text` is; `what` says in the error what was expected. Raises UsageError."""
    if not re.fullmatch(r"#?[0-9]{1,18}", text.strip()):
        raise UsageError(f"{text[:60]!r} is no {what}: write its number")
    return int(text.strip().removeprefix("#"))
