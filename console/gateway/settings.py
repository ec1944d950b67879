"""Owns what the gateway's client is told: address, token, breaker, rate. Reads the token where it is used, keeps it nowhere.

The token is never part of a record, an error or a log line.
"""

from __future__ import annotations

import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from console.errors import UsageError
from console.gateway.breaker import BreakerSettings
from console.settings.model import Gateway

__all__ = ("TOKEN", "GatewaySettings", "read_token")

TOKEN = "OPENCLAW_GATEWAY_TOKEN"
"""The variable that holds the token; it goes before `gateway.token_file`."""
_LONGEST = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewaySettings:
    """Where the gateway is, and how it is spared."""

    url: str = "http://127.0.0.1:18789"
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

    @property
    def http_url(self) -> str:
        """For probes, without a slash at its end."""
        return self.url.rstrip("/").replace("wss://", "https://", 1).replace("ws://", "http://", 1)

    @property
    def ws_url(self) -> str:
        """For the connection."""
        return f"{self.http_url.replace('https://', 'wss://', 1).replace('http://', 'ws://', 1)}/"


def read_token(settings: GatewaySettings, environ: Mapping[str, str]) -> str | None:
    """The token, or None where there is none. Raises UsageError where its file cannot be trusted or read."""
    if (given := environ.get(TOKEN, "").strip()) or settings.token_file is None:
        return given or None
    path = settings.token_file.expanduser()
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
