"""Owns the first steps in a home that has nothing yet: an agent, a project, a task. Each is done as the shell does it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from console.actions.action import Context, Target
from console.actions.registry import by_id
from console.errors import ConfigError, MoziError
from console.home import Home, valid_id
from console.i18n import _
from console.sentences import spoken

if TYPE_CHECKING:
    from console.app.app import Console

__all__ = ("offer_first_steps",)


@dataclass(frozen=True, slots=True)
class _Standing:
    """What there is already."""

    projects: tuple[str, ...] = ()
    agents: tuple[str, ...] = ()
    programs: tuple[tuple[str, str], ...] = ()
    """Each program that is known of, and where it was found; empty where it was not."""
    wrong: str = ""
    """What is wrong with the settings."""


def offer_first_steps(app: Console) -> None:
    """Show the three steps, what was done of them, and do what is picked."""
    app.errands.fetch_long(lambda: _standing(app.home, app.environ), lambda found: _choose(app, found))


def _standing(home: Home, environ: Any) -> _Standing:
    from console.agents.presets import presets
    from console.registry import folders
    from console.settings import load_settings

    projects = tuple(folders(home))
    known = presets(None).values()
    found = {each.name: shutil.which(each.command[0], path=environ.get("PATH")) or "" for each in known}
    try:
        agents = tuple(load_settings(home, environ).agents)
    except ConfigError as error:
        return _Standing(projects, programs=tuple(found.items()), wrong="; ".join(error.problems))
    return _Standing(projects, agents, tuple(found.items()))


def _choose(app: Console, found: _Standing) -> None:
    from console.app.screens.dialogs import Choice, Pick

    no_project = "" if found.projects else _("a project comes first")
    choices = [
        Choice(value=_agent, title="1  " + _("an agent: a program that works for you") + _done(app, found.agents)),
        Choice(
            value=_project,
            title="2  " + _("a project: a board, and the agents that work on it") + _done(app, found.projects),
            why_not="" if found.agents else _("an agent comes first"),
        ),
        Choice(value=_task, title="3  " + _("a task: what is to be done"), why_not=no_project),
    ]
    title = _("First steps") if not found.wrong else found.wrong
    begun = 2 if found.projects else 1 if found.agents else 0

    def picked(step: Callable[[Console, _Standing], None] | None) -> None:
        if step is not None:
            step(app, found)

    box = Pick(app.look, title, choices)
    box.begin_at = begun
    app.push_screen(box, picked)


def _done(app: Console, names: tuple[str, ...]) -> str:
    return f"  {app.look.glyphs.done} {', '.join(names[:-3:-1])}" if names else ""


def _agent(app: Console, found: _Standing) -> None:
    from console.app.screens.dialogs import Choice, Pick

    there = sorted(found.programs, key=lambda each: not each[1])
    choices = [
        Choice(
            value=name,
            title=name,
            keys=where,
            why_not=_("is an agent already") if name in found.agents else "" if where else _("not found on PATH"),
        )
        for name, where in there
    ]
    label = _("Which program? Others stand in the file of `moziplus config path`")

    def add(name: str) -> str:
        from console.adding import add_agent

        made = add_agent(app.home, app.environ, name)
        return " ".join((_("{agent} is an agent now.").format(agent=made.agent.id), _needs(made.preset.needs)))

    app.push_screen(Pick(app.look, label, choices), lambda name: _do(app, add, name))


def _needs(words: str) -> str:
    return _("It needs {what}.").format(what=words) if words else ""


def _project(app: Console, found: _Standing) -> None:
    from console.app.screens.dialogs import Ask

    def named(name: str | None) -> None:
        if name is not None:
            label = _("The folder in which its agents work; empty gives each task one of its own")
            box = Ask(app.look, label, required=False)
            app.push_screen(box, lambda folder: _do(app, lambda where: make(name, where), folder))

    def make(name: str, folder: str) -> str:
        from console.making import NewProject, make_project
        from console.user_paths import user_path

        workdir = str(user_path(folder)) if folder else None
        make_project(app.home, NewProject(id=name, agents=found.agents, workdir=workdir), app.clock)
        return _("{project} is a project now.").format(project=name)

    asked = Ask(app.look, _("Its id: a-z, 0-9, - and _"), required=True)
    asked.check = valid_id
    app.push_screen(asked, named)


def _task(app: Console, found: _Standing) -> None:
    app.begin(by_id()["new_task"], Target(project=found.projects[0], contexts=frozenset({Context.PROJECT})))


def _do(app: Console, act: Callable[[str], str], text: str | None) -> None:
    """Off the screen's thread; then the steps again, with what was done of them, or what was wrong."""
    if text is None:
        return

    def ended(said: tuple[str, bool]) -> None:
        says, well = said
        app.notify(spoken(says), severity="information" if well else "error", markup=False, timeout=8)
        app.feed.refresh()
        offer_first_steps(app)

    def tried() -> tuple[str, bool]:
        try:
            return act(text), True
        except MoziError as error:
            return str(error), False

    app.errands.fetch_long(tried, ended)
