"""Owns what is still to be done for runs in the gateway that are over: transcript, usage, what they left going, the archive.

Nobody waits for it. A session with which its agent may go on is archived once its task is over, and by whoever used it last.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from console.agents.gateway_background import end_commands
from console.agents.gateway_board import GatewayBoard
from console.agents.gateway_left import Left, forget, left_behind, remember
from console.agents.gateway_note import is_ours
from console.agents.gateway_run import Run, ended_too
from console.agents.gateway_use import Reader
from console.clock import Clock
from console.errors import MoziError, Unavailable
from console.gateway import wire
from console.gateway.client import Gateway
from console.gateway.described import Described
from console.gateway.states import GatewayFault, Kind
from console.spawn import spawn

__all__ = ("Tidier",)

AGAIN, LATER = 0.5, 15.0
"""Seconds before a gateway at work is asked once more for a transcript that just changed: doubled each time, up to LATER."""
TRIES = 5
"""Times that a transcript and an archive are refused before they are given up; one that only does not answer is asked on."""
READY = 10.0
"""Seconds that a start waits for what the last run in its session left; then it is tried again later."""
REST = 60.0
"""Seconds between two looks whether a session may still be gone on with."""
_FOR_NOW = (Kind.STRUGGLING, Kind.DRAINING, Kind.STARTING, Kind.RESTARTING, Kind.DOWN, Kind.CONNECTING)

_log = logging.getLogger("moziplus.gateway")


class Tidier:
    """Sees to what the runs of one gateway leave."""

    def __init__(
        self,
        gateway: Gateway,
        board: GatewayBoard,
        clock: Clock,
        reader: Reader,
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
        self._reader = reader
        self._tidied = tidied
        self._patience, self._parting = patience, parting
        self._left: dict[str, Left] = {}
        """Runs of which something is still to be had, or to be done."""
        self._asking: set[str] = set()
        """Those of them for which the gateway is asked just now."""
        self._under_way: set[asyncio.Task[None]] = set()

    @property
    def reading(self) -> bool:
        """Whether something of runs that ended just now is still to be had; a gateway that takes too long is not waited for."""
        now = self._clock.monotonic()
        return self._gateway.connection is not None and any(
            now - left.since < self._parting for left in self._awaited()
        )

    def take(self, left: Left) -> None:
        """A run is over, and what it leaves is noted on disk. Its task may be over with it: sessions that rested are due."""
        task = (left.run.spec.project_folder, left.run.spec.task)
        for name, other in self._left.items():
            if other.rests and task == (other.run.spec.project_folder, other.run.spec.task):
                self._left[name] = replace(other, due=0.0, rests=False, since=self._clock.monotonic())
        self._left[left.run.id] = left
        self._begin([left.run.id])

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

    async def ready(self, key: str) -> bool | None:
        """Whether a run may go on in that session: all that its last ones left was seen to, whose words end there. None for
        not yet."""
        if any(left.elsewhere or left.run.note.parted for _, left in self._of(key)):
            return False
        with suppress(TimeoutError):
            async with asyncio.timeout(min(READY, self._patience)):
                while names := [name for name, left in self._of(key) if not (left.kept and left.cleared)]:
                    self._begin(names)
                    await asyncio.wait(self._under_way, return_when=asyncio.FIRST_COMPLETED)
                return True
        return None

    async def handed_on(self, key: str) -> None:
        """A run goes on in that session: the archive is its own matter from now on."""
        for name, left in self._of(key):
            if left.kept and left.cleared:
                del self._left[name]
                await asyncio.to_thread(forget, left)

    async def close(self) -> None:
        """Finish what is under way and what is left, within its own time. Safe to call twice."""
        with suppress(TimeoutError):
            async with asyncio.timeout(self._parting):
                while self._under_way or (self._awaited() and self._gateway.connection is not None):
                    if self._under_way:
                        await asyncio.wait(self._under_way)
                    else:
                        await asyncio.sleep(AGAIN)
                        self._begin([left.run.id for left in self._awaited()])
        for task in self._under_way:
            task.cancel()

    async def forget_run(self, run: Run, left: Left) -> None:
        """The gateway never had it, and shall not have it later; a session that went before it stays."""
        await self._tried(run, self._clear(left), "session is not cleared")
        if not run.note.after:
            await self._tried(run, self._archive(left), "session is not archived")

    async def end_commands(self, run: Run, keys: list[str]) -> None:
        """What it left in the background ends with it, and is told."""
        if ended := await end_commands(self._gateway, run, keys, self._patience):
            run.ended = (*run.ended, *ended)
            await asyncio.to_thread(run.add_late, [*map(ended_too, ended)])

    def _awaited(self) -> list[Left]:
        return [left for left in self._left.values() if not left.rests]

    def _of(self, key: str) -> list[tuple[str, Left]]:
        return [(name, left) for name, left in self._left.items() if left.run.note.key == key]

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
                if name in self._left:
                    await self._finish(name)
        finally:
            self._asking.difference_update(todo)
        self._tidied()

    async def _finish(self, name: str) -> None:
        left = self._left[name]
        run, done = left.run, left.elsewhere or left.cleared
        read = left.kept or await self._tried(run, self._reader.read_whole(run), "transcript is not kept")
        cleared = done or await self._tried(run, self._clear(left), "session is not cleared")
        refused = left.refused + (False in (read, cleared))
        if (bool(read), bool(cleared)) != (left.kept, left.cleared):
            left = self._left[name] = replace(left, kept=bool(read), cleared=bool(cleared))
            await asyncio.to_thread(remember, left)
        now = self._clock.monotonic()
        archived: bool | None = left.elsewhere
        if not left.elsewhere and ((read and cleared) or refused >= TRIES):
            kept = await self._board.keeps(run)
            if name not in self._left:
                return  # handed on meanwhile: whoever goes on with it archives it
            if kept:
                self._left[name] = replace(left, due=now + REST, rests=True)
                return
            archived = await self._tried(run, self._archive(left), "session is not archived")
            refused += archived is False
        due = now + min(LATER, AGAIN * 2 ** min(left.tries, 10))
        self._left[name] = replace(left, tries=left.tries + 1, refused=refused, due=due, rests=False)
        whole, given_up = read and archived, refused >= TRIES
        if whole or given_up:
            del self._left[name]
        if whole or (given_up and left.again):
            await asyncio.to_thread(forget, left)

    async def _tried(self, run: Run, work: Awaitable[None], what: str) -> bool | None:
        """True where it was done, False where it was refused; None where it cannot be now."""
        try:
            await work
        except (MoziError, OSError, TimeoutError) as error:
            _log.warning("run %s: its %s: %s", run.id, what, str(error) or "no answer in time")
            return None if _for_now(error) else False
        return True

    async def _clear(self, left: Left) -> None:
        """End what it started in the gateway by itself. Children with sessions of ours go on."""
        run = left.run
        async with asyncio.timeout(self._patience):
            if not left.completed:
                await self._gateway.call("sessions.abort", {"key": run.note.key}, wire.Aborted)
            children = await self._children(run)
            for key in children:
                await self._gateway.call("sessions.abort", {"key": key}, wire.Aborted)
        await self.end_commands(run, [run.note.key, *children])

    async def _archive(self, left: Left) -> None:
        async with asyncio.timeout(self._patience):
            await self._gateway.call("sessions.delete", {"key": left.run.note.key}, dict)

    async def _children(self, run: Run) -> list[str]:
        found = await self._gateway.call("sessions.describe", {"key": run.note.key}, Described)
        children = found.session.child_sessions if found.session is not None else None
        return [key for key in (children or ()) if not is_ours(key)]


def _for_now(error: Exception) -> bool:
    """Whether it may do so later: the gateway, or the blackboard, has no time now."""
    if isinstance(error, GatewayFault):
        return error.state.kind in _FOR_NOW
    return isinstance(error, TimeoutError | Unavailable)
