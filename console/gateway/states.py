"""Owns how the gateway stands, in plain words, and what to do about it. It finds out nothing itself.

No sentence holds a token; texts of the gateway are cut and made safe before they get here.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from console.errors import MoziError, Unavailable, UsageError

__all__ = ("LINK", "OLDEST", "PROGRAM", "GatewayFault", "GatewayState", "Kind", "Refused", "not_found", "state")

LINK = "gateway"
"""What the connection is called wherever links are told of."""
PROGRAM = "openclaw"
"""What starts a gateway and looks after it."""
OLDEST = (2026, 5, 7)
"""The release of it that was tried."""


class Kind(StrEnum):
    """How it stands."""

    UP = "up"
    CONNECTING = "connecting"
    DOWN = "down"
    STARTING = "starting"
    DRAINING = "draining"
    RESTARTING = "restarting"
    """It was up a moment ago: whoever ends it mostly starts it anew."""
    MISCONFIGURED = "misconfigured"
    """Where it is, or by what it is entered, stands in a file or a variable that cannot be read."""
    TOKEN_MISSING = "token_missing"
    TOKEN_REFUSED = "token_refused"
    SCOPES_MISSING = "scopes_missing"
    AGENT_UNKNOWN = "agent_unknown"
    TOO_NEW = "protocol_too_new"
    TOO_OLD = "protocol_too_old"
    NOT_A_GATEWAY = "not_a_gateway"
    STRUGGLING = "struggling"
    """Connected, but starts failed in a row: the circuit breaker is open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayState:
    """How the gateway stands at one instant."""

    kind: Kind
    sentence: str
    """What it means."""
    advice: str
    """What to do; empty where there is nothing to do."""
    version: str | None = None
    """Its release, where it said so, as in 2026.9.6."""

    @property
    def up(self) -> bool:
        """Runs can be started and followed."""
        return self.kind is Kind.UP

    def as_json(self) -> dict[str, str | None]:
        """For status and doctor: kind, sentence, advice, version."""
        return {"kind": str(self.kind), "sentence": self.sentence, "advice": self.advice, "version": self.version}


class GatewayFault(Unavailable):
    """It cannot be used now; `state` says why and what to do, `unsent` whether the request surely had no effect."""

    def __init__(self, found: GatewayState, *, unsent: bool = False) -> None:
        self.state = found
        self.unsent = unsent
        super().__init__(f"{found.sentence}; {found.advice}" if found.advice else found.sentence)


class Refused(MoziError):
    """It understood the request and will not do it; nothing was started."""

    def __init__(self, message: str, *, code: str = "") -> None:
        self.code = code
        super().__init__(message)


_WORDS: dict[Kind, tuple[str, str]] = {
    Kind.UP: ("the gateway at {url} is up", ""),
    Kind.CONNECTING: ("the gateway at {url} has not answered yet", ""),
    Kind.DOWN: (
        "no gateway answers at {url}",
        "start it with `openclaw gateway run` (or its service), or correct gateway.url",
    ),
    Kind.STARTING: ("the gateway at {url} is starting", "wait; it takes up to half a minute"),
    Kind.DRAINING: (
        "the gateway at {url} is shutting down: it finishes its runs and takes no new ones",
        "wait until it is back; start it again if nothing does",
    ),
    Kind.RESTARTING: (
        "the gateway at {url} is gone for a moment: it is restarted or upgraded",
        "wait; start it again if nothing does",
    ),
    Kind.TOKEN_MISSING: (
        "there is no token for the gateway at {url}",
        "OpenClaw's openclaw.json has it as gateway.auth.token; else set OPENCLAW_GATEWAY_TOKEN, or gateway.token_file"
        " to a file (0600) that holds it",
    ),
    Kind.TOKEN_REFUSED: (
        "the gateway at {url} refuses our token",
        "`moziplus doctor` says where our token comes from: put the value of its gateway.auth.token there",
    ),
    Kind.SCOPES_MISSING: (
        "the gateway at {url} lets us in without the rights that we need ({detail})",
        "reach it on loopback (through an SSH tunnel where it is remote), with gateway.auth.mode token",
    ),
    Kind.AGENT_UNKNOWN: (
        "the gateway at {url} has no agent {detail}",
        "add it with `openclaw agents add`, or name the gateway's own id in `agent:` of the agent's settings",
    ),
    Kind.TOO_NEW: (
        "the gateway at {url} speaks protocol {detail}, newer than this moziplus knows (3 to 4)",
        "upgrade moziplus, or go back to a release of OpenClaw that was tried (2026.9.6)",
    ),
    Kind.TOO_OLD: (
        "the gateway at {url} speaks protocol {detail}, older than this moziplus knows (3 to 4)",
        "upgrade OpenClaw (2026.5.7 is the oldest that was tried)",
    ),
    Kind.NOT_A_GATEWAY: (
        "what answers at {url} is not an OpenClaw Gateway{detail}",
        "correct gateway.url",
    ),
    Kind.STRUGGLING: (
        "the gateway at {url} failed several times in a row ({detail}); nothing is started there for a while",
        "look at its log (`openclaw logs`) and at its model provider; it is tried again by itself",
    ),
}


def state(kind: Kind, url: str, *, detail: str = "", version: str | None = None) -> GatewayState:
    """The state of `kind` in words."""
    sentence, advice = _WORDS[kind]
    named = f"{sentence}" if version is None or kind is not Kind.UP else f"{sentence} (OpenClaw {{version}})"
    return GatewayState(
        kind=kind, sentence=named.format(url=url, detail=detail, version=version), advice=advice, version=version
    )


def not_found(error: UsageError) -> GatewayState:
    """Where it is, or by what it is entered, cannot be read."""
    return GatewayState(kind=Kind.MISCONFIGURED, sentence=str(error), advice="")
