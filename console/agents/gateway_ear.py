"""Owns the connection that says to the gateway, by being there, that somebody answers what its agents ask.

The newer release lets a command wait for leave only while there is one, and refuses it at once else; that holds for all that
runs in it. So it is open only while a run of ours goes on and a person, or a rule, is there. That release tells of what waits
for leave on such connections alone.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from console.gateway import wire
from console.gateway.client import Gateway
from console.gateway.socket import Connection
from console.gateway.states import GatewayFault

__all__ = ("Ear",)

_log = logging.getLogger("moziplus.gateway")


class Ear:
    """Open while somebody listens."""

    def __init__(self, gateway: Gateway, somebody: Callable[[], bool]) -> None:
        """`somebody`: whether a person or a rule is there to answer; cheap."""
        self._gateway = gateway
        self.on_event: Callable[[wire.Event], None] = lambda event: None
        self.on_open: Callable[[], None] = lambda: None
        """What was told while it was closed is unknown."""
        self._somebody = somebody
        self._connection: Connection | None = None
        self._turning = asyncio.Lock()

    @property
    def open(self) -> bool:
        """Whether commands may wait for leave."""
        return self._connection is not None and self._connection.why is None

    async def turn(self, at_work: bool) -> None:
        """Open it or close it, by whether a run of ours is `at_work` and somebody is there."""
        async with self._turning:
            up = self._gateway.connection is not None
            if not (up and at_work and self._somebody()):
                await self._shut()
            elif not self.open:
                await self._shut()
                try:
                    self._connection = await self._gateway.another(wire.ANSWERER, lambda event: self.on_event(event))
                except GatewayFault as error:
                    _log.info("the gateway is not told that somebody answers: %s", error)
                else:
                    self.on_open()

    async def close(self) -> None:
        """Nobody listens any more. Safe to call twice."""
        async with self._turning:
            await self._shut()

    async def _shut(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()
