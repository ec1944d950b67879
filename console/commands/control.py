"""Owns what can be asked of a whole project or home: pause it, let it go on, have the scheduler look now, or end.

Stopping what is at work is not here: an e-stop asks locks and processes, and needs no blackboard.
"""

from __future__ import annotations

from dataclasses import dataclass

from console.blackboard.writes import home as home_writes
from console.blackboard.writes import project as project_writes
from console.commands.context import Context
from console.commands.text import Reason
from console.records.request import RequestKind

__all__ = ("Pause", "drain", "pause_home", "pause_project", "resume_home", "resume_project", "try_again", "wake")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """Nothing new is started; what works goes on."""

    reason: Reason = Reason()


def pause_project(context: Context, asked: Pause) -> None:
    """Pause the project of the context; twice is fine, the first reason stands."""
    project_writes.pause_project(context.db, reason=asked.reason or None, by=context.by, now=context.now)


def resume_project(context: Context) -> None:
    """Let the project go on; twice is fine."""
    project_writes.resume_project(context.db, by=context.by, now=context.now)


def pause_home(context: Context, asked: Pause) -> None:
    """Pause the home, whose database the context has; twice is fine, the first reason stands."""
    home_writes.set_flag(context.db, "pause", reason=asked.reason or None, by=context.by, now=context.now)


def resume_home(context: Context, *, estop: bool) -> bool:
    """Let the home go on, with `estop` also after an emergency stop; False where it was not paused.

    Whoever is in charge looks at once.
    """
    flags = ("pause", "estop") if estop else ("pause",)
    lowered = [flag for flag in flags if home_writes.clear_flag(context.db, flag)]
    wake(context)
    return bool(lowered)


def drain(context: Context) -> None:
    """Have the schedulers that are alive end when their sessions have."""
    home_writes.ask(context.db, RequestKind.DRAIN, {}, by=context.by, now=context.now)


def try_again(context: Context, agent: str) -> bool:
    """An agent that was away may be asked again; False where it was not away. The context has the home's database."""
    from console.blackboard.writes.away import back

    return back(context.db, agent)


def wake(context: Context) -> None:
    """Have whoever is in charge look now."""
    home_writes.ask(context.db, RequestKind.WAKE, {}, by=context.by, now=context.now)
