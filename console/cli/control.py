"""`moziplus pause`, `resume`, `drain`, `estop`: what the operator does to a whole home, or to one project."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from console.cli.options import Here, command, pass_here
from console.errors import Unavailable

if TYPE_CHECKING:
    from console.engine.control import Control

__all__ = ("drain", "estop", "pause", "resume")

_project = click.option("--project", metavar="P", help="Only this project.")
_reason = click.option("--reason", metavar="TEXT", help="Shown wherever the pause is.")


def _control(here: Here) -> Control:
    from console.engine.control import Control

    return Control(here.home, by=here.actor, clock=here.clock, environ=here.environ)


@command("pause")
@_project
@_reason
@pass_here
def pause(here: Here, project: str | None, reason: str | None) -> None:
    """Start no new sessions; agents at work go on. It outlives restarts. JSON: paused, project."""
    _control(here).pause(project, reason)
    here.out.one({"paused": True, "project": project}, f"paused {project or 'the home'}; `moziplus resume` goes on")


@command("resume")
@_project
@pass_here
def resume(here: Here, project: str | None) -> None:
    """Take back a pause or an emergency stop. JSON: paused, project."""
    _control(here).resume(project)
    here.out.one({"paused": False, "project": project}, f"{project or 'the home'} goes on")


@command("drain")
@pass_here
def drain(here: Here) -> None:
    """Let sessions end, then end the schedulers that are alive now. JSON: draining."""
    asked = _control(here).drain()
    here.out.one(
        {"draining": asked},
        "draining: the scheduler ends when its sessions have" if asked else "nobody is in charge: nothing to drain",
    )


@command("estop")
@_project
@_reason
@pass_here
def estop(here: Here, project: str | None, reason: str | None) -> None:
    """Emergency stop: pause, and stop every agent for certain. Ends with 5 where something still lives after 30 s.

    With nobody in charge it does so itself. JSON: estopped, project, alive (sessions that still live).
    """
    left = _control(here).estop(project, reason)
    record = {"estopped": True, "project": project, "alive": [session.id for _, session in left]}
    here.out.one(record, f"stopped {project or 'the home'}; `moziplus resume` goes on")
    if left:
        raise Unavailable(f"{len(left)} session(s) are not confirmed dead yet; see `moziplus session list`")
