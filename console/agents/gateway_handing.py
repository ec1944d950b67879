"""Owns the hand-over of a session of the gateway that is nearly full: the run that asks for a note, and the one that follows.

A note that cannot be had keeps nobody from beginning anew; whoever is refused for now, or stopped, hands nothing over.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from typing import Any

from console.agents.gateway_note import session_key
from console.agents.gateway_run import Run, text_of
from console.agents.gateway_sending import Sender
from console.agents.gateway_transcript import LIMIT, history_of, is_of, spent
from console.agents.handing_over import is_at_work, pass_on
from console.agents.layout import prompt_of
from console.errors import MoziError
from console.gateway.client import Gateway
from console.gateway.outcomes import Outcome, Result
from console.gateway.states import Refused
from console.records.budget import Usage

__all__ = ("Handing",)

_NOTHING_MORE = (Outcome.COMPLETED, Outcome.FAILED, Outcome.TIMED_OUT, Outcome.BROKEN_OFF)
"""The ends after which a new conversation begins, with the note or without."""

_log = logging.getLogger("moziplus.gateway")


class Handing:
    """Of the runs of one gateway."""

    def __init__(self, gateway: Gateway, sender: Sender) -> None:
        self._gateway = gateway
        self._sender = sender

    async def over(self, run: Run, result: Result) -> Result | None:
        """The run that asked for the note has ended: the whole prompt is sent into a new session. Then None, else the end.

        Raises GatewayFault.
        """
        stopped = run.given_up or run.folder.stop_reason() is not None
        if stopped or result.for_now or result.outcome not in _NOTHING_MORE:
            return result
        if not await asyncio.to_thread(is_at_work, run.spec):
            return result  # it did more than it was asked for
        try:
            await self._begin_anew(run, whole=result.outcome is Outcome.COMPLETED)
        except (Refused, OSError, ValueError) as error:
            return Result(
                outcome=Outcome.FAILED, cause=f"the conversation after the hand-over could not be begun: {error}"
            )
        return None

    async def _begin_anew(self, run: Run, *, whole: bool) -> None:
        old = run.note.key
        messages = [one for one in await history_of(self._gateway, old, LIMIT) if is_of(run, one)]
        used = sum(map(spent, messages), Usage())
        note = _last_words(messages) if whole else ""
        words = await asyncio.to_thread(pass_on, run.folder, old, note, used)
        run.tell(words)
        await asyncio.to_thread(run.leave, session_key(run.note.agent, run.id), used)
        try:
            await self._gateway.call("sessions.delete", {"key": old}, dict)
        except MoziError as error:
            _log.warning("session %s, which was handed over, is not archived: %s", old, error)
        await self._sender.send(run, await asyncio.to_thread(prompt_of, run.spec))


def _last_words(messages: Sequence[Mapping[str, Any]]) -> str:
    said = [text_of(one.get("content")) for one in messages if one.get("role") == "assistant"]
    return said[-1] if said else ""
