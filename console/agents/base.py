"""Owns what the engine may ask of the agents that run on this machine, whatever starts them.

A session has one folder; `SessionFolder` and `lay_out` are its files, `StartSpec` what its runner is told.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from console.agents.folder import SessionFolder
from console.agents.layout import introduce, lay_out
from console.agents.local import LocalAgents
from console.agents.spec import StartSpec
from console.records.ending import Ending, Life
from console.records.session import Session, StopReason

__all__ = ("Agents", "LocalAgents", "SessionFolder", "StartSpec", "introduce", "lay_out")


class Agents(Protocol):
    """Starting, watching and ending the agents of a backend."""

    async def start(self, spec: StartSpec) -> None:
        """Start the session whose folder is laid out. Raises MoziError where it cannot be started at all."""
        ...

    def adopt(self, sessions: Iterable[Session]) -> None:
        """Watch live sessions that were started elsewhere."""
        ...

    def life(self, session: Session) -> Life:
        """What proof there is of its life. Cheap: called for every session in every tick."""
        ...

    def ending(self, session: Session) -> Ending | None:
        """What its runner left at its end; None while it may still be alive."""
        ...

    async def stop(self, session: Session, reason: StopReason) -> bool:
        """End it for certain, after the stop was recorded; True when its death is confirmed."""
        ...

    async def sweep(self, session: Session) -> bool:
        """Kill what a dead session left behind; True when nothing is left."""
        ...

    def close(self) -> None:
        """Stop watching; all that runs goes on. Safe to call twice."""
        ...
