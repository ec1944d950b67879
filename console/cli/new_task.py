"""Owns how a new task is asked for, by operator and agent alike: from the words given to a NewTask that makes sense here.

Agents and protocols that the project does not know are refused with the known ones named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from console.blackboard.writes.tasks import NewTask
from console.cli.reference import referenced
from console.cli.words import line, lines, names
from console.errors import UsageError
from console.records.task import DEFAULT_REVIEWS, OnFailure
from console.shipped_files import yaml_names
from console.when import moment

if TYPE_CHECKING:
    from console.settings import ProjectSettings

__all__ = ("assigned", "new_task", "protocols", "reviews")

PROTOCOLS = "review_protocols"


def new_task(
    *,
    title: str,
    body: str | None,
    assignee: str | None,
    needs: Iterable[str],
    priority: int,
    deadline: str | None,
    not_before: str | None,
    after: Iterable[str],
    parent: int | None,
    tags: Iterable[str],
    protocol: Iterable[str],
    no_review: bool,
    expect: Iterable[str] = (),
    on_failure: str | None = None,
    undo: str | None = None,
    project: str,
    folders: tuple[Path, ...],
    settings: Callable[[], ProjectSettings],
    now: int,
) -> NewTask:
    """What `create_task` takes. `folders` are the configs of project and home; `settings` is asked only for an assignee."""
    agent, role = assigned(assignee, settings)
    return NewTask(
        title=line(title),
        body=lines(body),
        assignee=agent,
        role=role,
        needs=names(tuple(needs), "capability"),
        tags=names(tuple(tags), "tag"),
        priority=priority,
        deadline=moment(deadline, now, last_of_day=True) if deadline else None,
        not_before=moment(not_before, now) if not_before else None,
        after=tuple(referenced(one, project)[1] for text in after for one in text.split(",")),
        parent=parent,
        reviews=reviews(tuple(protocol), no_review, folders),
        expect=tuple(map(line, expect)),
        on_failure=OnFailure(on_failure or OnFailure.ASK),
        undo=lines(undo) or None,
    )


def assigned(text: str | None, settings: Callable[[], ProjectSettings]) -> tuple[str | None, str | None]:
    """(agent, role) of `--assignee A` or `--assignee @ROLE`. Raises UsageError for one that the project has not."""
    if not text:
        return None, None
    team = settings().agents
    if text.startswith("@"):
        role = text[1:]
        known = sorted({agent.role for agent in team if agent.role})
        if role not in known:
            raise UsageError(f"nobody has the role {role[:60]!r} here; known: {_listed(known)}")
        return None, role
    if text not in (known := [agent.id for agent in team]):
        raise UsageError(f"no agent {text[:60]!r} in this project; known: {_listed(known)}")
    return text, None


def reviews(given: tuple[str, ...], no_review: bool, folders: tuple[Path, ...]) -> tuple[str, ...]:
    """The protocols of a task. Raises UsageError for an unknown one, and for some beside --no-review."""
    if no_review:
        if given:
            raise UsageError("--review and --no-review exclude each other")
        return ()
    if not given:
        return DEFAULT_REVIEWS
    known = protocols(folders)
    for name in given:
        if name not in known:
            raise UsageError(f"no review protocol {name[:60]!r}; known: {_listed(known)}")
    return tuple(dict.fromkeys(given))


def protocols(folders: tuple[Path, ...]) -> tuple[str, ...]:
    """The names of the protocols that `folders` (config folders) or the shipped files have."""
    return yaml_names(PROTOCOLS, *folders)


def _listed(known: Iterable[str]) -> str:
    return ", ".join(known) or "none"
