"""Owns what is said to a running agent in the gateway: a nudge, a message. What the gateway refuses was not said.

Nothing is said to a run that waits for an answer: the gateway would refuse it, and end the run once somebody answers.
"""

from __future__ import annotations

import asyncio
import uuid

from console.agents.folder import SessionFolder
from console.agents.gateway_asks import QUESTIONS
from console.agents.gateway_run import Run
from console.errors import UsageError
from console.gateway import asked, wire
from console.gateway.client import Gateway
from console.gateway.states import Refused
from console.records.session import Session
from console.text import one_line

__all__ = ("Speaker",)

NUDGE = (
    "Nothing has been heard from you for a while. Go on, if you are at work. If something keeps you from it, say so with "
    "`{shim} comment`; if the work is done, hand it in with `{shim} submit`; if you cannot do it, give it back with "
    "`{shim} release`."
)
HEARD_MS = 500
"""Milliseconds within which a message is refused, where it is."""


class Speaker:
    """Speaks to the runs of one gateway."""

    def __init__(self, gateway: Gateway, runs: dict[str, Run]) -> None:
        self._gateway = gateway
        self._runs = runs

    async def nudge(self, session: Session) -> None:
        """Ask a silent agent for a word. Raises as `send`."""
        folder = SessionFolder(session.folder or "")
        await self.send(session, NUDGE.format(shim=folder.shim))

    async def send(self, session: Session, text: str) -> None:
        """Say something to a running agent: 2026.9 puts it into the turn, 2026.5 gives it a turn of its own afterwards.

        Raises GatewayFault and Refused, and UsageError where the session is not running here, or waits for an answer.
        """
        run = self._runs.get(session.id)
        if run is None or run.over or not text.strip():
            raise UsageError(f"session {session.id} takes no message: it is not running in the gateway")
        if await self._has_question(run):
            raise UsageError(
                f"session {session.id} takes no message before its question is answered: `moziplus ask list`"
            )
        params = {"key": run.note.key, "message": text, "idempotencyKey": str(uuid.uuid4())}
        sent = await self._gateway.call("sessions.send", params, wire.Accepted)
        waited = await self._gateway.call("agent.wait", {"runId": sent.run_id, "timeoutMs": HEARD_MS}, wire.Waited)
        if waited.status == "error":
            raise Refused(f"the gateway refused it: {one_line(str(waited.error or 'it does not say why'), 300)}")
        await asyncio.to_thread(run.change, later=(*run.note.later, sent.run_id))

    async def _has_question(self, run: Run) -> bool:
        connection = self._gateway.connection
        if connection is None or connection.hello.protocol < QUESTIONS:
            return False
        found = await self._gateway.call("question.list", {}, asked.QueryList)
        return any(query.session_key == run.note.key for query in found.questions)
