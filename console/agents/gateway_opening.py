"""Owns the session of the gateway that a run is sent into: an earlier one that goes on, or a new one with the whole prompt.

A session that is gone is not one that goes on: the gateway would begin a new one of the same name, which knows nothing.
"""

from __future__ import annotations

import asyncio
import logging

from console.agents.folder import SessionFolder
from console.agents.gateway_note import Opened
from console.agents.gateway_tidying import Tidier
from console.agents.spec import StartSpec
from console.errors import UsageError
from console.gateway.client import Gateway
from console.gateway.described import Described
from console.gateway.states import GatewayFault, Kind, Refused, state

__all__ = ("Opening",)

_log = logging.getLogger("moziplus.gateway")


class Opening:
    """Of the runs of one gateway."""

    def __init__(self, gateway: Gateway, tidier: Tidier) -> None:
        self._gateway = gateway
        self._tidier = tidier

    async def of(self, spec: StartSpec, agent: str) -> tuple[Opened | None, str]:
        """The session that it goes on in, None for a new one; and that in words for its transcript.

        Where it does not go on, its prompt is the whole one from now on. Raises GatewayFault, UsageError.
        """
        if not spec.conversation:
            return None, ""
        opened, why = await self._found(spec.conversation, agent)
        if opened is not None:
            return opened, f"goes on with its conversation {opened.key}"
        try:
            await asyncio.to_thread(SessionFolder(spec.folder).begin_anew)
        except (OSError, ValueError) as error:
            raise UsageError(f"the whole prompt cannot be had: {error}") from error
        _log.info("session %s does not go on with %s: it %s", spec.session, spec.conversation, why)
        return None, f"its earlier conversation {why}; it begins a new one with the whole prompt"

    async def _found(self, key: str, agent: str) -> tuple[Opened | None, str]:
        if not key.startswith(f"agent:{agent}:"):
            return None, "is another agent's"
        if (ready := await self._tidier.ready(key)) is None:
            detail = "what the last run in the agent's session left is not seen to yet"
            raise GatewayFault(state(Kind.STRUGGLING, self._gateway.url, detail=detail), unsent=True)
        if not ready:
            return None, "is not its own any more"
        try:
            found = (await self._gateway.call("sessions.describe", {"key": key}, Described)).session
        except Refused as error:
            return None, f"cannot be gone on with ({error})"
        if found is None or found.ended_at is None:
            return None, "is gone"
        return Opened(key=key, after=int(found.ended_at), ended_at=found.ended_at), ""
