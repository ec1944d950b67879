"""Owns the agents of every backend as one: each session goes to whoever runs it. It starts and judges nothing itself.

What runs a backend is made when the first agent or session needs it, so that a home without one loads nothing of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, cast

from console.agents.base import Agents, Around, LinkedAgents
from console.agents.preparing import Preparing
from console.agents.spec import StartSpec
from console.agents.unknown import UnknownAgents
from console.backends import traits_of
from console.backends.traits import named
from console.records.ending import Ending, Life
from console.records.link import Link
from console.records.session import Session, StopReason

if TYPE_CHECKING:
    from console.settings import Settings

__all__ = ("AllAgents",)


class AllAgents:
    """The agents of all backends, for one life of the scheduler."""

    def __init__(self, local: Agents, around: Around | None = None) -> None:
        """`local` runs those of this machine; without `around` no link is made, and of what needs one nothing is known."""
        self.preparing = Preparing()
        """The sessions that have no process yet, because their place is being made."""
        self._around = around
        self._parts: dict[str, Agents] = {"": local}
        """Who runs them, by what their traits name."""
        self._unlinked = UnknownAgents(local)
        self._linked: dict[str, LinkedAgents] = {}

    def links(self) -> dict[str, Link]:
        """How each link stands that somebody needs."""
        return {name: part.link for name, part in self._linked.items()}

    @property
    def pending(self) -> bool:
        """Whether something of a link changes by itself in a moment; as the link's own."""
        return any(part.pending for part in self._linked.values())

    def need(self, backends: Iterable[str]) -> None:
        """Somebody is of these: make the links that they need. Safe to call again and again."""
        for name in backends:
            self._part(name)

    def reconfigure(self, settings: Settings) -> None:
        """Let every link know of other settings."""
        for part in self._linked.values():
            part.reconfigure(settings)

    async def start(self, spec: StartSpec) -> None:
        """As the backend's own."""
        await self._part(spec.backend).start(spec)

    def adopt(self, sessions: Iterable[Session]) -> None:
        """Watch live sessions that were started elsewhere."""
        found: dict[str, list[Session]] = {}
        for session in sessions:
            found.setdefault(session.backend, []).append(session)
        for backend, theirs in found.items():
            self._part(backend).adopt(theirs)

    def life(self, session: Session) -> Life:
        """What proof there is of its life."""
        if session.id in self.preparing:
            return Life.UNKNOWN
        return self._part(session.backend).life(session)

    def ending(self, session: Session) -> Ending | None:
        """How it ended."""
        return self._part(session.backend).ending(session)

    async def stop(self, session: Session, reason: StopReason) -> bool:
        """End it for certain."""
        await self.preparing.give_up(session.id)
        return await self._part(session.backend).stop(session, reason)

    async def sweep(self, session: Session) -> bool:
        """Whether nothing of a dead session is left."""
        return await self._part(session.backend).sweep(session)

    async def nudge(self, session: Session) -> bool:
        """Ask it for a word; False where its backend takes none."""
        if (hears := self._hearing(session)) is None:
            return False
        await hears.nudge(session)
        return True

    async def send(self, session: Session, text: str) -> bool:
        """Say something to it; False where its backend takes nothing."""
        if (hears := self._hearing(session)) is None:
            return False
        await hears.send(session, text)
        return True

    async def close(self) -> None:
        """Stop watching; all that runs goes on. Safe to call twice."""
        for part in self._parts.values():
            if (closing := part.close()) is not None:
                await closing

    def _part(self, backend: str) -> Agents:
        """Who runs the agents of that backend."""
        traits = traits_of(backend)
        if (part := self._parts.get(traits.agents)) is not None:
            return part
        if traits.link is not None and self._around is None:
            return self._unlinked
        made: Agents = named(traits.agents)(self._parts[""], self._around)
        self._parts[traits.agents] = made
        if traits.link is not None:
            self._linked[traits.link] = linked = cast(LinkedAgents, made)
            linked.begin()
        return made

    def _hearing(self, session: Session) -> LinkedAgents | None:
        """Who can tell it something; a link that nobody made yet has told nobody anything."""
        traits = traits_of(session.backend)
        if not traits.takes_messages:
            return None
        return cast("Mapping[str, LinkedAgents]", self._parts).get(traits.agents)
