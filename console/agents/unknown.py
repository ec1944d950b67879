"""Owns the sessions that cannot be asked about: a newer moziplus started them, or the link to them is not there.

What a lock on this machine proves is believed and acted on; of the rest nobody can say anything, so nothing is done to it.
"""

from __future__ import annotations

from collections.abc import Iterable

from console.agents.base import Agents, Around
from console.agents.spec import StartSpec
from console.errors import Unavailable
from console.records.ending import Ending, Life
from console.records.session import Session, StopReason

__all__ = ("UnknownAgents", "made")

_PROVEN = (Life.ALIVE, Life.DEAD)


class UnknownAgents:
    """Asks `local` for the proof of a lock."""

    def __init__(self, local: Agents) -> None:
        self._local = local

    async def start(self, spec: StartSpec) -> None:
        """They cannot be started here."""
        raise Unavailable(f"no agent of the backend {spec.backend} can be started here")

    def adopt(self, sessions: Iterable[Session]) -> None:
        """Watch those that hold a lock here."""
        self._local.adopt(each for each in sessions if self.life(each) is Life.ALIVE)

    def life(self, session: Session) -> Life:
        """As its lock proves."""
        found = self._local.life(session)
        return found if found in _PROVEN else Life.UNKNOWN

    def ending(self, session: Session) -> Ending | None:
        """What its runner left."""
        return self._local.ending(session) if self.life(session) is Life.DEAD else None

    async def stop(self, session: Session, reason: StopReason) -> bool:
        """End it by its lock."""
        return self.life(session) in _PROVEN and await self._local.stop(session, reason)

    async def sweep(self, session: Session) -> bool:
        """Kill what it left, where it is known to be dead."""
        return self.life(session) is Life.DEAD and await self._local.sweep(session)

    def close(self) -> None:
        """Nothing was opened."""


def made(local: Agents, around: Around | None) -> UnknownAgents:
    """For `console.agents.everybody`."""
    return UnknownAgents(local)
