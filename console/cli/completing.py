"""Owns what the shell is offered while a word is typed: ids of projects, agents, tasks, schedules, skills, sessions.

Loaded only while a shell asks. It makes no home, complains of nothing, and offers nothing where it cannot look.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem, FishComplete, add_completion_class

from console.errors import MoziError
from console.home import Home, find_home

if TYPE_CHECKING:
    from console.cli.options import Here

__all__ = ("Fish", "offers")

MOST = 200
"""Words that are offered; a shell that gets more asks back."""
Offer = tuple[str, str]
"""A word, and what it is."""


@add_completion_class
class Fish(FishComplete):
    """As click has it, but what it splits at a comma stays whole: `--agents a,b`, and what the words mean."""

    source_template = FishComplete.source_template.replace('string split ","', 'string split --max 1 ","')


def offers(ctx: click.Context, param: click.Parameter, begun: str) -> list[CompletionItem]:
    """The words that may stand for `param`, as far as they begin with what was typed."""
    look = _LOOKS.get(str(param.name))
    here = ctx.find_root().obj
    if look is None or here is None:
        return []
    try:
        home = find_home(here.home_option, here.environ)
        found = list(look(here, home, ctx.params.get("project"))) if Home.is_home(home.path) else []
    except (MoziError, OSError):
        return []
    # `a,b`: what comes after the last comma is being typed; `@` begins a role.
    before, comma, last = begun.rpartition(",") if param.name in ("agents", "needs") else ("", "", begun)
    fit = [(word, what) for word, what in found if word.startswith(last)]
    return [CompletionItem(f"{before}{comma}{word}", help=what) for word, what in fit[:MOST]]


def _folders(home: Home, project: str | None) -> dict[str, Path]:
    from console.registry import folders

    found = folders(home)
    return {project: found[project]} if project in found else found


def _projects(here: Here, home: Home, project: str | None) -> Iterator[Offer]:
    from console.registry import entries

    yield from ((entry.id, entry.name) for entry in entries(home))


def _agents(here: Here, home: Home, project: str | None) -> Iterator[Offer]:
    from console.settings import load_settings
    from console.settings.project import load_project

    settings = load_settings(home, here.environ)
    places = _folders(home, project)
    team = load_project(settings, places[project]).agents if project in places else ()
    known = {agent.id: agent.name or agent.role for agent in team or settings.agents.values()}
    if not team:
        from console.registry import entries

        known |= {agent: known.get(agent, "") for entry in entries(home) for agent in entry.agents}
    yield from known.items()


def _tasks(here: Here, home: Home, project: str | None) -> Iterator[Offer]:
    from console.blackboard.connection import open_project
    from console.blackboard.reads.tasks import list_tasks

    project = project or here.environ.get("MOZIPLUS_PROJECT")
    places = _folders(home, project)
    for name, folder in places.items():
        with closing(open_project(folder, read_only=True)) as db:
            for task in list_tasks(db):
                word = str(task.id) if len(places) == 1 else f"{name}#{task.id}"
                yield word, f"{task.status}: {task.title}"


def _schedules(here: Here, home: Home, project: str | None) -> Iterator[Offer]:
    from console.blackboard.connection import open_project
    from console.blackboard.reads.schedules import list_schedules

    for name, folder in _folders(home, project).items():
        with closing(open_project(folder, read_only=True)) as db:
            yield from ((one.name, name) for one in list_schedules(db) if one.name)


def _sessions(here: Here, home: Home, project: str | None) -> Iterator[Offer]:
    from console.blackboard.connection import open_project
    from console.blackboard.reads.sessions import recent_sessions

    for name, folder in _folders(home, project).items():
        with closing(open_project(folder, read_only=True)) as db:
            yield from ((one.id, f"{one.status}: {one.agent}, {name}#{one.task_id}") for one in recent_sessions(db))


def _skills(here: Here, home: Home, project: str | None) -> Iterator[Offer]:
    from console.knowledge.skills import look, places

    folder = _folders(home, project).get(project) if project else None
    yield from ((found.reading.id, found.place.origin) for found in look(places(home.path, folder)))


def _protocols(here: Here, home: Home, project: str | None) -> Iterator[Offer]:
    from console.shipped_files import yaml_names

    yield from ((name, "protocol") for name in yaml_names("review_protocols", home.config))


_LOOKS: dict[str, Callable[[Here, Home, str | None], Iterator[Offer]]] = {
    **dict.fromkeys(("project", "project_id"), _projects),
    **dict.fromkeys(("assignee", "agent", "agents", "agent_id"), _agents),
    **dict.fromkeys(("number", "numbers", "after", "parent", "task"), _tasks),
    **{"named": _schedules, "session_id": _sessions, "skill_id": _skills, "which": _skills, "protocol": _protocols},
}
"""By the name of the parameter."""
