"""Owns the operator's actions on what is to wait: let it sleep, and wake it. What sleeps is kept by `commands.snoozes`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.actions.action import Act, Action, Context, Done, Target
from console.days import shown_today
from console.i18n import N_, _, ngettext
from console.records.snooze import Span

if TYPE_CHECKING:
    from console.blackboard.connection import Database
    from console.home import Home

__all__ = ("ACTIONS",)


def _no_sleep(target: Target) -> str | None:
    if target.need is None:
        return _("Nothing here needs you.")
    return _("What is urgent does not sleep: settle it, or acknowledge its alert.") if target.need.urgent else None


def _snooze(db: Database, act: Act) -> Done:
    from console.commands.snoozes import snooze

    assert act.target.need is not None
    done = snooze(_home(db), act.target.need, Span(act.text), act.now)
    if act.text == Span.ALIKE:
        says = _("This and all that is like it sleeps until you wake it.")
    elif done.until is None:
        says = _("It sleeps until it changes.")
    else:
        says = _("It sleeps until {when}.").format(when=shown_today(done.until, act.now))
    return Done(says=says, before=done.key)


def _awake(db: Database, act: Act, done: Done) -> str:
    from console.commands.snoozes import wake

    n = wake(_home(db), str(done.before), act.now)
    return ngettext("{n} is awake again.", "{n} are awake again.", n).format(n=n)


def _wake(db: Database, act: Act) -> Done:
    """One by its key, all where there is none."""
    from console.commands.snoozes import wake

    n = wake(_home(db), act.text or None, act.now)
    return Done(says=ngettext("{n} is awake again.", "{n} are awake again.", n).format(n=n))


def _home(db: Database) -> Home:
    from console.home import Home

    return Home(db.path.parents[1])


ACTIONS = (
    Action(
        id="snooze",
        title=N_("later"),
        keys=("m",),
        group=N_("Needs you"),
        contexts=frozenset({Context.NEED}),
        danger=True,
        asks=N_("Until when is it to sleep?"),
        bulk=True,
        on_home=True,
        why_disabled=_no_sleep,
        perform=_snooze,
        back=_awake,
        hint=22,
    ),
    Action(
        id="wake",
        title=N_("see what sleeps, wake it"),
        group=N_("Needs you"),
        danger=True,
        asks=N_("What is to wake?"),
        on_home=True,
        perform=_wake,
        final=N_("It is in sight again: m puts it off once more."),
    ),
)
