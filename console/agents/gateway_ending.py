"""Owns the end of a run in the gateway: abort, and, once it is over, exit.json and its slot free; then transcript and archive.

Never says that a run is over before its ending is on disk. What takes the gateway its time afterwards holds up nobody.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from console.agents.forms.resets import reset_time
from console.agents.gateway_background import end_commands
from console.agents.gateway_board import GatewayBoard
from console.agents.gateway_left import Left, forget, left_behind, remember
from console.agents.gateway_note import is_ours
from console.agents.gateway_run import Run, ended_too
from console.agents.gateway_transcript import keep_transcript
from console.clock import Clock
from console.errors import MoziError
from console.gateway import wire
from console.gateway.client import Gateway
from console.gateway.outcomes import Outcome, Result, is_provider_failure
from console.gateway.states import GatewayFault, Refused
from console.records.ending import Ending
from console.spawn import spawn

__all__ = ("Settler",)

AGAIN = 0.5
"""Seconds before a gateway at work is asked once more for a transcript that just changed."""
TRIES = 5
"""Times that a transcript and an archive are asked for."""

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
        ended: Callable[[Run, Result], None],
        tidied: Callable[[], None],
        *,
        patience: float,
        parting: float,
    ) -> None:
        """`patience`: seconds for each of the last questions about a run, `parting`: for all of them once nobody follows.

        `tidied` is called after they were asked.
        """
        self._gateway = gateway
        self._board = board
        self._clock = clock
        self._ended = ended
        self._tidied = tidied
        self._patience, self._parting = patience, parting
        self._left: list[Left] = []
        """Runs whose transcript or archive is still to be had."""
        self._under_way: set[asyncio.Task[None]] = set()

    @property
    def behind(self) -> bool:
        """Whether something is left to catch up with."""
        return bool(self._left)

    async def abort(self, run: Run) -> None:
        """Ask the gateway to end everything that goes on in the run's session. Raises GatewayFault and Refused."""
        await self._gateway.call("sessions.abort", {"key": run.note.key, "runId": run.id}, wire.Aborted)
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
            await self._end_commands(run, [run.note.key])
        await asyncio.to_thread(remember, left)
        if result.outcome is not Outcome.LOST:
            await asyncio.to_thread(run.folder.write_ending, self._ending(run, result), swept=True)
        await asyncio.to_thread(run.change, over=True)
        await self._board.tell(run, last=True)
        run.over = True
        _log.info("run %s of %s in the gateway: %s", run.id, run.spec.agent, result.outcome)
        self._ended(run, result)
        self._left.append(left)
        task = spawn(self.catch_up(), name=f"what run {run.id} left")
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def close(self) -> None:
        """Finish what is under way and what is left, within its own time. Safe to call twice."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self._parting):
                while self._under_way or (self._left and self._gateway.connection is not None):
                    if self._under_way:
                        await asyncio.wait(self._under_way)
                    else:
                        await asyncio.sleep(AGAIN)
                        await self.catch_up()
        for task in self._under_way:
            task.cancel()

    async def never_began(self, run: Run) -> None:
        """The gateway never had it, and shall not have it later."""
        await self._clear(self._left_by(run, Result(outcome=Outcome.LOST)))
        await asyncio.to_thread(run.change, over=True)
        run.over = True
        run.close()

    async def catch_up(self) -> None:
        """Keep what runs that are over left, and archive their sessions; what the gateway would not do now is tried again."""
        todo, self._left = self._left, []
        for left in todo:
            if not left.kept and await self._read(left.run):
                left = replace(left, kept=True)
                await asyncio.to_thread(remember, left)
            cleared = left.elsewhere or await self._clear(left)
            if (left.kept and cleared) or (left.again and left.tries >= TRIES):
                await asyncio.to_thread(forget, left)
            elif left.tries < TRIES:
                self._left.append(replace(left, tries=left.tries + 1))
        self._tidied()

    def inherit(self, home: Path) -> None:
        """Make up for what earlier lives left; once, by whoever is in charge."""
        known = {left.run.id for left in self._left}
        self._left += [left for left in left_behind(home) if left.run.id not in known]

    async def read_on(self, run: Run) -> None:
        """Keep its transcript so far and tell the blackboard what it has used; only where it did something since."""
        if run.read_at != run.heard:
            run.read_at = run.heard
            await self._read(run)

    def _judge(self, result: Result) -> None:
        if result.outcome is Outcome.COMPLETED:
            self._gateway.succeeded()
        elif is_provider_failure(result):
            self._gateway.failed(result.cause or "its model provider fails")

    async def _read(self, run: Run) -> bool:
        try:
            async with asyncio.timeout(self._patience):
                used = await keep_transcript(self._gateway, run)
        except (MoziError, OSError, TimeoutError) as error:
            _log.warning("the transcript of run %s cannot be kept: %s", run.id, error or "no answer in time")
            return False
        if used is not None:
            await self._board.spent(run, used.tokens, used.cost)
        return True

    def _left_by(self, run: Run, result: Result) -> Left:
        whole = bool(run.heard) and run.heard_whole
        completed = result.outcome is Outcome.COMPLETED and not run.note.later
        return Left(run=run, completed=completed, elsewhere=self._elsewhere(run, result), whole=whole)

    async def _end_commands(self, run: Run, keys: list[str]) -> None:
        """What it left in the background ends with it, and is told."""
        if ended := await end_commands(self._gateway, run, keys, self._patience):
            run.ended = (*run.ended, *ended)
            await asyncio.to_thread(run.add_late, [*map(ended_too, ended)])

    async def _clear(self, left: Left) -> bool:
        """End what it started in the gateway by itself, then archive its session. Children with sessions of ours go on."""
        run = left.run
        try:
            async with asyncio.timeout(self._patience):
                if not left.completed:
                    await self._gateway.call("sessions.abort", {"key": run.note.key}, wire.Aborted)
                children = await self._children(run)
                for key in children:
                    await self._gateway.call("sessions.abort", {"key": key}, wire.Aborted)
            await self._end_commands(run, [run.note.key, *children])
            async with asyncio.timeout(self._patience):
                await self._gateway.call("sessions.delete", {"key": run.note.key}, dict)
        except (GatewayFault, Refused, TimeoutError) as error:
            _log.warning("the gateway's session of run %s is not archived: %s", run.id, error or "no answer in time")
            return False
        return True

    async def _children(self, run: Run) -> list[str]:
        found = await self._gateway.call("sessions.describe", {"key": run.note.key}, wire.Described)
        children = found.session.child_sessions if found.session is not None else None
        return [key for key in (children or ()) if not is_ours(key)]

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
