"""Owns the project as it leaves the house: in a list, shown whole, after an act, put away."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec import UNSET, UnsetType

from console.api.shape import Shape

__all__ = ("Archived", "Project", "ProjectDone", "ProjectShown")


class Project(Shape, frozen=True, kw_only=True):
    """A project in a list."""

    id: str
    """1 to 63 of a-z, 0-9, - and _."""
    name: str
    """What people call it."""
    agents: tuple[str, ...]
    """Its team, by id."""
    folder: Path
    """Absolute."""
    tasks: Mapping[str, int] | None
    """Status to how many tasks have it; null where its blackboard cannot be read."""
    open: int | None
    """Tasks that are not over."""
    paused: bool | None
    """No new session is started in it."""
    problem: str | None
    """What of it cannot be read; null for nothing."""


class ProjectShown(Project, frozen=True, kw_only=True):
    """A project with its settings."""

    description: str
    """What it is about."""
    workdir: Path | None
    """The folder in which its agents work; null for one for each task."""
    worktrees: bool
    """A git worktree for each task."""
    shared_folder: bool
    """Its agents share the workdir."""
    max_agents: int | None
    """Its own cap of sessions at once."""
    context: Mapping[str, Any]
    """What its agents are told of it."""
    config: Path
    """The file of its settings."""


class ProjectDone(ProjectShown, frozen=True, kw_only=True):
    """A project after it was made or changed."""

    notes: tuple[str, ...] = ()
    """About its team."""


class Archived(Shape, frozen=True, kw_only=True):
    """A project that was put away, or taken out again."""

    project: str
    """Its id."""
    archived: bool
    """It is put away."""
    folder: Path
    """Where it is now."""
    notes: tuple[str, ...] | UnsetType = UNSET
    """What keeps its work from being started; of taking it out."""
