"""Owns the end of a run in the gateway: abort, and, once it is over, exit.json and its slot free; then transcript and archive.

Never says that a run is over before its ending is on disk. What takes the gateway its time afterwards holds up nobody.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
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
from console.errors import MoziError, Unavailable
from console.gateway import wire
from console.gateway.client import Gateway
from console.gateway.outcomes import Outcome, Result, is_provider_failure
from console.gateway.states import GatewayFault, Kind, Refused
from console.records.ending import Ending
from console.spawn import spawn

__all__ = ("Settler",)

AGAIN, LATER = 0.5, 15.0
"""Seconds before a gateway at work is asked once more for a transcript that just changed: doubled each time, up to LATER."""
TRIES = 5
"""Times that a transcript and an archive are refused before they are given up; one that only does not answer is asked on."""
_FOR_NOW = (Kind.STRUGGLING, Kind.DRAINING, Kind.STARTING, Kind.DOWN, Kind.CONNECTING)

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
        """`patience`: seconds for each of the last questions about a run; `parting`: for all of them, where somebody waits.

        `tidied` is called after they were asked.
        """
        self._gateway = gateway
        self._board = board
        self._clock = clock
        self._ended = ended
        self._tidied = tidied
        self._patience, self._parting = patience, parting
        self._left: dict[str, Left] = {}
        """Runs whose transcript or archive is still to be had."""
        self._asking: set[str] = set()
        """Those of them for which the gateway is asked just now."""
        self._under_way: set[asyncio.Task[None]] = set()

    @property
    def reading(self) -> bool:
        """Whether something of runs that ended just now is still to be had; a gateway that takes too long is not waited for."""
        now = self._clock.monotonic()
        up = self._gateway.connection is not None
        return up and any(now - left.since < self._parting for left in self._left.values())

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
        self._left[run.id] = left
        self._begin([run.id])

    async def close(self) -> None:
        """Finish what is under way and what is left, within its own time. Safe to call twice."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self._parting):
                while self._under_way or (self._left and self._gateway.connection is not None):
                    if self._under_way:
                        await asyncio.wait(self._under_way)
                    else:
                        await asyncio.sleep(AGAIN)
                        self._begin(self._left)
        for task in self._under_way:
            task.cancel()

    async def never_began(self, run: Run) -> None:
        """The gateway never had it, and shall not have it later."""
        await self._tried(run, self._clear(self._left_by(run, Result(outcome=Outcome.LOST))), "session is not archived")
        await asyncio.to_thread(run.change, over=True)
        run.over = True
        run.close()

    def catch_up(self) -> None:
        """Ask for what is due of what runs that are over left."""
        now = self._clock.monotonic()
        if self._gateway.connection is not None:
            self._begin([name for name, left in self._left.items() if now >= left.due])

    def ask_at_once(self) -> None:
        """There is a new connection: what could not be had on the old one is due."""
        self._left = {name: replace(left, due=0.0) for name, left in self._left.items()}

    def inherit(self, home: Path) -> None:
        """Make up for what earlier lives left; once, by whoever is in charge."""
        for left in left_behind(home, self._clock.monotonic()):
            self._left.setdefault(left.run.id, left)

    async def read_on(self, run: Run) -> None:
        """Keep its transcript so far and tell the blackboard what it has used; only where it did something since."""
        if run.read_at != run.heard:
            run.read_at = run.heard
            await self._tried(run, self._read(run), "transcript so far is not kept")

    def _begin(self, names: Iterable[str]) -> None:
        if todo := [name for name in names if name not in self._asking]:
            self._asking.update(todo)
            task = spawn(self._see_to(todo), name="what runs left")
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)

    async def _see_to(self, todo: list[str]) -> None:
        """Keep what these runs left, and archive their sessions; what the gateway would not do now is tried again."""
        try:
            for name in todo:
                await self._finish(name)
        finally:
            self._asking.difference_update(todo)
        self._tidied()

    async def _finish(self, name: str) -> None:
        left = self._left[name]
        read = True if left.kept else await self._tried(left.run, self._read(left.run), "transcript is not kept")
        if read and not left.kept:
            left = self._left[name] = replace(left, kept=True)
            await asyncio.to_thread(remember, left)
        cleared = left.elsewhere or await self._tried(left.run, self._clear(left), "session is not archived")
        refused = left.refused + (False in (read, cleared))
        due = self._clock.monotonic() + min(LATER, AGAIN * 2 ** min(left.tries, 10))
        self._left[name] = replace(left, tries=left.tries + 1, refused=refused, due=due)
        done, given_up = read and cleared, refused >= TRIES
        if done or given_up:
            del self._left[name]
        if done or (given_up and left.again):
            await asyncio.to_thread(forget, left)

    async def _tried(self, run: Run, work: Awaitable[None], what: str) -> bool | None:
        """True where it was done, False where it was refused; None where it cannot be now."""
        try:
            await work
        except (MoziError, OSError, TimeoutError) as error:
            _log.warning("run %s: its %s: %s", run.id, what, str(error) or "no answer in time")
            return None if _for_now(error) else False
        return True

    def _judge(self, result: Result) -> None:
        if result.outcome is Outcome.COMPLETED:
            self._gateway.succeeded()
        elif is_provider_failure(result):
            self._gateway.failed(result.cause or "its model provider fails")

    async def _read(self, run: Run) -> None:
        async with asyncio.timeout(self._patience):
            used = await keep_transcript(self._gateway, run)
        if used is not None:
            await self._board.spent(run, used.tokens, used.cost)

    def _left_by(self, run: Run, result: Result) -> Left:
        whole = bool(run.heard) and run.heard_whole
        completed = result.outcome is Outcome.COMPLETED and not run.note.later
        elsewhere, since = self._elsewhere(run, result), self._clock.monotonic()
        return Left(run=run, completed=completed, elsewhere=elsewhere, whole=whole, since=since)

    async def _end_commands(self, run: Run, keys: list[str]) -> None:
        """What it left in the background ends with it, and is told."""
        if ended := await end_commands(self._gateway, run, keys, self._patience):
            run.ended = (*run.ended, *ended)
            await asyncio.to_thread(run.add_late, [*map(ended_too, ended)])

    async def _clear(self, left: Left) -> None:
        """End what it started in the gateway by itself, then archive its session. Children with sessions of ours go on."""
        run = left.run
        async with asyncio.timeout(self._patience):
            if not left.completed:
                await self._gateway.call("sessions.abort", {"key": run.note.key}, wire.Aborted)
            children = await self._children(run)
            for key in children:
                await self._gateway.call("sessions.abort", {"key": key}, wire.Aborted)
        await self._end_commands(run, [run.note.key, *children])
        async with asyncio.timeout(self._patience):
            await self._gateway.call("sessions.delete", {"key": run.note.key}, dict)

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


def _for_now(error: Exception) -> bool:
    """Whether it may do so later: the gateway, or the blackboard, has no time now."""
    if isinstance(error, GatewayFault):
        return error.state.kind in _FOR_NOW
    return isinstance(error, TimeoutError | Unavailable)
