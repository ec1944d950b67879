"""Owns the grammar of the command line: what a line beside the name of an action means, and what it may go on with.

`quant#31` opens a task, `board web` a board; each other line begins with one of the words in VERBS.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from console.actions.action import Action, Target
from console.actions.registry import named
from console.actions.views import number_of
from console.i18n import LANGUAGES, N_, _

if TYPE_CHECKING:
    from console.app.app import Console

__all__ = ("VERBS", "Verb", "completions", "run", "understood", "verb_of")

_STATUS = re.compile(r"(status!?=)([a-z]*)")
_TASK = re.compile(r"([a-z0-9][a-z0-9_-]{0,62})?\s*#\s*(\d{1,18})")
Offers = Callable[["Console", str], Sequence[str]]
Does = Callable[["Console", Target, str], "str | None"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verb:
    """One word that a line can begin with."""

    names: tuple[str, ...]
    """The first is the one that is shown."""
    takes: str
    """What follows, in capitals, in brackets where it may be left out; empty for nothing."""
    title: str
    """A msgid: what it does."""
    does: Does
    """Does it with what follows; gives why not, or None."""
    offers: Offers = lambda app, begun: ()
    """What may follow, where there is a list of it."""
    danger: bool = False
    """It writes; there is none of it in a console that only looks."""
    shell: str = ""
    """The line of a shell that does the same; {rest} is what follows."""
    in_full: bool = False
    """It is done only where it was written to its end: it is neither completed nor remembered."""

    def shell_line(self, rest: str) -> str:
        """The line of a shell, as a shell takes it."""
        flag = " --project " if self.takes == "[PROJECT]" else ""
        said = shlex.quote(rest) if rest else "" if self.optional else self.takes
        return self.shell.format(rest=f"{flag if rest else ''}{said}")

    @property
    def optional(self) -> bool:
        """It may stand alone."""
        return not self.takes or self.takes.startswith("[")


def _projects(app: Console, begun: str) -> Sequence[str]:
    return [row.id for row in app.world.projects]


def _board(app: Console, target: Target, rest: str) -> str | None:
    project = _project(app, rest)
    if project is None:
        return _no_project(app, rest)
    app.select(project)
    app.go(number_of("board"))
    return None


def _where(app: Console, target: Target, rest: str) -> str | None:
    from console.app.filtering import filter_board

    return filter_board(app, rest)


def _fields(app: Console, begun: str) -> Sequence[str]:
    from console.blackboard.reads.conditions import FIELDS, STATES

    before, _blank, last = begun.rpartition(" ")
    if states := _STATUS.fullmatch(last):
        return [f"{before} {states[1]}{name}".strip() for name in STATES if name.startswith(states[2])]
    return (
        [f"{before} {name}=".strip() for name in FIELDS if name.startswith(last)] if last.isalpha() or not last else []
    )


def _theme(app: Console, target: Target, rest: str) -> str | None:
    from console.app.themes import known_theme

    wanted = known_theme(rest, app.own_themes)
    if wanted is None or not rest:
        return _("There is no theme {name}: {names}").format(name=rest, names=", ".join(_themes(app, "")))
    app.theme = wanted
    return None


def _themes(app: Console, begun: str) -> Sequence[str]:
    from console.app.themes import THEMES, short_name

    return [*(short_name(theme.name) for theme in THEMES), "ansi", "ansi-light", *(own.name for own in app.own_themes)]


def _language(app: Console, target: Target, rest: str) -> str | None:
    if rest not in LANGUAGES:
        return _("There is no language {name}: {names}").format(name=rest, names=", ".join(LANGUAGES))
    from console.app.speaking import speak

    speak(app, rest)
    return None


def _pause(on: bool) -> Does:
    def does(app: Console, target: Target, rest: str) -> str | None:
        from console.actions.registry import by_id

        project = _project(app, rest) if rest else ""
        if project is None:
            return _no_project(app, rest)
        if not project:
            if on == (target.home_paused or target.home_stopped):
                return _("Dispatch is paused already.") if on else _("Nothing is paused.")
            app.begin(by_id()["pause"], target)
            return None
        row = next(row for row in app.world.projects if row.id == project)
        if row.paused is on:
            return _("{project} is paused already.").format(project=project) if on else _("Nothing is paused.")
        app.perform(by_id()["pause_project"], Target(project=project, project_paused=row.paused))
        return None

    return does


def _export(app: Console, target: Target, rest: str) -> str | None:
    from console.app.exporting import export

    return export(app, rest)


def _stop_all(app: Console, target: Target, rest: str) -> str | None:
    from console.app.emergency import stop_all

    project = _project(app, rest) if rest else None
    if rest and project is None:
        return _no_project(app, rest)
    stop_all(app, project)
    return None


VERBS = (
    Verb(names=("board", "b"), takes="PROJECT", title=N_("its board"), does=_board, offers=_projects),
    Verb(
        names=("where",),
        takes="CONDITIONS",
        title=N_("tasks such as status=review cost>2 agent~zhang age>3d"),
        does=_where,
        offers=_fields,
        shell="moziplus task list --where {rest}",
    ),
    Verb(names=("theme",), takes="NAME", title=N_("these colours"), does=_theme, offers=_themes),
    Verb(
        names=("language", "lang"),
        takes="en|zh",
        title=N_("this language"),
        does=_language,
        offers=lambda app, begun: LANGUAGES,
    ),
    Verb(names=("export",), takes="[PATH]", title=N_("this screen as SVG and as text"), does=_export),
    Verb(
        names=("pause",),
        takes="[PROJECT]",
        title=N_("start nothing new there"),
        does=_pause(True),
        offers=_projects,
        danger=True,
        shell="moziplus pause{rest}",
    ),
    Verb(
        names=("resume",),
        takes="[PROJECT]",
        title=N_("go on there"),
        does=_pause(False),
        offers=_projects,
        danger=True,
        shell="moziplus resume{rest}",
    ),
    Verb(
        names=("estop",),
        takes="",
        title=N_("emergency stop, at once: stop every agent, start nothing (written in full)"),
        does=_stop_all,
        danger=True,
        shell="moziplus estop",
        in_full=True,
    ),
)
"""In the order of the list."""


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
    return action is not None and action.id == word and not alone and _project(app, rest) is None


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

    if _project(app, project) is None:
        return _no_project(app, project)

    def found(task: object) -> None:
        app.history.remember(line)
        app.push_screen(TaskScreen(project, number))

    app.errands.fetch(project, lambda db: get_task(db, number), found)
    return None


def _project(app: Console, name: str) -> str | None:
    """The id of the project that is called so, by id or by what people call it, or that alone begins so."""
    wanted = name.strip().casefold()
    for row in app.world.projects:
        if wanted in (row.id, row.name.casefold()):
            return row.id
    begin = [row.id for row in app.world.projects if wanted and row.id.startswith(wanted)]
    return begin[0] if len(begin) == 1 else None


def _no_project(app: Console, name: str) -> str:
    names = ", ".join(row.id for row in app.world.projects[:12])
    return _("There is no project {name}: {names}").format(name=name or "?", names=names or "-")
