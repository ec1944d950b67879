"""Owns what a refusal of the gateway means: its codes and sentences, of either release, into our states and errors. Pure."""

from __future__ import annotations

from typing import Any

from console.errors import MoziError
from console.gateway.outcomes import names_no_agent
from console.gateway.states import GatewayFault, GatewayState, Kind, Refused, state
from console.gateway.wire import PROTOCOLS, Fault
from console.text import one_line

__all__ = ("NO_AGENT", "fault", "refused_connect")

NO_AGENT = "AGENT_UNKNOWN"
"""Code of the refusal of an agent that the gateway does not know (any more)."""
_NO_TOKEN = frozenset({"AUTH_TOKEN_MISSING", "DEVICE_IDENTITY_REQUIRED", "AUTH_REQUIRED"})


def refused_connect(error: Fault, url: str) -> GatewayState:
    """Why `connect` was refused."""
    details: dict[str, Any] = error.details if isinstance(error.details, dict) else {}
    told = error.message.lower()
    if "protocol mismatch" in told or "expectedProtocol" in details:
        expected = details.get("expectedProtocol")
        older = isinstance(expected, int) and expected < PROTOCOLS[0]
        return state(Kind.TOO_OLD if older else Kind.TOO_NEW, url, detail=str(expected or "unknown"))
    if error.code == "UNAVAILABLE":
        return _unavailable(error, url, draining=False)
    if details.get("code") in _NO_TOKEN:
        return state(Kind.TOKEN_MISSING, url)
    if str(details.get("code", "")).startswith("AUTH_") or "unauthorized" in told or "token" in told:
        return state(Kind.TOKEN_REFUSED, url)
    return state(Kind.NOT_A_GATEWAY, url, detail=f" that lets us in: {one_line(error.message, 200)}")


def fault(error: Fault, url: str, *, draining: bool = False) -> MoziError:
    """Why a request was refused: Refused where it will never do so, GatewayFault where it may later."""
    message = one_line(error.message, 400)
    if names_no_agent(error.message.lower()):
        return Refused(f"{message}; `moziplus agent check` lists what the gateway knows", code=NO_AGENT)
    if error.code == "UNAVAILABLE":
        return GatewayFault(_unavailable(error, url, draining=draining), unsent=True)
    if "missing scope" in error.message or error.code == "FORBIDDEN":
        return GatewayFault(state(Kind.SCOPES_MISSING, url, detail=message), unsent=True)
    return Refused(f"the gateway refused it: {message or error.code}", code=error.code)


def _unavailable(error: Fault, url: str, *, draining: bool) -> GatewayState:
    told = error.message.lower()
    if draining or any(word in told for word in ("drain", "shutting down", "restart", "stopping")):
        return state(Kind.DRAINING, url)
    if "start" in told:
        return state(Kind.STARTING, url)
    return state(Kind.STRUGGLING, url, detail=one_line(error.message, 200) or "unavailable")
