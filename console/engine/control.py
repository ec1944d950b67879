"""Owns pause, resume, drain and e-stop as commands give them: rows that outlive every restart.

What an e-stop does beyond its row is not decided here.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from typing import Any

from console.blackboard.connection import open_home, open_project
from console.clock import Clock
from console.commands import control
from console.commands.context import Context
from console.commands.text import Reason
from console.engine.emergency import Stopped, stop_everything
from console.engine.in_charge import holder
from console.errors import NotFound
from console.home import Home
from console.records.actor import Actor
from console.registry import folders

__all__ = ("Control",)


class Control:
    """What the operator may do to a whole home, or to one project of it."""

    def __init__(self, home: Home, *, by: Actor, clock: Clock, environ: Mapping[str, str] = os.environ) -> None:
        self._home = home
        self._by = by
        self._clock = clock
        self._environ = environ

    def pause(self, project: str | None = None, reason: str | None = None) -> None:
        """Start nothing new; what works goes on."""
        asked = control.Pause(reason=Reason(reason or ""))
        with self._asking(project) as context:
            control.pause_home(context, asked) if project is None else control.pause_project(context, asked)

    def resume(self, project: str | None = None) -> None:
        """Take back a pause or an e-stop."""
        with self._asking(project) as context:
            control.resume_home(context, estop=True) if project is None else control.resume_project(context)

    def drain(self) -> bool:
        """Ask the schedulers that are alive to end when their sessions have; False where none is."""
        if holder(self._home) is None:
            return False
        with self._asking(None) as context:
            control.drain(context)
        return True

    def estop(self, project: str | None = None, reason: str | None = None) -> Stopped:
        """Pause, and stop every agent for certain, whatever can be read or written now."""
        return stop_everything(self._home, project, reason, by=self._by, clock=self._clock, environ=self._environ)

    @contextmanager
    def _asking(self, project: str | None) -> Iterator[Context]:
        db = open_home(self._home.state_db) if project is None else open_project(self._folder(project))
        with closing(db):
            yield Context(db, self._by, self._clock.now())

    def _folder(self, project: str) -> Any:
        folder = folders(self._home).get(project)
        if folder is None:
            raise NotFound(f"there is no project {project[:60]!r}; `moziplus project list` shows them")
        return folder
