"""`moziplus needs`: what needs the operator, one line each, with the command that answers it. It answers nothing itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from console.cli.in_words import in_words
from console.cli.nouns import every_board, project_option
from console.cli.options import Here, command, pass_here
from console.cli.output import Column
from console.days import shown
from console.errors import UsageError
from console.records.need import NeedKind
from console.records.snooze import Span
from console.text import one_line

if TYPE_CHECKING:
    from console.api.need import Need as Shown
    from console.records.need import Need

__all__ = ("needs",)


def _why(need: Shown) -> str:
    """An alert's sentence says it already, and its cause is a word for programs."""
    return "" if need.kind == NeedKind.ALERT else need.reason


_COLUMNS = (
    Column("KIND", "kind", words=True),
    Column(
        "WHAT",
        lambda r: f"{r.project}#{r.task}" if r.project and r.task else r.project or in_words("home"),
    ),
    Column("SINCE", "since"),
    Column("TITLE", "title", most=60, gives=True),
    Column("WHY", _why, most=120, gives=True, words=True),
    Column("ANSWER", "answer"),
)


_PAUSE = 1.0
"""Seconds between two looks at what needs the operator, where that is followed."""


@command("needs", prints="need.Need", each=True)
@project_option
@click.option("--follow", "-f", is_flag=True, help="Go on: a plain line for what comes up, and for what is settled.")
@click.option("--all", "every", is_flag=True, help="What was put off, too.")
@click.option("--wake", is_flag=True, help="First wake whatever was put off.")
@click.option(
    "--snooze", "what", multiple=True, metavar="WHAT", help="First put off what is of this, as the table names it."
)
@click.option(
    "--until",
    type=click.Choice([str(span) for span in Span]),
    default=str(Span.HOUR),
    show_default=True,
    help="With --snooze.",
)
@pass_here
def needs(
    here: Here, project: str | None, follow: bool, every: bool, wake: bool, what: tuple[str, ...], until: str
) -> None:
    """List what needs you: urgent alerts, questions, reviews, other alerts, failed, held and blocking tasks, each by age.

    Each has its alert in `moziplus alert list`; the console shows the same under NEEDS YOU, in the same order. With
    --follow each line is a whole sentence, for a pipe or for who hears the screen. What was put off in a console (`m`) is
    left out, and counted.
    """
    from console.api.need import Need as Shown
    from console.commands import snoozes

    if wake:
        snoozes.wake(here.home, None, here.now())
    if what:
        _put_off(here, project, what, Span(until))
    found, asleep = _seen(here, project, every)
    here.out.many([Shown.of(need) for need in found], _COLUMNS, empty="nothing needs you")
    if asleep:
        here.out.say(f"{len(asleep)} snoozed: `moziplus needs --all` shows, `--wake` wakes what was put off")
    known = {_key(need): Shown.of(need) for need in found}
    while follow:
        here.out.pause(_PAUSE)
        found, asleep = _seen(here, project, every)
        now, put_off = {_key(need): Shown.of(need) for need in found}, set(map(_key, asleep))
        for key, need in now.items():
            if key not in known:
                here.out.line(need, _told(here, in_words("needs you"), need))
        for key, need in known.items():
            if key not in now:
                here.out.say(_told(here, in_words("put off" if key in put_off else "settled"), need))
        known = now


def _key(need: Need) -> tuple[object, ...]:
    return need.kind, need.project, need.task_id, need.ask_id, need.review_id, need.alert_id


def _told(here: Here, what: str, need: Shown) -> str:
    """One thing as a sentence."""
    about = f"{need.project}#{need.task}" if need.project and need.task else need.project or in_words("home")
    parts = (in_words(need.kind), about, need.title, in_words(_why(need)), need.answer and f"→ {need.answer}")
    said = "  ".join(one_line(part, 200) for part in parts if part)
    return f"{shown(here.now())[-5:]}  {what}: {said}"


def _put_off(here: Here, project: str | None, what: tuple[str, ...], span: Span) -> None:
    """Whatever of it needs somebody. Raises UsageError for what nothing is of, and for what is urgent."""
    from console.commands.snoozes import snooze

    waiting = _waiting(here, project)
    for name in what:
        found = [need for need in waiting if _about(need) == name]
        if not found:
            raise UsageError(f"nothing of {name[:60]!r} needs you; `moziplus needs` lists what does")
        for need in found:
            snooze(here.home, need, span, here.now())


def _about(need: Need) -> str:
    return f"{need.project}#{need.task_id}" if need.project and need.task_id else need.project or in_words("home")


def _seen(here: Here, project: str | None, every: bool) -> tuple[list[Need], list[Need]]:
    """What is to be seen now, and what was put off."""
    from console.showing.needs import awake

    found = _waiting(here, project)
    return (found, []) if every else awake(here.home, found, here.now())


def _waiting(here: Here, project: str | None) -> list[Need]:
    from console.showing.needs import needs_everywhere

    of = None if project is None else lambda read: every_board(here, project, read)
    return needs_everywhere(here.home, here.now(), here.left_out, here.environ, of)
