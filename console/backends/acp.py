"""Owns the traits of agents whose programs speak the Agent Client Protocol: each lives under a driver of ours.

Nothing can be told to one while it works: the protocol has no steering. It asks leave, and waits for the answer.
"""

from __future__ import annotations

from console.backends.command import COMMAND, ENV, HAND_OVER, RESUME, WINDOW
from console.backends.traits import Option, Traits

TRAITS = Traits(
    name="acp",
    checked_by="console.agents.acp.checking:checked",
    own_process=True,
    module="console.agents.acp.driver",
    form="moziplus",
    asks=True,
    resumes=True,
    ends_its_own=True,
    options=(
        COMMAND,
        ENV,
        Option(name="model"),
        Option(name="mode", takes="word", alone=True),
        Option(name="auth", takes="word", alone=True),
        RESUME,
        HAND_OVER,
        WINDOW,
        Option(name="answer_within", takes="span", alone=True),
    ),
)
