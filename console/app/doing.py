"""Owns what each action that only moves the screen does. Actions that write are performed elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

from textual.widget import Widget

from console.actions.action import Action, Context, Target
from console.actions.views import VIEWS
from console.app.arranging import next_group, next_order
from console.app.lines import go_along, note_finding
from console.app.opening import open_graph
from console.app.reading_work import READING, open_in_editor
from console.app.screens.base import ConsoleScreen
from console.app.sharing import SHARING
from console.app.themes import next_theme, short_name
from console.i18n import _
from widgets.board import BoardColumns
from widgets.line_list import LineList
from widgets.marking import Marking
from widgets.text_pane import TextPane

if TYPE_CHECKING:
    from console.app.app import Console

__all__ = ("DOES", "do")

Doing = Callable[["Console", ConsoleScreen, Target], None]


def do(app: Console, action: Action, target: Target) -> None:
    """Do what the action's id stands for."""
    if (screen := app.shown) is not None:
        DOES[action.id](app, screen, target)


def _move(rows: int) -> Doing:
    return lambda app, screen, target: screen.current.move(rows) if screen.current else None


def _page(pages: float) -> Doing:
    return lambda app, screen, target: screen.current.page(pages) if screen.current else None


def _end(last: bool) -> Doing:
    return lambda app, screen, target: screen.current.to_end(last) if screen.current else None


def _turn(step: int) -> Doing:
    return lambda app, screen, target: screen.turn(step)


def _sideways(step: int) -> Doing:
    def go(app: Console, screen: ConsoleScreen, target: Target) -> None:
        if not screen.sideways(step):
            screen.turn(step)

    return go


def _view(number: int) -> Doing:
    return lambda app, screen, target: app.go(number)


def _need(step: int) -> Doing:
    def go(app: Console, screen: ConsoleScreen, target: Target) -> None:
        from console.app.next_need import next_need

        next_need(app, screen, target, step)

    return go


def _open(app: Console, screen: ConsoleScreen, target: Target) -> None:
    from console.app.opening import open_target

    if not screen.opens() and target.contexts & {Context.LIST, Context.ALERT}:  # a page is open already
        open_target(app, screen, target)


def _mark(how: Marking) -> Doing:
    return lambda app, screen, target: (
        screen.current.mark(how) if isinstance(screen.current, LineList | BoardColumns) else None
    )


def _output(app: Console, screen: ConsoleScreen, target: Target) -> None:
    from console.app.opening import open_output

    open_output(app, target)


def _prompt(app: Console, screen: ConsoleScreen, target: Target) -> None:
    from console.app.opening import open_prompt

    open_prompt(app, target)


def _copy(app: Console, screen: ConsoleScreen, target: Target) -> None:
    from console.app.copying import reference_of

    app.copy(reference_of(target))


def _copy_text(app: Console, screen: ConsoleScreen, target: Target) -> None:
    from console.app.copying import text_of

    app.copy(screen.current.text if isinstance(screen.current, TextPane) else text_of(target))


def _work(app: Console, screen: ConsoleScreen, target: Target) -> None:
    from console.app.opening import open_work

    open_work(app, screen, target)


def _fold(app: Console, screen: ConsoleScreen, target: Target) -> None:
    screen.fold()


def _kinds(app: Console, screen: ConsoleScreen, target: Target) -> None:
    screen.next_kinds()


def _tile(app: Console, screen: ConsoleScreen, target: Target) -> None:
    if not screen.tile():
        app.notify(_("Four at once need a terminal of 160 columns, and the list of sessions."), markup=False, timeout=3)


def _diff(app: Console, screen: ConsoleScreen, target: Target) -> None:
    from console.app.opening import open_diff

    open_diff(app, screen, target)


def _follow(app: Console, screen: ConsoleScreen, target: Target) -> None:
    if screen.text is not None:
        on = screen.text.toggle_follow()
        app.notify(_("Following.") if on else _("Staying here."), markup=False, timeout=2)


def _pager(app: Console, screen: ConsoleScreen, target: Target) -> None:
    from console.app.pager import show_in_pager

    if screen.text is not None:
        show_in_pager(app, app.errands, screen.whole())


def _back(app: Console, screen: ConsoleScreen, target: Target) -> None:
    pane = screen.current
    if isinstance(pane, TextPane) and pane.found.words:
        pane.find("")
        screen.hint()
    elif isinstance(pane, LineList | BoardColumns) and pane.marked:
        pane.mark(Marking.NONE)
    elif isinstance(pane, LineList | BoardColumns) and pane.filtered:
        pane.filter("")
    elif len(app.screen_stack) > 1:
        app.pop_screen()


def _quit(app: Console, screen: ConsoleScreen, target: Target) -> None:
    from console.app.screens.leaving import ask_to_leave

    if len(app.screen_stack) > 1:
        app.pop_screen()
    else:
        ask_to_leave(app)


def _search(app: Console, screen: ConsoleScreen, target: Target) -> None:
    """In a text a find, in a list a filter; whatever has the focus, what is typed next goes into a box."""
    from console.app.asking import ask_filter, ask_find, refuse

    pane = screen.current or next(iter(screen.panes()), None)
    if isinstance(pane, TextPane):
        if Context.WORK in target.contexts and screen.work is not None:
            screen.work.unfold()
        ask_find(app, screen, pane)
    elif pane is not None:
        ask_filter(app, pane)
    else:
        refuse(app, _("There is nothing to look for words in."))


def _found(places: int) -> Doing:
    def go(app: Console, screen: ConsoleScreen, target: Target) -> None:
        pane = screen.current
        if isinstance(pane, TextPane) and pane.found.words:
            pane.find_next(places)
        else:
            app.notify(_("Not here."), markup=False, timeout=3)

    return go


def _command(app: Console, screen: ConsoleScreen, target: Target) -> None:
    from console.app.asking import command_line

    command_line(app, target)


def _menu(app: Console, screen: ConsoleScreen, target: Target) -> None:
    from console.app.asking import action_menu

    action_menu(app, target)


def _help(app: Console, screen: ConsoleScreen, target: Target) -> None:
    from console.app.asking import help_keys

    help_keys(app, target)


def _of_app(module: str, name: str) -> Doing:
    """A function that takes the app, of a module that is imported when it is first wanted."""
    return lambda app, screen, target: getattr(import_module(f"console.app.{module}"), name)(app)


def _last_view(app: Console, screen: ConsoleScreen, target: Target) -> None:
    app.go(int(app.last_mode))


def _refresh(app: Console, screen: ConsoleScreen, target: Target) -> None:
    app.feed.refresh()
    screen.look_again()


def _redraw(app: Console, screen: ConsoleScreen, target: Target) -> None:
    for widget in screen.query(Widget):
        widget.refresh()
    screen.refresh(layout=True)


def _theme(app: Console, screen: ConsoleScreen, target: Target) -> None:
    app.theme = next_theme(app.theme, app.own_themes)
    app.notify(short_name(app.theme), markup=False, timeout=2)


DOES: dict[str, Doing] = {
    "down": _move(1),
    "up": _move(-1),
    "first": _end(False),
    "last": _end(True),
    "half_down": _page(0.5),
    "half_up": _page(-0.5),
    "page_down": _page(1),
    "page_up": _page(-1),
    "left": _sideways(-1),
    "right": _sideways(1),
    "next_pane": _turn(1),
    "previous_pane": _turn(-1),
    "next_need": _need(1),
    "previous_need": _need(-1),
    "open": _open,
    "to_line": go_along,
    "note_finding": note_finding,
    "output": _output,
    "prompt": _prompt,
    "copy": _copy,
    "copy_text": _copy_text,
    "diff": _diff,
    "graph": open_graph,
    "work": _work,
    **READING,
    **SHARING,
    "editor": open_in_editor,
    "fold": _fold,
    "kinds": _kinds,
    "tile": _tile,
    "sort": next_order,
    "group": next_group,
    "follow": _follow,
    "pager": _pager,
    "mark": _mark(Marking.ONE),
    "mark_alike": _mark(Marking.ALIKE),
    "back": _back,
    "filter": _search,
    "find": _search,
    "find_next": _found(1),
    "find_previous": _found(-1),
    "command": _command,
    "menu": _menu,
    "help": _help,
    **{f"view_{view.name}": _view(number) for number, view in enumerate(VIEWS, start=1)},
    "first_steps": _of_app("first_steps", "offer_first_steps"),
    "redo": _of_app("acts", "do_again"),
    "acts": _of_app("acts", "show_acts"),
    "switch_project": _of_app("asking", "ask_project"),
    "last_view": _last_view,
    "refresh": _refresh,
    "redraw": _redraw,
    "theme": _theme,
    "quit": _quit,
}
"""Action id to what it does; a test holds that none is missing."""
