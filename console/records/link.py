"""Owns the link: a connection of ours that the agents of some backends need, and how it stands."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ("Link",)

_PASSING = frozenset({"", "up", "connecting", "starting", "draining", "restarting"})
"""Kinds in which a link is for a moment only, or that say nothing of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """How a link stands at one instant."""

    name: str
    up: bool
    """A session can be started over it now."""
    since: int | None = None
    """Epoch ms since when it stands so."""
    kind: str = ""
    """How it stands, in a word for scripts; `up` where it works."""
    why: str = ""
    """The same in a sentence, which names it."""
    advice: str = ""
    """What to do; empty where there is nothing to do."""
    version: str | None = None
    """Of what is at its other end, where it said so."""

    @property
    def broken(self) -> bool:
        """It is down, and not just on its way up: whoever needs it is out."""
        return not self.up and self.kind not in _PASSING

    @property
    def code(self) -> str:
        """Why nothing starts while it is down, in a word for scripts."""
        return f"{self.name}_down"
