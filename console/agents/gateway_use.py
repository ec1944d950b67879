"""Owns what is read of runs in the gateway: what each has used, call by call of its model, and its transcript at its end."""

from __future__ import annotations

import asyncio

from console.agents.gateway_board import GatewayBoard
from console.agents.gateway_run import Run
from console.agents.gateway_transcript import LIMIT, history_of, is_of, keep_transcript, note_answers, spent, when
from console.agents.handing_over import note_fill
from console.gateway.client import Gateway
from console.gateway.described import Described
from console.records.budget import Usage
from console.records.fill import Fill

__all__ = ("Reader",)

FEW = 30
"""Messages that are asked for while a run goes on: since the last look there were hardly more."""


class Reader:
    """Reads of the runs of one gateway."""

    def __init__(self, gateway: Gateway, board: GatewayBoard, *, patience: float) -> None:
        """`patience`: seconds for each."""
        self._gateway = gateway
        self._board = board
        self._patience = patience

    async def read_whole(self, run: Run) -> None:
        """At its end: keep its transcript, and tell the blackboard what it used. Raises MoziError, OSError, TimeoutError."""
        async with asyncio.timeout(self._patience):
            used = await keep_transcript(self._gateway, run)
        if used is not None:
            await self._tell(run, used)

    async def read_on(self, run: Run) -> None:
        """While it goes on: what it has used so far. Raises MoziError, OSError, TimeoutError."""
        async with asyncio.timeout(self._patience):
            found = await history_of(self._gateway, run.note.key, FEW)
            since = run.counted_until or run.note.after
            if len(found) >= FEW and when(found[0]) > since:
                found = await history_of(self._gateway, run.note.key, LIMIT)
        new = [message for message in found if is_of(run, message) and when(message) > since]
        if new:
            await asyncio.to_thread(note_answers, run, new)
            run.counted += sum(map(spent, new), Usage())
            run.counted_until = max(map(when, new))
            await self._tell(run, run.counted)

    async def _tell(self, run: Run, used: Usage) -> None:
        await self._board.spent(run, run.note.left_tokens + used.tokens, run.note.left_cost + used.cost)
        await self._board.converses(run)
        if run.used_up and not run.window:
            found = await self._gateway.call("sessions.describe", {"key": run.note.key}, Described)
            run.window = int((found.session.context_tokens if found.session is not None else None) or 0)
        if run.used_up:
            fill = Fill(used=run.used_up, window=run.window)
            await asyncio.to_thread(note_fill, run.folder, run.note.key, fill)
