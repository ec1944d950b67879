"""Owns which agents the gateway has, as it said last on its connection. It starts none."""

from __future__ import annotations

from console.errors import AgentUnfit
from console.gateway import wire
from console.gateway.client import Gateway
from console.gateway.states import Kind, state

__all__ = ("Roster",)


class Roster:
    """The agents of one gateway."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._known: tuple[object, frozenset[str]] = (None, frozenset())
        """The connection on which it was said, and the ids."""

    def forget(self) -> None:
        """What it said is old."""
        self._known = (None, frozenset())

    async def check(self, agent: str) -> None:
        """Raises AgentUnfit where it does not have the agent: older releases run a wrong name as somebody else."""
        connection = self._gateway.connection
        if self._known[0] is not connection or agent not in self._known[1]:
            found = await self._gateway.call("agents.list", {}, wire.AgentList)
            self._known = (connection, frozenset(row.id for row in found.agents))
        if agent not in self._known[1]:
            known = ", ".join(sorted(self._known[1])[:10]) or "none"
            told = state(Kind.AGENT_UNKNOWN, self._gateway.url, detail=f"{agent} (it has {known})")
            raise AgentUnfit(f"{told.sentence}; {told.advice}")
