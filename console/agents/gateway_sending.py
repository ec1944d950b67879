"""Owns how a run is sent to the gateway: what it is told besides the prompt, and under which session it stands there."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

from console.agents.gateway_ear import Ear
from console.agents.gateway_note import find_note
from console.agents.gateway_run import Run
from console.agents.handing_over import seconds_for_note
from console.agents.spec import StartSpec
from console.gateway import wire
from console.gateway.client import Gateway
from console.gateway.states import Refused

__all__ = ("Sender", "parent_of")

WAIT = 3600
"""Seconds that a run may have beside its own time where somebody answers what it asks: the gateway's own clock goes on
while it waits, ours stands, and the scheduler ends it by ours."""


class Sender:
    """Sends to one gateway."""

    def __init__(self, gateway: Gateway, ear: Ear, answered: Callable[[Run, wire.Answer], None]) -> None:
        """`answered` is told what the gateway says of a run once it has accepted it."""
        self._gateway = gateway
        self._ear = ear
        self._answered = answered

    async def send(self, run: Run, prompt: str) -> None:
        """Raises Refused and GatewayFault, as `Gateway.call`."""
        spec, note = run.spec, run.note
        if note.parent_key is not None:
            await self._under_parent(run)
        params: dict[str, Any] = {
            "message": prompt,
            "agentId": note.agent,
            "sessionKey": note.key,
            "idempotencyKey": note.run_id,
            "deliver": False,
            "timeout": int(seconds_for_note(spec))
            if note.handing
            else spec.task_timeout + (WAIT if self._ear.open else 0),
        }
        if note.parent_key is None and not note.after:
            params["label"] = spec.session
        params |= {name: value for name in ("model", "thinking") if (value := getattr(spec, name))}
        await self._gateway.call("agent", params, wire.Accepted, second=lambda answer: self._answered(run, answer))

    async def _under_parent(self, run: Run) -> None:
        """Make the gateway's session as a child of the parent's; where that is gone, it stands alone."""
        note = run.note
        params = {"agentId": note.agent, "key": note.key, "label": run.id, "parentSessionKey": note.parent_key}
        try:
            await self._gateway.call("sessions.create", params, wire.Created)
        except Refused as error:
            if "parent" not in str(error):
                raise
            await asyncio.to_thread(run.change, parent_key=None)


def parent_of(spec: StartSpec) -> str | None:
    """The gateway's session of the one whose agent made its task."""
    if spec.parent_session is None:
        return None
    note = find_note(Path(spec.home), spec.parent_session)
    return None if note is None else note.key
