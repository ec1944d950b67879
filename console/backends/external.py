"""Owns the traits of agents that nobody of ours starts: a person's, or another program's, that claim by `blackboard claim`."""

from __future__ import annotations

from console.backends.traits import Traits

TRAITS = Traits(name="external", agents="console.agents.claiming:made", claims=True)
