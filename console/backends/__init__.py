"""Owns the list of the backends by name, one file each. It starts nothing: what does is named there and loaded when needed.

A name that is not here stands on a blackboard that a newer moziplus wrote: it has traits, too, that promise nothing.
To add one: its traits here, its line in the list, in `console/agents` what they name, its tests; nothing else names it.
"""

from __future__ import annotations

from collections.abc import Mapping

from console.backends import acp, command, demo, external, gateway
from console.backends.traits import Option, Traits

__all__ = ("BACKENDS", "CHOSEN", "CLAIMED", "DEFAULT", "PROCESS", "Option", "Traits", "is_known", "traits_of")

BACKENDS: Mapping[str, Traits] = {
    each.name: each for each in (gateway.TRAITS, command.TRAITS, acp.TRAITS, demo.TRAITS, external.TRAITS)
}
CHOSEN = tuple(name for name, traits in BACKENDS.items() if not traits.claims)
"""Those that an agent's settings may name."""
DEFAULT = gateway.TRAITS.name
"""What an agent is whose settings name none."""
PROCESS = command.TRAITS.name
"""What a session is that has a lock here, where nothing tells more of it."""
CLAIMED = external.TRAITS.name
"""What a session is that an agent has claimed for itself."""


def is_known(name: str) -> bool:
    """Whether this moziplus can start, ask and end its sessions."""
    return name in BACKENDS


def traits_of(name: str) -> Traits:
    """What is true of the backend of that name."""
    return BACKENDS.get(name) or Traits(name=name, agents="console.agents.unknown:made")
