"""Owns the traits of agents that are programs of this machine, each started by its own command line."""

from __future__ import annotations

from console.backends.traits import Option, Traits

USAGE = Option(name="usage", takes="usage", nothing="none", alone=True)
"""For all whose output is read."""
ENV = Option(name="env", takes="env", alone=True)
"""For all that we start with an environment of their own."""

RESUME = Option(name="resume", takes=("auto", "never"), nothing="auto", alone=True)
"""For all whose programs keep their conversations; where nothing is said they go on with them."""

HAND_OVER = Option(name="hand_over", takes="share", alone=True)
"""For the same: how much of its model's context is used up when a new conversation begins with a note from the old one."""
WINDOW = Option(name="context_window", takes="tokens", alone=True)
"""For those of them that do not tell how many tokens their model takes, or where it is not to take so many."""

COMMAND = Option(name="command", takes="command", required="a program and its arguments", alone=True)
"""For all that are started by a command line of their own."""

METER = Option(name="meter", takes=("anthropic", "openai"), alone=True)
"""For programs that tell only at their end what they used: whose words the provider speaks that a meter stands before."""

TRAITS = Traits(
    name="command",
    checked_by="console.agents.checking:of_command",
    own_process=True,
    resumes=True,
    options=(
        COMMAND,
        Option(name="prompt", takes=("file", "stdin", "argument")),
        USAGE,
        ENV,
        RESUME,
        HAND_OVER,
        WINDOW,
        METER,
    ),
)
