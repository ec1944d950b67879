"""Owns the grammar of the command line: what a line beside the name of an action means, and what it may go on with.

`quant#31` opens a task; each other line begins with one of the words in VERBS.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from console.actions.action import Action, Target
from console.actions.registry import named
from console.app.verbs import VERBS, Verb, no_project, project_of
from console.i18n import _

if TYPE_CHECKING:
    from console.app.app import Console

__all__ = ("completions", "run", "understood", "verb_of")

_TASK = re.compile(r"([a-z0-9][a-z0-9_-]{0,62})?\s*#\s*(\d{1,18})")


def verb_of(line: str, *, read_only: bool = False) -> tuple[Verb, str] | None:
    """The verb that a line begins with, and what follows it; a verb is written in full."""
    word, _blank, rest = line.strip().partition(" ")
    found = next((verb for verb in VERBS if word.casefold() in verb.names), None)
    return None if found is None or (found.danger and read_only) else (found, rest.strip())


def task_of(line: str, project: str) -> tuple[str, int] | None:
    """Project and number where a line is `quant#31` or `#31`."""
    found = _TASK.fullmatch(line.strip().casefold())
    return None if found is None or not (found[1] or project) else (found[1] or project, int(found[2]))


def understood(app: Console, line: str) -> bool:
    """Whether the line itself says all, so that enter does not take the row of the list instead."""
    if task_of(line, app.world.board.project) is not None:
        return True
    found = verb_of(line, read_only=app.read_only)
    if found is None:
        return False
    verb, rest = found
    return bool(rest) or verb.optional


def run(app: Console, target: Target, line: str) -> None:
    """Do what a line says; why it does not is told."""
    task, found = task_of(line, app.world.board.project), verb_of(line, read_only=app.read_only)
    action = named(line, read_only=app.read_only)
    if task is not None:
        why_not = _open(app, *task, line)
    elif found is not None and not _is_name(app, *found, line, action):
        why_not = found[0].does(app, target, found[1])
        if why_not is None and not found[0].in_full:
            app.history.remember(line)
    elif action is not None:
        app.history.remember(action.id)
        app.begin(action, target)
        why_not = None
    else:
        why_not = _("This is no command: {line}").format(line=line)
    if why_not is not None:
        app.notify(why_not, severity="warning", markup=False, timeout=6)


def _is_name(app: Console, verb: Verb, rest: str, line: str, action: Action | None) -> bool:
    """The whole line names an action (`pause project`, `theme`): no project follows, and the verb cannot stand alone."""
    word = line.strip().casefold().replace("-", "_").replace(" ", "_")
    alone = not rest and verb.optional
    return action is not None and action.id == word and not alone and project_of(app, rest) is None


def completions(app: Console, line: str) -> list[str]:
    """Whole lines that the line may become, where what follows is one of a list."""
    found = verb_of(line, read_only=app.read_only)
    if found is None or " " not in line.lstrip():
        return []
    verb, rest = found
    begun = line.lstrip().partition(" ")[2].lstrip()
    word = line.split()[0]
    return [f"{word} {offer}" for offer in verb.offers(app, begun) if rest.casefold() in offer.casefold()]


def _open(app: Console, project: str, number: int, line: str) -> str | None:
    from console.app.screens.pages import TaskScreen
    from console.blackboard.reads.tasks import get_task

    if project_of(app, project) is None:
        return no_project(app, project)

    def found(task: object) -> None:
        app.history.remember(line)
        app.push_screen(TaskScreen(project, number))

    app.errands.fetch(project, lambda db: get_task(db, number), found)
    return None
