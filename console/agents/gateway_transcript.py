"""Owns a run's transcript: read from the gateway through `chat.history`, kept in the session's folder, its usage added up.

The gateway's own files are never touched: their form changed between two releases and is private.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import msgspec

from console.agents.gateway_run import Run
from console.gateway import wire
from console.gateway.client import Gateway
from console.redact import hide_values

__all__ = ("Usage", "keep_transcript")

FILE = "transcript.jsonl"
LIMIT = 1000
"""Messages that are asked for; no run of ours comes near."""
CAP = 20_000_000
"""Bytes of one transcript that are kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What a run has used so far."""

    tokens: int = 0
    cost: float = 0.0
    """US dollars, as the gateway reckons."""


async def keep_transcript(gateway: Gateway, run: Run) -> Usage | None:
    """Write transcript.jsonl as it is now, one message a line; None where there is none (any more).

    Raises GatewayFault and Refused.
    """
    params = {"sessionKey": run.note.key, "limit": LIMIT}
    history = await gateway.call("chat.history", params, wire.History)
    if not history.messages:
        return None
    return await asyncio.to_thread(_keep, run, history)


def _keep(run: Run, history: wire.History) -> Usage:
    tokens, cost, size = 0, 0.0, 0
    lines: list[str] = []
    for raw in history.messages:
        try:
            message: dict[str, Any] = msgspec.json.decode(raw, type=dict[str, Any])
        except msgspec.DecodeError:
            continue
        spent = _spent(message)
        tokens, cost = tokens + spent.tokens, cost + spent.cost
        line = msgspec.json.encode(hide_values(message)).decode()
        size += len(line)
        if size > CAP:
            lines.append('{"role":"moziplus","content":"the rest of this transcript is not kept: it is too long"}')
            break
        lines.append(line)
    run.folder.write(run.folder.path / FILE, "\n".join(lines) + "\n", durable=False)
    return Usage(tokens=tokens, cost=cost)


def _spent(message: dict[str, Any]) -> Usage:
    usage = message.get("usage")
    if message.get("role") != "assistant" or not isinstance(usage, dict):
        return Usage()
    parts = [usage.get(name) for name in ("input", "output", "cacheRead", "cacheWrite")]
    whole = usage.get("totalTokens") or sum(part for part in parts if isinstance(part, int | float))
    cost = usage.get("cost")
    dollars = cost.get("total") if isinstance(cost, dict) else cost
    return Usage(
        tokens=int(whole) if isinstance(whole, int | float) else 0,
        cost=float(dollars) if isinstance(dollars, int | float) else 0.0,
    )
