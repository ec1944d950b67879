"""Owns pause, resume, drain and e-stop as commands give them: rows that outlive every restart, and what follows at once.

With nobody in charge, an e-stop takes the lock itself, stops the agents for certain, and lets go.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Mapping
from contextlib import closing
from typing import Any

from console.blackboard.connection import open_home, open_project
from console.blackboard.reads.sessions import present_sessions
from console.blackboard.writes import home as home_writes
from console.blackboard.writes.project import pause_project, resume_project
from console.blackboard.writes.sessions import request_stop
from console.clock import Clock
from console.engine.in_charge import InCharge, holder, take
from console.engine.life import SchedulerLife
from console.engine.wakes import Wakes
from console.errors import MoziError, NotFound
from console.home import Home
from console.records.actor import Actor
from console.records.request import RequestKind
from console.records.session import Session, StopReason
from console.registry import folders
from console.scheduler.actions import Action, EndSession, StopSession

__all__ = ("Control", "stop_what_runs")

PATIENCE = 30.0
"""Seconds in which an e-stop must have confirmed every death."""


class Control:
    """What the operator may do to a whole home, or to one project of it."""

    def __init__(self, home: Home, *, by: Actor, clock: Clock, environ: Mapping[str, str] = os.environ) -> None:
        self._home = home
        self._by = by
        self._clock = clock
        self._environ = environ

    def pause(self, project: str | None = None, reason: str | None = None) -> None:
        """Start nothing new; what works goes on."""
        if project is not None:
            with closing(open_project(self._folder(project))) as db:
                pause_project(db, reason=reason, by=self._by, now=self._clock.now())
            return
        with closing(open_home(self._home.state_db)) as db:
            home_writes.set_flag(db, "pause", reason=reason, by=self._by, now=self._clock.now())

    def resume(self, project: str | None = None) -> None:
        """Take back a pause or an e-stop."""
        if project is not None:
            with closing(open_project(self._folder(project))) as db:
                resume_project(db, by=self._by, now=self._clock.now())
            return
        with closing(open_home(self._home.state_db)) as db:
            for flag in ("pause", "estop"):
                home_writes.clear_flag(db, flag)

    def drain(self) -> bool:
        """Ask the schedulers that are alive to end when their sessions have; False where none is."""
        if holder(self._home) is None:
            return False
        with closing(open_home(self._home.state_db)) as db:
            home_writes.ask(db, RequestKind.DRAIN, {}, by=self._by, now=self._clock.now())
        return True

    def estop(self, project: str | None = None, reason: str | None = None) -> list[tuple[str, Session]]:
        """Pause, and stop every agent for certain. Gives the (project, session) that still live: none, if all went well."""
        if project is not None:
            self.pause(project, reason or "e-stop")
            with closing(open_project(self._folder(project))) as db:
                for session in present_sessions(db):
                    request_stop(db, session.id, StopReason.OPERATOR, by=self._by, now=self._clock.now())
        else:
            with closing(open_home(self._home.state_db)) as db:
                home_writes.set_flag(db, "estop", reason=reason, by=self._by, now=self._clock.now())
        held = take(self._home, mode="estop", clock=self._clock)
        if held is not None:
            asyncio.run(stop_what_runs(self._home, held, project, self._clock, self._environ))
        until = time.monotonic() + PATIENCE
        while (left := self._left(project)) and time.monotonic() < until:
            time.sleep(0.1)
        return left

    def _left(self, project: str | None) -> list[tuple[str, Session]]:
        return [(name, session) for name, session in running(self._home, project)]

    def _folder(self, project: str) -> Any:
        folder = folders(self._home).get(project)
        if folder is None:
            raise NotFound(f"there is no project {ascii(project[:60])}; `moziplus project list` shows them")
        return folder


def running(home: Home, project: str | None = None) -> list[tuple[str, Session]]:
    """(project, session) of everything of ours that may still run; a project that cannot be read is left out."""
    found = []
    for name, folder in folders(home).items():
        if project not in (None, name):
            continue
        try:
            with closing(open_project(folder, read_only=True)) as db:
                found += [(name, s) for s in present_sessions(db) if s.backend != "external"]
        except MoziError:
            continue
    return found


async def stop_what_runs(
    home: Home, held: InCharge, project: str | None, clock: Clock, environ: Mapping[str, str]
) -> None:
    """One life of a scheduler that only ends sessions: those of `project`, else all. Lets go of `held`."""

    def ends(action: Action) -> bool:
        return isinstance(action, StopSession | EndSession) and project in (None, action.project)

    try:
        wakes = Wakes()
        life = await SchedulerLife.begin(home, held, wakes, clock, environ, only=ends)
        try:
            until = clock.monotonic() + PATIENCE
            while True:
                await life.tick(frozenset({"estop"}))
                if not running(home, project) or clock.monotonic() > until:
                    break
                await wakes.wait(0.2)
        finally:
            await life.end()
    finally:
        held.release()
