"""Owns the check of the gateway: whether it answers, takes our token, lets us work, and knows the team's agents."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import TYPE_CHECKING

from console.cli.doctor.line import Line, ok, warn, wrong
from console.cli.doctor.place import Place
from console.engine.links import links_of
from console.gateway.states import LINK
from console.keeping.presence import somebody_looks
from console.settings import Settings

if TYPE_CHECKING:
    from console.gateway.examine import Examination

__all__ = ("check",)

_BY_ITSELF = ("starting", "draining", "restarting", "connecting")
"""It will be up without anybody's doing."""


def check(place: Place) -> Iterator[Line]:
    """One line for the gateway, and one for each agent that it does not know."""
    settings = place.settings
    if not isinstance(settings, Settings):
        return
    users = sorted({agent.agent or agent.id for agent in place.team.values() if links_of([agent]) == {LINK}})
    if not users:
        yield ok("no gateway is configured: no agent of the team uses one")
        return
    from console.gateway.examine import examine  # with it comes all that speaks to a gateway
    from console.gateway.settings import GatewaySettings

    environ, _ = place.scheduler_environ
    found = asyncio.run(examine(GatewaySettings.of(settings.gateway), environ))
    if found.found is not None:
        yield ok(found.found.told)
    if not found.state.up:
        said = wrong if found.state.kind not in _BY_ITSELF else warn
        yield said(f"{found.state.sentence}; agents on this machine go on", found.state.advice)
        return
    yield ok(found.state.sentence)
    yield from _agents(found, users)
    guarded = [user for user in users if user in found.guarded]
    if guarded and not (place.home is not None and somebody_looks(place.home)):
        names = ", ".join(guarded)
        told = f"commands of {names} want leave, and no console is open: the gateway refuses each at once, `blackboard` too"
        yield warn(told, "keep a console open, or set tools.exec.mode of the agent in OpenClaw to full")


def _agents(found: Examination, users: list[str]) -> Iterator[Line]:
    unknown = [state for user in users if not (state := found.of_agent(user)).up]
    for state in unknown:
        yield wrong(state.sentence, state.advice)
    if found.agents is None:
        yield warn("the gateway did not say which agents it has", "`moziplus agent check` asks again")
    elif not unknown:
        yield ok(f"it knows {', '.join(users)}")
