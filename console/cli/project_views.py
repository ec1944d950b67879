"""Owns how a project looks to people: one project, and what is wrong with the place that its agents work in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.cli.in_words import facts, in_words

if TYPE_CHECKING:
    from console.api.project import ProjectShown

__all__ = ("not_there", "shown_text")


def shown_text(shown: ProjectShown) -> str:
    """One project."""
    counts = ", ".join(f"{n} {in_words(status)}" for status, n in (shown.tasks or {}).items() if n)
    trees = in_words(", a worktree for each task") if shown.worktrees else ""
    lines = [
        ("name", shown.name),
        ("description", shown.description),
        ("agents", ", ".join(shown.agents) or in_words("none")),
        ("tasks", counts or in_words("none")),
        ("paused", in_words("yes") if shown.paused else ""),
        ("works in", f"{shown.workdir}{trees}" if shown.workdir else in_words("a folder for each task")),
        ("at once", shown.max_agents),
        ("settings", shown.config),
        ("problem", shown.problem),
    ]
    return "\n".join([shown.id, *facts((title, value) for title, value in lines if value)])


def not_there(shown: ProjectShown) -> str:
    """What is wrong with the place that its agents work in, at once and not only when the first of them is to start."""
    workdir = shown.workdir
    if workdir is None or (workdir.is_dir() and not shown.worktrees):
        return ""
    if not workdir.is_dir():
        return f" (its workdir {workdir} is not there yet)"
    from console.agents.workplace import unusable

    problem = unusable(workdir, worktrees=True)
    return f" (but no agent can work in it: {problem})" if problem else ""
