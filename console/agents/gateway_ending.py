"""Owns the end of a run in the gateway: abort, and, once it is over, exit.json and its slot free.

Never says that a run is over before its ending is on disk. What takes the gateway its time afterwards holds up nobody.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from console.agents.forms.resets import reset_time
from console.agents.gateway_board import GatewayBoard
from console.agents.gateway_left import Left, remember
from console.agents.gateway_run import Run
from console.agents.gateway_tidying import Tidier
from console.clock import Clock
from console.gateway import wire
from console.gateway.client import Gateway
from console.gateway.outcomes import Outcome, Result, is_provider_failure
from console.gateway.states import Refused
from console.records.ending import Ending

__all__ = ("Settler",)

_CUT_SHORT = (Outcome.ABORTED, Outcome.BROKEN_OFF, Outcome.REPLACED)
_WORDS = {
    Outcome.ABORTED: "somebody ended it in the gateway",
    Outcome.REPLACED: "somebody put another message in its place, or began its session anew, in the gateway",
    Outcome.BROKEN_OFF: "it broke off within a tool call, without a word",
}

_log = logging.getLogger("moziplus.gateway")


class Settler:
    """Ends runs for one gateway."""

    def __init__(
        self,
        gateway: Gateway,
        board: GatewayBoard,
        clock: Clock,
        tidier: Tidier,
        ended: Callable[[Run, Result], None],
    ) -> None:
        self._gateway = gateway
        self._board = board
        self._clock = clock
        self.tidier = tidier
        self._ended = ended

    async def abort(self, run: Run) -> None:
        """Ask the gateway to end everything that goes on in the run's session. Raises GatewayFault and Refused."""
        await self._gateway.call("sessions.abort", {"key": run.note.key, "runId": run.note.run_id}, wire.Aborted)
        if run.note.later:
            await self._gateway.call("sessions.abort", {"key": run.note.key}, wire.Aborted)

    async def let_go(self, run: Run) -> None:
        """The gateway has lost it: settle it, once nothing of it goes on. Raises GatewayFault where that is not confirmed.

        A release that begins interrupted runs again by itself may have begun this one, under another id.
        """
        try:
            await self._gateway.call("sessions.abort", {"key": run.note.key}, wire.Aborted)
        except Refused as error:
            _log.info("nothing of the lost run %s can be aborted: %s", run.id, error)
        await self.settle(run, Result(outcome=Outcome.LOST))

    async def settle(self, run: Run, result: Result) -> None:
        """The run is over: write how it ended, and say so; what it leaves is kept afterwards. Once, whoever asks."""
        if run.over or run.settling:
            return
        run.settling = True
        run.end_line()
        self._judge(result)
        left = self._left_by(run, result)
        run.close()
        if run.note.left and not left.elsewhere:
            await self.tidier.end_commands(run, [run.note.key])
        await asyncio.to_thread(remember, left)
        if result.outcome is not Outcome.LOST:
            await asyncio.to_thread(run.folder.write_ending, self._ending(run, result), swept=True)
        parted = run.note.parted or result.outcome is Outcome.LOST or left.elsewhere
        await asyncio.to_thread(run.change, over=True, parted=parted)
        await self._board.tell(run, last=True)
        run.over = True
        _log.info("run %s of %s in the gateway: %s", run.id, run.spec.agent, result.outcome)
        self._ended(run, result)
        self.tidier.take(left)

    async def never_began(self, run: Run) -> None:
        """The gateway never had it, and shall not have it later."""
        await self.tidier.forget_run(run, self._left_by(run, Result(outcome=Outcome.LOST)))
        await asyncio.to_thread(run.change, over=True)
        run.over = True
        run.close()

    def _judge(self, result: Result) -> None:
        if result.outcome is Outcome.COMPLETED:
            self._gateway.succeeded()
        elif is_provider_failure(result):
            self._gateway.failed(result.cause or "its model provider fails")

    def _left_by(self, run: Run, result: Result) -> Left:
        whole = bool(run.heard) and run.heard_whole
        completed = result.outcome is Outcome.COMPLETED and not run.note.later
        elsewhere, since = self._elsewhere(run, result), self._clock.monotonic()
        return Left(run=run, completed=completed, elsewhere=elsewhere, whole=whole, since=since)

    def _ending(self, run: Run, result: Result) -> Ending:
        now = self._clock.now()
        asked, timed_out = run.folder.stop_reason(), self._timed_out(run, result)
        codes = {Outcome.COMPLETED: 0, Outcome.FAILED: 75 if result.for_now else 1, Outcome.BROKEN_OFF: 1}
        elsewhere = self._elsewhere(run, result)
        failure = result.cause
        if timed_out:
            failure = f"it ran longer than the {run.spec.task_timeout} s that it may"
        elif result.outcome in _WORDS and (asked is None or elsewhere):
            failure = _WORDS[result.outcome]
        stopped = asked if result.outcome in _CUT_SHORT and not timed_out else None
        return Ending(
            exit_code=None if timed_out or stopped is not None else codes.get(result.outcome),
            timed_out=timed_out,
            stopped=stopped,
            rate_limited=result.for_now,
            limited_until=reset_time(failure or "", now) if result.for_now else None,
            ours=result.outcome in (Outcome.NEVER_BEGAN, Outcome.NO_AGENT),
            unstarted=result.outcome is Outcome.NO_AGENT,
            elsewhere=elsewhere,
            failure=failure,
            tail=run.log.tail,
            conversation=run.conversation,
            at=now,
        )

    def _timed_out(self, run: Run, result: Result) -> bool:
        """The gateway has other words for its own time-out, too; nobody else ends a run at just that time."""
        late = self._clock.now() - run.note.sent_at >= run.spec.task_timeout * 1000
        by_nobody = run.folder.stop_reason() is None and late
        return result.outcome is Outcome.TIMED_OUT or (result.outcome in _CUT_SHORT and by_nobody)

    def _elsewhere(self, run: Run, result: Result) -> bool:
        """Somebody else ended it on purpose: what they do with its session since is theirs."""
        by_us = run.given_up or run.folder.stop_reason() is not None
        return result.outcome in (Outcome.ABORTED, Outcome.REPLACED) and not by_us and not self._timed_out(run, result)
