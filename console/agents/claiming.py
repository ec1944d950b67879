"""Owns the sessions that agents claimed for themselves: they live as long as their lease. Nothing of them is ours to end."""

from __future__ import annotations

from collections.abc import Iterable

from console.agents.base import Agents, Around
from console.agents.spec import StartSpec
from console.errors import Unavailable
from console.records.ending import Ending, Life
from console.records.session import Session, StopReason

__all__ = ("ClaimingAgents", "made")


class ClaimingAgents:
    """Nothing is known of their processes, and nothing is done to them."""

    async def start(self, spec: StartSpec) -> None:
        """Nobody but itself starts such an agent."""
        raise Unavailable(f"{spec.agent} claims for itself")

    def adopt(self, sessions: Iterable[Session]) -> None:
        """There is nothing to watch."""

    def life(self, session: Session) -> Life:
        """Its lease alone says when it ends."""
        return Life.ALIVE

    def ending(self, session: Session) -> Ending | None:
        """It leaves none."""
        return None

    async def stop(self, session: Session, reason: StopReason) -> bool:
        """It hears of it with its next call of `blackboard`."""
        return False

    async def sweep(self, session: Session) -> bool:
        """Nothing of it is ours."""
        return True

    def close(self) -> None:
        """Nothing was opened."""


def made(local: Agents, around: Around | None) -> ClaimingAgents:
    """For `console.agents.everybody`."""
    return ClaimingAgents()
