"""Owns what the operator says of the gateway: address, token file, breaker, rate. The token is kept nowhere.

The token is never part of a record, an error or a log line.
"""

from __future__ import annotations

import stat
from dataclasses import dataclass
from pathlib import Path

from console.errors import UsageError
from console.gateway.breaker import BreakerSettings
from console.settings.model import Gateway

__all__ = ("PASSWORD", "TOKEN", "GatewaySettings", "http_url", "read_token_file", "ws_url")

TOKEN = "OPENCLAW_GATEWAY_TOKEN"
PASSWORD = "OPENCLAW_GATEWAY_PASSWORD"
"""OpenClaw's variables that hold the secret."""
_LONGEST = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewaySettings:
    """Where the gateway is, and how it is spared."""

    url: str | None = None
    """None where OpenClaw says it itself; see `console.gateway.discovery`."""
    token_file: Path | None = None
    breaker: BreakerSettings = BreakerSettings()
    starts_per_minute: float = 60.0
    starts_burst: int = 5

    @classmethod
    def of(cls, settings: Gateway) -> GatewaySettings:
        """From the section `gateway` of the home's settings."""
        return cls(
            url=settings.url,
            token_file=settings.token_file,
            breaker=BreakerSettings(
                failures=settings.breaker_failures,
                window=settings.breaker_window,
                open_for=settings.breaker_open_for,
                open_cap=settings.breaker_open_cap,
                probes=settings.breaker_probes,
            ),
            starts_per_minute=settings.starts_per_minute,
            starts_burst=settings.starts_burst,
        )


def http_url(url: str) -> str:
    """For probes, without a slash at its end."""
    return url.rstrip("/").replace("wss://", "https://", 1).replace("ws://", "http://", 1)


def ws_url(url: str) -> str:
    """For the connection."""
    return f"{http_url(url).replace('https://', 'wss://', 1).replace('http://', 'ws://', 1)}/"


def read_token_file(path: Path) -> str:
    """The token in it. Raises UsageError where it cannot be trusted or read."""
    path = path.expanduser()
    try:
        with path.open(encoding="utf-8") as file:
            mode = stat.S_IMODE(path.stat().st_mode)
            text = file.read(_LONGEST).strip()
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not text"
        raise UsageError(f"gateway.token_file {path} cannot be read: {reason}") from None
    if mode & 0o077:
        raise UsageError(f"gateway.token_file {path} can be read by others; `chmod 600 {path}`")
    if not text or any(c.isspace() for c in text) or not text.isprintable():
        raise UsageError(f"gateway.token_file {path} must hold the token alone, in one line")
    return text
