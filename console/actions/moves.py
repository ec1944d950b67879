"""Owns the actions that change nothing but the screen: moving, views, help, menus. The app performs them by their ids."""

from __future__ import annotations

from console.actions.action import Action, Context, Target
from console.actions.views import VIEWS
from console.i18n import N_, _

__all__ = ("ACTIONS", "MOVE")

_LIST = frozenset({Context.LIST, Context.TEXT})
_SEARCH = ("/", "／", "、")
_THING = frozenset({Context.TASK, Context.SESSION, Context.ALERT, Context.PROJECT})
_TRANSCRIPT = frozenset({Context.TRANSCRIPT})
_BOARD = frozenset({Context.BOARD})
MOVE, _VIEW, _FIND = N_("Move"), N_("Views"), N_("Find and act")


def _no_filter(target: Target) -> str | None:
    return _("Not here.") if Context.TEXT in target.contexts else None


ACTIONS = (
    Action(id="down", title=N_("down"), keys=("j", "down"), group=MOVE, contexts=_LIST),
    Action(id="up", title=N_("up"), keys=("k", "up"), group=MOVE, contexts=_LIST),
    Action(id="first", title=N_("first"), keys=("g", "home"), group=MOVE, contexts=_LIST),
    Action(id="last", title=N_("last"), keys=("G", "end"), group=MOVE, contexts=_LIST),
    Action(id="half_down", title=N_("half a page down"), keys=("ctrl+d",), group=MOVE, contexts=_LIST),
    Action(id="half_up", title=N_("half a page up"), keys=("ctrl+u",), group=MOVE, contexts=_LIST),
    Action(id="page_down", title=N_("page down"), keys=("pagedown",), group=MOVE, contexts=_LIST),
    Action(id="page_up", title=N_("page up"), keys=("pageup",), group=MOVE, contexts=_LIST),
    Action(id="left", title=N_("left"), keys=("h", "left"), group=MOVE),
    Action(id="right", title=N_("right"), keys=("l", "right"), group=MOVE),
    Action(id="next_pane", title=N_("next pane"), keys=("tab", "]"), group=MOVE, hint=60),
    Action(id="previous_pane", title=N_("previous pane"), keys=("shift+tab", "["), group=MOVE),
    Action(id="next_need", title=N_("next that needs me"), keys=("J",), group=MOVE, hint=16),
    Action(id="previous_need", title=N_("previous that needs me"), keys=("K",), group=MOVE),
    Action(
        id="to_line",
        title=N_("to its line"),
        keys=("enter",),
        group=_FIND,
        contexts=frozenset({Context.LINKED}),
        hint=1,
    ),
    Action(id="fold_here", title=N_("fold"), keys=("enter",), group=_FIND, contexts=frozenset({Context.FOLDS}), hint=1),
    Action(id="fold_all", title=N_("fold all"), keys=("O",), group=_FIND, contexts=frozenset({Context.FOLDS}), hint=7),
    Action(
        id="open",
        title=N_("open"),
        keys=("enter",),
        group=_FIND,
        contexts=frozenset({Context.LIST, Context.ALERT}),
        hint=1,
    ),
    Action(
        id="output",
        title=N_("read output"),
        keys=("L",),
        group=_FIND,
        contexts=frozenset({Context.SESSION, Context.TASK}),
        hint=18,
    ),
    Action(
        id="prompt",
        title=N_("its prompt"),
        keys=("p",),
        group=_FIND,
        contexts=frozenset({Context.SESSION, Context.TASK}),
        hint=28,
    ),
    Action(id="copy", title=N_("copy its name"), keys=("y",), group=_FIND, contexts=_THING),
    Action(id="copy_text", title=N_("copy its text"), keys=("Y",), group=_FIND, contexts=_THING | {Context.TEXT}),
    Action(
        id="graph",
        title=N_("who waits for whom"),
        keys=("C",),
        group=_FIND,
        contexts=frozenset({Context.TASK, Context.BOARD}),
        hint=31,
    ),
    Action(
        id="diff",
        title=N_("diff"),
        keys=("d",),
        group=_FIND,
        contexts=frozenset({Context.REVIEW, Context.TASK}),
        hint=19,
    ),
    Action(
        id="work",
        title=N_("read the work"),
        keys=("o",),
        group=_FIND,
        contexts=frozenset({Context.REVIEW, Context.TASK}),
        hint=17,
    ),
    Action(
        id="whole", title=N_("whole or changes"), keys=("w",), group=_FIND, contexts=frozenset({Context.WORK}), hint=3
    ),
    Action(id="source", title=N_("its source"), keys=("W",), group=_FIND, contexts=frozenset({Context.WORK}), hint=22),
    Action(id="sides", title=N_("side by side"), keys=("S",), group=_FIND, contexts=frozenset({Context.WORK}), hint=5),
    Action(
        id="editor",
        title=N_("in your editor"),
        keys=("ctrl+g",),
        group=_FIND,
        contexts=frozenset({Context.WORK}),
        hint=6,
    ),
    Action(id="fold", title=N_("fold tools, thinking"), keys=("t",), group=_FIND, contexts=_TRANSCRIPT, hint=24),
    Action(id="kinds", title=N_("only errors, only asks"), keys=("e",), group=_FIND, contexts=_TRANSCRIPT, hint=25),
    Action(id="tile", title=N_("four at once"), keys=("S",), group=_FIND, contexts=_TRANSCRIPT, hint=26),
    Action(id="sort", title=N_("in another order"), keys=("S",), group=_FIND, contexts=_BOARD, hint=29),
    Action(id="group", title=N_("in groups"), keys=("A",), group=_FIND, contexts=_BOARD, hint=30),
    Action(id="follow", title=N_("follow"), keys=("F",), group=_FIND, contexts=frozenset({Context.TEXT}), hint=2),
    Action(
        id="pager", title=N_("all in your pager"), keys=("P",), group=_FIND, contexts=frozenset({Context.TEXT}), hint=21
    ),
    Action(
        id="mark",
        title=N_("mark"),
        keys=("space",),
        group=_FIND,
        contexts=frozenset({Context.MARKS}),
        hint=27,
    ),
    Action(
        id="mark_alike",
        title=N_("mark what is alike"),
        keys=("V", "*"),
        group=_FIND,
        contexts=frozenset({Context.MARKS}),
    ),
    Action(id="back", title=N_("back"), keys=("escape",), group=_FIND),
    Action(id="find", title=N_("find"), keys=_SEARCH, group=_FIND, contexts=frozenset({Context.TEXT}), hint=80),
    Action(
        id="find_next",
        title=N_("next found"),
        keys=("n",),
        group=_FIND,
        contexts=frozenset({Context.FOUND}),
        hint=3,
    ),
    Action(
        id="find_previous",
        title=N_("previous found"),
        keys=("N",),
        group=_FIND,
        contexts=frozenset({Context.FOUND}),
        hint=4,
    ),
    Action(
        id="filter",
        title=N_("filter"),
        keys=_SEARCH,
        group=_FIND,
        contexts=frozenset({Context.LIST}),
        why_disabled=_no_filter,
        hint=80,
    ),
    Action(id="command", title=N_("command"), keys=(":", "：", "ctrl+p"), group=_FIND, hint=81),
    Action(id="menu", title=N_("menu"), keys=(".", "。"), group=_FIND, hint=82),
    Action(id="help", title=N_("keys"), keys=("?", "？"), group=_FIND, hint=17),
    *(
        Action(id=f"view_{view.name}", title=view.title, keys=(str(number),), group=_VIEW)
        for number, view in enumerate(VIEWS, start=1)
    ),
    Action(id="switch_project", title=N_("switch project"), keys=("s",), group=_VIEW),
    Action(id="grow", title=N_("this pane larger"), keys=("}", "｝"), group=_VIEW),
    Action(id="shrink", title=N_("this pane smaller"), keys=("{", "｛"), group=_VIEW),
    Action(id="alone", title=N_("this pane alone, or all"), keys=("f",), group=_VIEW),
    Action(id="panes_as_ever", title=N_("panes as they come"), group=_VIEW),
    Action(id="last_view", title=N_("last view"), keys=("-",), group=_VIEW),
    Action(id="refresh", title=N_("refresh"), keys=("r", "R", "ctrl+r"), group=_VIEW),
    Action(id="redraw", title=N_("redraw"), keys=("ctrl+l",), group=_VIEW),
    Action(id="first_steps", title=N_("first steps"), group=_VIEW),
    Action(id="theme", title=N_("next theme"), group=_VIEW),
    Action(id="quit", title=N_("quit"), keys=("q",), group=_VIEW),
)
