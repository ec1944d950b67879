"""Owns how the gateway is told of as a link: the same for it as for any other connection that agents need."""

from __future__ import annotations

from console.clock import Clock
from console.gateway.client import Gateway
from console.gateway.states import LINK, Kind
from console.records.link import Link

__all__ = ("GatewayLink",)


class GatewayLink:
    """Remembers since when the gateway stands as it does."""

    def __init__(self, gateway: Gateway, clock: Clock) -> None:
        self._gateway = gateway
        self._clock = clock
        self._kind: Kind | None = None
        self._since = 0

    def now(self) -> Link:
        """How it stands, and whether a run can be started in it now."""
        found = self._gateway.state
        if self._kind is not found.kind:
            self._kind, self._since = found.kind, self._clock.now()
        return Link(
            name=LINK,
            up=self._gateway.starts_left() > 0,
            since=self._since,
            kind=str(found.kind),
            why=found.sentence,
            advice=found.advice,
            version=found.version,
        )
