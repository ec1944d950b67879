"""Owns what the engine may ask of the agents of a backend, whatever starts them.

A session has one folder; `SessionFolder` and `lay_out` are its files, `StartSpec` what its runner is told.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from console.agents.folder import SessionFolder
from console.agents.layout import introduce, lay_out
from console.agents.local import LocalAgents
from console.agents.spec import StartSpec
from console.records.ending import Ending, Life
from console.records.link import Link
from console.records.session import Session, StopReason

if TYPE_CHECKING:
    from console.clock import Clock
    from console.settings import Settings

__all__ = ("Agents", "Around", "LinkedAgents", "LocalAgents", "SessionFolder", "StartSpec", "introduce", "lay_out")


@dataclass(frozen=True, slots=True)
class Around:
    """What the agents of a backend find around them in a life of the scheduler."""

    settings: Callable[[], Settings]
    """Those in force now."""
    environ: Mapping[str, str]
    clock: Clock
    on_exit: Callable[[str], None]
    """Called with a session's id when it is over."""
    on_change: Callable[[str], None]
    """Called with a link's name when it stands otherwise."""
    somebody: Callable[[], bool] = lambda: False
    """Whether a person, or a rule, is there to answer what is asked."""
    home: Path | None = None
    """Of whoever is in charge of it; None for a command that only looks or stops."""


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

    def close(self) -> Awaitable[None] | None:
        """Stop watching; all that runs goes on. Safe to call twice."""
        ...


class LinkedAgents(Agents, Protocol):
    """Agents at the other end of a link, who can be told something while they work."""

    @property
    def link(self) -> Link:
        """How their link stands now."""
        ...

    @property
    def pending(self) -> bool:
        """Whether by itself in a moment the link will be up, take a start again, or tell what a run used that has ended."""
        ...

    def begin(self) -> None:
        """Connect, and go on connecting. Safe to call twice."""
        ...

    def reconfigure(self, settings: Settings) -> None:
        """Other settings are in force."""
        ...

    async def nudge(self, session: Session) -> None:
        """Ask a silent agent for a word."""
        ...

    async def send(self, session: Session, text: str) -> None:
        """Say something to a running agent."""
        ...
