"""Owns the agents of every backend as one: each session goes to whoever runs it. It starts and judges nothing itself.

The gateway's part is made when the first agent or session needs it, so that a home without one loads nothing of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from console.agents.base import Agents
from console.agents.preparing import Preparing
from console.agents.spec import StartSpec
from console.errors import Unavailable
from console.records.agent import Backend
from console.records.ending import Ending, Life
from console.records.session import Session, StopReason

if TYPE_CHECKING:
    from console.agents.gateway import GatewayAgents

__all__ = ("AllAgents",)


class AllAgents:
    """Local agents and the gateway's, for one life of the scheduler."""

    def __init__(self, local: Agents, make_gateway: Callable[[], GatewayAgents] | None = None) -> None:
        """`make_gateway` makes the gateway's part; without it, nobody is in a gateway."""
        self.preparing = Preparing()
        """The sessions that have no process yet, because their place is being made."""
        self._local = local
        self._make_gateway = make_gateway
        self._gateway: GatewayAgents | None = None

    @property
    def gateway(self) -> GatewayAgents | None:
        """The gateway's part, once it is needed."""
        return self._gateway

    @property
    def gateway_up(self) -> bool:
        """Whether a run can be started in the gateway now."""
        return self._gateway is not None and self._gateway.gateway.starts_left() > 0

    @property
    def gateway_pending(self) -> bool:
        """Whether the gateway will be up, or take a start again, by itself in a moment."""
        return self._gateway is not None and self._gateway.gateway.pending

    def need_gateway(self) -> None:
        """An agent or a session is the gateway's: connect. Safe to call again and again."""
        if self._gateway is None and self._make_gateway is not None:
            self._gateway = self._make_gateway()
            self._gateway.begin()

    async def start(self, spec: StartSpec) -> None:
        """As the backend's own."""
        if spec.backend != Backend.GATEWAY:
            await self._local.start(spec)
            return
        self.need_gateway()
        if self._gateway is None:
            raise Unavailable("there is no gateway here")
        await self._gateway.start(spec)

    def adopt(self, sessions: Iterable[Session]) -> None:
        """Watch live sessions that were started elsewhere."""
        found = list(sessions)
        theirs = [session for session in found if session.backend == Backend.GATEWAY]
        self._local.adopt(session for session in found if session.backend != Backend.GATEWAY)
        if theirs:
            self.need_gateway()
        if self._gateway is not None:
            self._gateway.adopt(theirs)

    def life(self, session: Session) -> Life:
        """What proof there is of its life."""
        if session.id in self.preparing:
            return Life.UNKNOWN
        if session.backend != Backend.GATEWAY:
            return self._local.life(session)
        return Life.UNKNOWN if self._gateway is None else self._gateway.life(session)

    def ending(self, session: Session) -> Ending | None:
        """How it ended."""
        if session.backend != Backend.GATEWAY:
            return self._local.ending(session)
        return None if self._gateway is None else self._gateway.ending(session)

    async def stop(self, session: Session, reason: StopReason) -> bool:
        """End it for certain."""
        await self.preparing.give_up(session.id)
        if session.backend != Backend.GATEWAY:
            return await self._local.stop(session, reason)
        return self._gateway is not None and await self._gateway.stop(session, reason)

    async def sweep(self, session: Session) -> bool:
        """Whether nothing of a dead session is left."""
        if session.backend != Backend.GATEWAY:
            return await self._local.sweep(session)
        return self._gateway is not None and await self._gateway.sweep(session)

    async def nudge(self, session: Session) -> bool:
        """Ask it for a word; False where its backend takes none."""
        if session.backend != Backend.GATEWAY or self._gateway is None:
            return False
        await self._gateway.nudge(session)
        return True

    async def send(self, session: Session, text: str) -> bool:
        """Say something to it; False where its backend takes nothing."""
        if session.backend != Backend.GATEWAY or self._gateway is None:
            return False
        await self._gateway.send(session, text)
        return True

    async def close(self) -> None:
        """Stop watching; all that runs goes on. Safe to call twice."""
        self._local.close()
        if self._gateway is not None:
            await self._gateway.close()
