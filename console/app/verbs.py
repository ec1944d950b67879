"""Owns the words that a line of the command line can begin with: what each takes, what may follow, and what it does.

How a line is read is not here.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from console.actions.action import Target
from console.actions.views import number_of
from console.i18n import LANGUAGES, N_, _
from console.records.board import Group, Order

if TYPE_CHECKING:
    from console.app.app import Console

__all__ = ("VERBS", "Verb", "no_project", "project_of")

_STATUS = re.compile(r"(status!?=)([a-z]*)")
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
    project = project_of(app, rest)
    if project is None:
        return no_project(app, rest)
    app.select(project)
    app.go(number_of("board"))
    return None


def _where(app: Console, target: Target, rest: str) -> str | None:
    from console.app.filtering import filter_board

    return filter_board(app, rest)


def _sort(app: Console, target: Target, rest: str) -> str | None:
    from console.app.arranging import arrange

    now = app.boards.of(app.world.board.project)
    if rest not in [*Order]:
        return _("There is no order {name}: {names}").format(name=rest, names=", ".join(Order))
    arrange(app, replace(now, order=Order(rest)))
    return None


def _group(app: Console, target: Target, rest: str) -> str | None:
    from console.app.arranging import arrange

    now = app.boards.of(app.world.board.project)
    if rest not in [*Group]:
        return _("There are no groups by {name}: {names}").format(name=rest, names=", ".join(Group))
    arrange(app, replace(now, group=Group(rest)))
    return None


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

        project = project_of(app, rest) if rest else ""
        if project is None:
            return no_project(app, rest)
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

    project = project_of(app, rest) if rest else None
    if rest and project is None:
        return no_project(app, rest)
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
    Verb(
        names=("sort",),
        takes="ORDER",
        title=N_("the cards of the board in this order"),
        does=_sort,
        offers=lambda app, begun: [*Order],
    ),
    Verb(
        names=("group",),
        takes="BY",
        title=N_("the cards of the board in groups"),
        does=_group,
        offers=lambda app, begun: [*Group],
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


def project_of(app: Console, name: str) -> str | None:
    """The id of the project that is called so, by id or by what people call it, or that alone begins so."""
    wanted = name.strip().casefold()
    for row in app.world.projects:
        if wanted in (row.id, row.name.casefold()):
            return row.id
    begin = [row.id for row in app.world.projects if wanted and row.id.startswith(wanted)]
    return begin[0] if len(begin) == 1 else None


def no_project(app: Console, name: str) -> str:
    names = ", ".join(row.id for row in app.world.projects[:12])
    return _("There is no project {name}: {names}").format(name=name or "?", names=names or "-")
