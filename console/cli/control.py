"""`moziplus pause`, `resume`, `drain`, `estop`: what the operator does to a whole home, or to one project."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from console.cli import words
from console.cli.notes import on_queue, with_notes
from console.cli.options import Here, command, pass_here
from console.errors import Unavailable

if TYPE_CHECKING:
    from console.engine.control import Control
    from console.engine.emergency import Stopped

__all__ = ("drain", "estop", "pause", "resume")

_project = click.option("--project", metavar="P", help="Only this project.")
_reason = click.option("--reason", metavar="TEXT", help="Shown wherever the pause is.")


def _control(here: Here) -> Control:
    from console.engine.control import Control

    return Control(here.home, by=here.actor, clock=here.clock, environ=here.environ)


@command("pause", prints="control.Paused")
@_project
@_reason
@pass_here
def pause(here: Here, project: str | None, reason: str | None) -> None:
    """Start no new sessions; agents at work go on. It outlives restarts."""
    from console.api.control import Paused

    _control(here).pause(project, reason and words.reason(reason))
    here.out.one(Paused(paused=True, project=project), f"paused {project or 'the home'}; `moziplus resume` goes on")


@command("resume", prints="control.Paused")
@_project
@pass_here
def resume(here: Here, project: str | None) -> None:
    """Take back a pause or an emergency stop; what keeps work from starting all the same is told."""
    from console.api.control import Paused

    _control(here).resume(project)
    with_notes(here, Paused(paused=False, project=project), f"{project or 'the home'} goes on", on_queue(here, project))


@command("drain", prints="control.Draining")
@pass_here
def drain(here: Here) -> None:
    """Let sessions end, then end the schedulers that are alive now."""
    from console.api.control import Draining

    asked = _control(here).drain()
    here.out.one(
        Draining(draining=asked),
        "draining: the scheduler ends when its sessions have" if asked else "nobody is in charge: nothing to drain",
    )


@command("estop", prints="control.Estopped")
@_project
@_reason
@pass_here
def estop(here: Here, project: str | None, reason: str | None) -> None:
    """Emergency stop: pause, and stop every agent for certain. It needs nothing but the locks of the agents' runners.

    A scheduler that hangs, a full disk, wrong settings, a lost database or project do not hold it up. Ends with 5 where
    something still lives, or where the stop could not be written so that new work may start; stderr says which.
    """
    from console.api.control import Estopped
    from console.cli.diagnostics import complain
    from console.engine.control import Control

    control = Control(here.home_to_stop, by=here.actor, clock=here.clock, environ=here.environ)
    found = control.estop(project, reason and words.reason(reason))
    record = Estopped(
        estopped=found.flagged,
        project=project,
        alive=found.alive,
        stopped=found.stopped,
        problems=found.problems,
        notes=found.notes,
    )
    here.out.one(record, _in_words(found, project or "the home"))
    for note in found.notes:
        complain(note)
    if found.problems:
        raise Unavailable("; ".join(found.problems))


def _in_words(found: Stopped, what: str) -> str:
    counted = f"{len(found.stopped)} agent(s) stopped" if found.stopped else "no agent was at work"
    if found.alive:
        return f"NOT everything of {what} is stopped: {counted}, {len(found.alive)} session(s) live"
    if not found.flagged:
        return f"nothing of {what} runs now ({counted}), but new work may start"
    return f"stopped {what} ({counted}); `moziplus resume` goes on"
