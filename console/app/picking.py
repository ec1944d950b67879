"""Owns whom one can pick: for a task, or as judge of a review. It asks nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from console.actions.action import Target
from console.app.screens.dialogs import Choice
from console.i18n import _
from console.text import one_line

if TYPE_CHECKING:
    from console.app.app import Console

__all__ = ("judges", "team")


def team(app: Console, project: str) -> list[Choice]:
    """Each agent, each role, anybody."""
    roles = sorted({role for _agent, _label, role in _known(app, project) if role})
    by_role = [Choice(value=f"@{role}", title=f"@{role}", group=_("a role")) for role in roles]
    return [*_agents(app, project), *by_role, Choice(value="", title=_("anybody who can do it"))]


def judges(app: Console, target: Target) -> list[Choice]:
    """Whoever may settle a review: the operator, or an agent that did not write what is judged."""
    author = target.review.author if target.review is not None else None
    agents = [
        replace(each, why_not=_("its own work")) if each.value == author else each
        for each in _agents(app, target.project)
    ]
    return [Choice(value="", title=_("you")), *agents]


def _agents(app: Console, project: str) -> list[Choice]:
    return [
        Choice(value=agent, title=f"{one_line(label, 40)}  {agent}" if label != agent else agent, group=role)
        for agent, label, role in _known(app, project)
    ]


def _known(app: Console, project: str) -> tuple[tuple[str, str, str], ...]:
    """(id, what people call it, role) of each agent of a project."""
    return next((row.team for row in app.world.projects if row.id == project), ())
