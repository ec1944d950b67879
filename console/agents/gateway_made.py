"""Owns how the gateway's part of the team comes about from the settings, and how its agents are checked without a scheduler.

It is loaded with the first agent that is the gateway's: with it comes all that speaks to a gateway.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from console.agents.base import Agents, Around
from console.agents.checking import Checked
from console.agents.gateway import GatewayAgents
from console.errors import Unavailable
from console.gateway.client import Gateway
from console.gateway.examine import examine
from console.gateway.settings import GatewaySettings
from console.gateway.states import LINK
from console.records.agent import Agent
from console.settings import Settings

__all__ = ("GUARDED", "checked", "made")

GUARDED = (
    "its commands want leave: while no console is open to answer, the gateway refuses each at once, `blackboard` too;"
    " keep one open, or set tools.exec.mode of the agent in OpenClaw to full"
)


def made(local: Agents, around: Around | None) -> GatewayAgents:
    """For `console.agents.everybody`."""
    if around is None:
        raise Unavailable("there is no gateway here")
    gateway = Gateway(GatewaySettings.of(around.settings().gateway), around.environ, around.clock)
    return GatewayAgents(
        gateway,
        around.clock,
        around.on_exit,
        lambda: around.on_change(LINK),
        somebody=around.somebody,
        home=around.home,
    )


def checked(team: Sequence[Agent], settings: Settings, environ: Mapping[str, str]) -> dict[str, Checked]:
    """The gateway is asked once for all of them."""
    examination = asyncio.run(examine(GatewaySettings.of(settings.gateway), environ))
    found, where = {}, examination.found.told if examination.found is not None else None
    for agent in team:
        state = examination.of_agent(agent.agent or agent.id)
        problem = "" if state.up else "; ".join(filter(None, (state.sentence, state.advice)))
        notes = (GUARDED,) if (agent.agent or agent.id) in examination.guarded else ()
        found[agent.id] = Checked(
            found="; ".join(filter(None, (state.sentence, where))),
            problem=problem,
            models=examination.models,
            notes=notes,
        )
    return found
