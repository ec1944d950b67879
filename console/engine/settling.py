"""Owns one life of a scheduler that only ends sessions: for commands that act while nobody is in charge.

It starts nothing, and lets go of no lock that it was given.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import closing

from console.backends import traits_of
from console.blackboard.connection import open_project
from console.blackboard.reads.sessions import present_sessions
from console.clock import Clock
from console.engine.in_charge import InCharge
from console.engine.life import SchedulerLife
from console.engine.wakes import Wakes
from console.errors import MoziError
from console.home import Home
from console.registry import folders
from console.scheduler.actions import Action, EndSession, StopSession

__all__ = ("settle",)

_PAUSE = 0.2


async def settle(
    home: Home,
    held: InCharge,
    project: str | None,
    clock: Clock,
    environ: Mapping[str, str],
    *,
    sessions: Collection[str] | None = None,
    patience: float,
) -> None:
    """End what is to end of `sessions`, of `project` or of the home, for at most `patience` seconds.

    Raises what the beginning of a life raises: ConfigError, MoziError where the home's database cannot be used, OSError.
    """

    def ends(action: Action) -> bool:
        ours = isinstance(action, StopSession | EndSession) and project in (None, action.project)
        return ours and (sessions is None or getattr(action, "session", None) in sessions)

    wakes = Wakes()
    life = await SchedulerLife.begin(home, held, wakes, clock, environ, only=ends)
    try:
        until = clock.monotonic() + patience
        while True:
            await life.tick(frozenset({held.holder.mode}))
            if not _present(home, project, sessions) or clock.monotonic() > until:
                break
            await wakes.wait(_PAUSE)
    finally:
        await life.end()


def _present(home: Home, project: str | None, sessions: Collection[str] | None) -> bool:
    """Whether a session is left; a project that cannot be read is left out."""
    for name, folder in folders(home).items():
        if project not in (None, name):
            continue
        try:
            with closing(open_project(folder, read_only=True)) as db:
                present = [s for s in present_sessions(db) if not traits_of(s.backend).claims]
        except MoziError:
            continue
        if any(sessions is None or one.id in sessions for one in present):
            return True
    return False
