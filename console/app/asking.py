"""Owns what is asked of the operator around an action: confirmation, text, which action, which rows. It performs nothing."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from console.actions.action import Action, Context, Target, what
from console.actions.moves import MOVE
from console.actions.registry import actions, offered
from console.app.asking_own import ask_own
from console.app.composing import compose
from console.app.kept import keep
from console.app.keymap import keys_of
from console.app.picking import judges, team
from console.app.screens.dialogs import Ask, Choice, Confirm, Pick, Told
from console.app.screens.draft import Draft
from console.commands.leave import ALWAYS, Scope, proposed
from console.commands.leave import shown as shown_rule
from console.days import shown
from console.errors import UsageError
from console.i18n import _
from console.records.ask import Ask as Question
from console.records.ask import AskKind, Leave, Risk
from console.sentences import spoken
from console.text import one_line
from widgets.board import BoardColumns
from widgets.line_list import LineList
from widgets.text_pane import TextPane

if TYPE_CHECKING:
    from console.app.app import Console
    from console.app.screens.base import ConsoleScreen

__all__ = ("action_menu", "ask", "ask_filter", "ask_find", "ask_project", "command_line", "help_keys", "refuse")


def ask(app: Console, action: Action, target: Target) -> None:
    """Confirm and get the text that an action needs, then perform it; what is marked is asked about at once."""
    if ask_own(app, action, target):
        return None
    if not _asks(app, action, target):
        return app.perform(action, target)

    def confirmed(yes: Any) -> None:
        if not yes:
            return
        if action.asks or action.composes:
            write()
        else:
            app.perform(action, target)

    def write() -> None:
        label = _(action.asks) + "  " + (target.project if action.of_project else what(target))
        if action.picks_agent or action.picks_judge:
            choices = judges(app, target) if action.picks_judge else team(app, target.project)
            app.push_screen(Pick(app.look, label, choices, searched=True), written)
            return
        if action.picks_option and target.ask is not None and target.ask.options:
            app.push_screen(
                Pick(app.look, _question(app, target), _options(target.ask)), partial(_picked, app, target.ask, written)
            )
            return
        if action.picks_option and target.ask is not None:
            label = _question(app, target)
        if action.composes and target.review is not None:
            compose(app, action, target, written)
            return
        kept = app.kept.of(action, target)
        box = (Draft if action.drafts else Ask)(app.look, label, required=action.text_required, text=kept, long=True)
        box.given_up = lambda text: keep(app, action, target, text)
        app.push_screen(box, written)

    def written(text: Any) -> None:
        if text is not None:
            app.perform(action, target, text)

    if action.question and action.question_where(target):
        question = _(action.question).format(what=what(target))
        app.push_screen(Confirm(app.look, question, _(action.title)), confirmed)
    else:
        write()


def _asks(app: Console, action: Action, target: Target) -> bool:
    if action.composes and target.review is not None and app.noted.of(target.project, target.review.id):
        return True
    return bool(action.asks or (action.question and action.question_where(target)))


def _picked(app: Console, ask: Question, written: Callable[[Any], None], option: Any) -> None:
    """An option as it is, or with words: `None` before them where they are the whole answer. A rule is shown first."""
    if isinstance(option, Scope):
        rule, answer = shown_rule(proposed(ask)), f"{ALWAYS}\n{option}"
        box = Confirm(app.look, f"{_WRITES[option]()}\n{rule}", _("write it"))
        app.push_screen(box, lambda yes: written(answer if yes else None))
        return
    if not isinstance(option, tuple):
        return written(option)
    begin = "" if option[0] is None else f"{option[0]}\n"
    app.push_screen(
        Ask(app.look, _("In your words"), required=True, long=True),
        lambda text: written(None if text is None else begin + text),
    )
    return None


def ask_filter(app: Console, pane: LineList | BoardColumns) -> None:
    """Ask which rows are to be shown."""
    box = Ask(app.look, _("Show rows with these words; empty shows all"), required=False, text=pane.filtered)
    app.push_screen(box, lambda text: _narrow(pane, text))


def ask_find(app: Console, screen: ConsoleScreen, pane: TextPane) -> None:
    """Ask what is to be found in a text, and go to the first place from here on."""

    def written(words: Any) -> None:
        if words is None:
            return
        if not pane.find(words) and words:
            app.notify(_("These words are nowhere in it."), markup=False, timeout=3)
        screen.hint()

    box = Ask(app.look, _("Find; then n and N go on, esc ends it"), required=False, text=pane.found.words)
    app.push_screen(box, written)


def refuse(app: Console, why_not: str) -> None:
    """Say why there is no box to write in: in one that takes what is typed all the same, for it was no keys."""
    app.push_screen(Told(app.look, why_not))


def ask_project(app: Console) -> None:
    """Ask whose board is to be shown, and show it: here where this view has one, else in the view of boards."""
    choices = [
        Choice(value=row.id, title=f"{one_line(row.name, 40)}  {row.id}" if row.name != row.id else row.id)
        for row in app.world.projects
    ]
    if not choices:
        refuse(app, _("There is no project yet."))
        return

    def chosen(project: Any) -> None:
        if project is not None:
            app.select(project)
            if not app.screen.query(BoardColumns):
                app.go(2)

    app.push_screen(Pick(app.look, _("Project"), choices, searched=True, prompt=_("part of its name")), chosen)


def command_line(app: Console, target: Target) -> None:
    """Every action by its name, whatever has the focus, and what else a line can say."""
    from console.app.command_line import CommandLine
    from console.app.command_words import run

    every = actions(read_only=app.read_only)
    choices = [_choice(action, target) for action in every if action.group != MOVE]

    def taken(found: Any) -> None:
        if isinstance(found, str):
            run(app, target, found)
        elif found is not None:
            app.history.remember(found.id)
            app.begin(found, target)

    app.push_screen(CommandLine(app, target, choices), taken)


def action_menu(app: Console, target: Target) -> None:
    """What can be done with what is under the cursor."""
    found = [action for action in offered(target, read_only=app.read_only) if _of_target(action, target)]
    if not found:
        app.notify(_("There is nothing to do here."), markup=False, timeout=2)
        return
    choices = [_choice(action, target) for action in sorted(found, key=lambda action: action.hint)]
    app.push_screen(
        Pick(app.look, what(target) or _("Here"), choices),
        lambda action: app.begin(action, target) if action is not None else None,
    )


def help_keys(app: Console, target: Target) -> None:
    """Every key, those of what is under the cursor first, and of these what can be done now; what is picked is done."""
    every, now = actions(read_only=app.read_only), offered(target, read_only=app.read_only)

    def place(action: Action) -> tuple[bool, bool, bool, int]:
        return not _of_target(action, target), action not in now, not action.keys, action.hint

    listed = sorted(every, key=place)
    choices = [_choice(action, target) for action in listed]
    app.push_screen(
        Pick(app.look, _("Keys"), choices, searched=True, prompt=_("type to search, enter does it")),
        lambda action: app.begin(action, target) if action is not None else None,
    )


def _question(app: Console, target: Target) -> str:
    """What is asked, by whom, what it is about, and why who was asked before has no answer."""
    assert (ask := target.ask) is not None
    lines = [f"{ask.asker}: {ask.body}"]
    needs = (row.need for row in app.world.needs if row.need.project == target.project)
    lines += [spoken(need.passed) for need in needs if need.ask_id == ask.id and need.passed]
    lines += [f"{name}: {one_line(str(value), 300)}" for name, value in ask.about.items()]
    if ask.risk is not None:
        lines.append(_("risk: {level}").format(level=_RISK[ask.risk]()))
    if ask.expires_at is not None:
        at = shown(ask.expires_at)
        lines.append(_("expires at {at}, then: {default}").format(at=at, default=ask.fallback or "-"))
    return "\n".join(lines)


_RISK = {Risk.LOW: lambda: _("low"), Risk.MEDIUM: lambda: _("medium"), Risk.HIGH: lambda: _("high")}


def _options(ask: Question) -> list[Choice]:
    """Each option; a refusal once more, with a reason; for anything but an approval words of one's own.

    What means always makes a rule of ours, where one can be made.
    """
    ours = [] if ask.kind != AskKind.APPROVAL else _always(ask)
    own = (option for option in ask.options if option.leave != Leave.ALWAYS)
    found = [Choice(value=option.id, title=one_line(option.label, 100)) for option in own]
    for option in ask.options:
        if option.leave == Leave.REJECT:
            title = _("{option}, and say why").format(option=one_line(option.label, 60))
            found.append(Choice(value=(option.id,), title=title))
    found += ours
    if ask.kind != AskKind.APPROVAL:
        found.append(Choice(value=(None,), title=_("in my own words")))
    return found


def _always(ask: Question) -> list[Choice]:
    try:
        proposed(ask)
    except UsageError:
        return []
    return [
        Choice(value=Scope.TASK, title=_("always for this task")),
        Choice(value=Scope.PROJECT, title=_("always for this project")),
    ]


_WRITES = {
    Scope.TASK: lambda: _("This rule would hold for the task:"),
    Scope.PROJECT: lambda: _("This rule would be written into the project's settings:"),
}


def _narrow(pane: LineList | BoardColumns, text: Any) -> None:
    if text is not None:
        pane.filter(text)


def _of_target(action: Action, target: Target) -> bool:
    own = action.contexts - {Context.ANY, Context.LIST, Context.TEXT}
    return bool(own & target.contexts)


def _choice(action: Action, target: Target) -> Choice:
    why_not = ""
    if action.perform is not None:
        why_not = (action.why_disabled(target) if action.offered(target) else _("not here")) or ""
    return Choice(
        value=action,
        title=_(action.title),
        keys=keys_of(action),
        group=_(action.group),
        why_not=why_not,
        words=f"{action.id} {action.id.replace('_', ' ')} {action.title}",
    )
