"""Owns one look at the gateway from outside the scheduler: for `agent check`, `status` and `doctor`. It leaves nothing open."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from console.errors import UsageError
from console.gateway import wire
from console.gateway.discovery import Found, discover
from console.gateway.probe import Probe
from console.gateway.settings import GatewaySettings
from console.gateway.socket import HANDSHAKE, Connection
from console.gateway.states import GatewayFault, GatewayState, Kind, Refused, not_found, state

__all__ = ("Examination", "examine")


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """What one look found."""

    state: GatewayState
    agents: frozenset[str] | None = None
    """The ids that the gateway knows; None where it could not be asked."""
    guarded: frozenset[str] = frozenset()
    """Of these, the ones whose commands want leave."""
    models: frozenset[str] | None = None
    """Every name of every model that it offers; None where it does not say."""
    found: Found | None = None
    """Where it is; None where that cannot be known."""

    def of_agent(self, agent: str) -> GatewayState:
        """How the gateway stands for one agent (its id there)."""
        if self.agents is None or agent in self.agents:
            return self.state
        known = ", ".join(sorted(self.agents)[:10]) or "none"
        url = self.found.url if self.found is not None else ""
        return state(Kind.AGENT_UNKNOWN, url, detail=f"{agent} (it has {known})", version=self.state.version)


async def examine(settings: GatewaySettings, environ: Mapping[str, str], *, patience: float = HANDSHAKE) -> Examination:
    """Ask it once whether it is there, whether it takes our token, what it may do for us and whom it knows."""
    try:
        found = await asyncio.to_thread(discover, settings, environ)
    except UsageError as error:
        return Examination(state=not_found(error))
    async with Probe(found.url) as probe:
        ready = await probe.ready()
    if not ready.up:
        return Examination(state=ready, found=found)
    if found.secret is None:
        return Examination(state=state(Kind.TOKEN_MISSING, found.url), found=found)
    try:
        connection = await Connection.open(found.url, found.secret, lambda event: None, patience=patience)
    except GatewayFault as error:
        return Examination(state=error.state, found=found)
    try:
        version = connection.hello.server.version
        team = await connection.call("agents.list", {}, wire.AgentList)
        models = await _models(connection)
    except (GatewayFault, Refused) as error:
        return Examination(state=error.state if isinstance(error, GatewayFault) else ready, found=found)
    finally:
        await connection.close()
    up = state(Kind.UP, found.url, version=version)
    guarded = frozenset(row.id for row in team.agents if row.default_permission_mode == "guarded")
    known = frozenset(row.id for row in team.agents)
    return Examination(state=up, agents=known, guarded=guarded, models=models, found=found)


async def _models(connection: Connection) -> frozenset[str] | None:
    """A gateway that is older, or lists none, says nothing of a model that we name."""
    try:
        found = await connection.call("models.list", {}, wire.ModelList)
    except (GatewayFault, Refused):
        return None
    names = {name for row in found.models for name in (row.id, f"{row.provider}/{row.id}", row.alias) if name}
    return frozenset(names) or None
