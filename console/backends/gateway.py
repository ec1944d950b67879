"""Owns the traits of agents in an OpenClaw Gateway: their runs are the gateway's, and all depends on the connection to it."""

from __future__ import annotations

from console.backends.command import HAND_OVER, RESUME, WINDOW
from console.backends.traits import Option, Traits

TRAITS = Traits(
    name="gateway",
    agents="console.agents.gateway_made:made",
    checked_by="console.agents.gateway_made:checked",
    takes_messages=True,
    resumes=True,
    kept_by="console.agents.gateway_note:is_kept",
    nests=True,
    link="gateway",
    never_came="the gateway never took it",
    lost_by="the gateway lost it: it was killed or started anew while the run went on",
    options=(
        Option(name="agent"),
        Option(name="model"),
        Option(name="thinking", takes="word"),
        RESUME,
        HAND_OVER,
        WINDOW,
    ),
)
