"""Owns what the settings tell of secrets: values of variables that agents require, and the gateway's token.

Passes them on to `console.secrets` and keeps none. That a file cannot be read is said by who needs it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from console.records.agent import Agent
from console.secrets import know, looks_secret, secrets_in

__all__ = ("know_agents", "know_gateway")

_PREFIX = "OPENCLAW_GATEWAY_"
_LONGEST = 10_000


def know_agents(agents: Iterable[Agent], environ: Mapping[str, str] = os.environ) -> None:
    """Hide what these agents require from now on."""
    know(secrets_in(environ, {name for agent in agents for name in agent.env_required}))


def know_gateway(token_file: Path | None, environ: Mapping[str, str]) -> None:
    """Hide the gateway's token, wherever it comes from."""
    tokens = [value.strip() for name, value in environ.items() if name.startswith(_PREFIX) and looks_secret(name)]
    if token_file is not None and token_file.is_file():
        try:
            with token_file.open(encoding="utf-8") as file:
                tokens.append(file.read(_LONGEST).strip())
        except (OSError, UnicodeError):
            pass
    know((token for token in tokens if token and not any(c.isspace() for c in token)), withhold=True)
