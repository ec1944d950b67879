"""Owns the check for worktrees: those that are kept and why, and projects that want them where there is no repository.

It asks the blackboards what the scheduler saw; it removes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

from console.blackboard.connection import open_project
from console.blackboard.reads.worktrees import kept_worktrees
from console.cli.doctor.line import Line, ok, warn, wrong
from console.cli.doctor.place import Place
from console.errors import MoziError
from console.git.worktree import repository_of
from console.records.output import plain_size
from console.settings import ProjectSettings
from console.showing.worktrees import what_to_type
from console.text import one_line

__all__ = ("check",)


def check(place: Place) -> Iterator[Line]:
    """A line for each worktree that stays, and for each project that cannot have any."""
    silent = True
    for name, folder in place.projects.items():
        settings = place.project_settings.get(name)
        if isinstance(settings, ProjectSettings) and settings.worktrees and settings.workdir is not None:
            try:
                repository_of(settings.workdir)
            except MoziError as error:
                silent = False
                yield wrong(f"{name}: {error}", f"or `moziplus project edit {name} --no-worktrees`")
        if name in place.locked:
            continue  # the check of the databases says so
        try:
            with closing(open_project(folder, read_only=True)) as db:
                kept = kept_worktrees(db)
        except MoziError:
            continue  # the check of the databases says why
        for task, row in kept:
            silent = False
            why = one_line(row.why, 600)
            means = f"{task.work_folder} of {name}#{task.id} is kept ({plain_size(row.size)}): {why}"
            yield warn(means, what_to_type(name, task, row))
    if silent:
        yield ok("no worktree of a task that has ended is kept")
