"""Owns the putting together of the gateway's part of the team from the settings, now and when they change."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from console.agents.everybody import AllAgents
from console.clock import Clock
from console.settings import Settings

if TYPE_CHECKING:
    from console.agents.gateway import GatewayAgents

__all__ = ("gateway_agents", "gateway_state", "reconfigure")


def gateway_agents(
    settings: Settings,
    environ: Mapping[str, str],
    clock: Clock,
    on_exit: Callable[[str], None],
    on_change: Callable[[], None],
) -> GatewayAgents:
    """The gateway's agents; what speaks to a gateway is loaded only now."""
    from console.agents.gateway import GatewayAgents
    from console.gateway.client import Gateway
    from console.gateway.settings import GatewaySettings

    gateway = Gateway(GatewaySettings.of(settings.gateway), environ, clock)
    return GatewayAgents(gateway, clock, on_exit, on_change)


def reconfigure(agents: AllAgents, settings: Settings) -> None:
    """Let the gateway's part know of other settings."""
    if agents.gateway is None:
        return
    from console.gateway.settings import GatewaySettings

    wanted = GatewaySettings.of(settings.gateway)
    if wanted != agents.gateway.gateway.settings:
        agents.gateway.gateway.change(wanted)


def gateway_state(agents: AllAgents) -> dict[str, str | None] | None:
    """How the gateway stands: kind, sentence, advice, version; None where nobody needs one."""
    return None if agents.gateway is None else agents.gateway.gateway.state.as_json()
