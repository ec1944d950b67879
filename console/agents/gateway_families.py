"""Owns whose the sessions are that an agent began in the gateway by itself: the run of ours at the top of their line."""

from __future__ import annotations

from collections.abc import Mapping

from console.agents.gateway_note import is_ours
from console.agents.gateway_run import Run
from console.gateway import wire
from console.gateway.client import Gateway

__all__ = ("Families",)

_DEEPEST = 5
"""Generations that are looked up."""
_MOST = 1000
"""Sessions that are remembered."""


class Families:
    """Asked of the gateway once for each session."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._parents: dict[str, str | None] = {}

    async def run_of(self, key: str | None, runs: Mapping[str, Run]) -> Run | None:
        """The run of a session of the gateway, itself or above it; None where it is none of ours. Raises MoziError.

        `runs` are ours, by their sessions.
        """
        for _ in range(_DEEPEST):
            if key is None or key in runs or is_ours(key):
                break
            key = await self._parent(key)
        return runs.get(key or "")

    async def _parent(self, key: str) -> str | None:
        if key not in self._parents:
            if len(self._parents) >= _MOST:
                self._parents.clear()
            params = {"search": key.rpartition(":")[2], "limit": 20}
            rows = (await self._gateway.call("sessions.list", params, wire.SessionList)).sessions
            self._parents[key] = next((row.parent_session_key for row in rows if row.key == key), None)
        return self._parents[key]
