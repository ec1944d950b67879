"""Owns how we learn what becomes of the runs in the gateway: its events, and looks at them when these may be missing.

An event is a hint; a run is over when `agent.wait` or the gateway's list says so, or when a gateway that shuts down, and
answers nothing any more, has told its last words. One that the gateway does not know to be active, without an end, is
looked at again for a while before it counts as lost.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

import msgspec

from console.agents.gateway_asks import Asker
from console.agents.gateway_background import note_commands
from console.agents.gateway_board import GatewayBoard
from console.agents.gateway_ending import Settler
from console.agents.gateway_handing import Handing
from console.agents.gateway_lives import drains, ends_to_ask, restarted, tells_of
from console.agents.gateway_pace import Pace
from console.agents.gateway_run import Run, text_of
from console.agents.gateway_use import Reader
from console.clock import Clock
from console.errors import MoziError
from console.gateway import wire
from console.gateway.client import Gateway
from console.gateway.outcomes import Outcome, Result, ends, from_answer, from_row, from_wait
from console.gateway.states import GatewayFault, Kind, Refused
from console.spawn import spawn

__all__ = ("Looker",)

_log = logging.getLogger("moziplus.gateway")


class Looker:
    """Follows the runs of one gateway."""

    def __init__(
        self,
        gateway: Gateway,
        board: GatewayBoard,
        settler: Settler,
        reader: Reader,
        clock: Clock,
        runs: dict[str, Run],
        pace: Pace,
        asker: Asker,
    ) -> None:
        self._gateway = gateway
        self._board = board
        self._settler = settler
        self._reader = reader
        self._clock = clock
        self._runs = runs
        self._pace = pace
        self._asker = asker
        self.handing: Handing
        """Set by whoever makes it: what is handed over is sent anew."""
        self._following: asyncio.Task[None] | None = None
        self._under_way: set[asyncio.Task[None]] = set()
        self._connection: object | None = None

    def begin(self) -> None:
        """Follow from now on. Safe to call twice."""
        if self._following is None:
            self._following = spawn(self._follow(), name="gateway runs")

    async def close(self) -> None:
        """Stop following; what is being settled is finished first, within its own time. Safe to call twice."""
        following, self._following = self._following, None
        if following is not None:
            following.cancel()
            await asyncio.wait([following])
        if self._under_way:
            _, late = await asyncio.wait(self._under_way, timeout=5.0)
            for task in late:
                task.cancel()

    def connection_changed(self) -> None:
        """What was known of every run is old; ask anew."""
        if self._gateway.connection is not self._connection:
            self._connection = self._gateway.connection
            self._asker.look()
            for run in self._runs.values():
                run.next_look = 0.0
            self._settler.tidier.ask_at_once()

    def happened(self, event: wire.Event) -> None:
        """An event of the gateway; most are not of our runs. One in another form than we know is let go."""
        self._asker.hint(event)
        try:
            if event.event == "agent":
                self._did(wire.read(event.payload, wire.AgentEvent))
            elif event.event == "chat":
                self._said(wire.read(event.payload, wire.ChatEvent))
        except msgspec.DecodeError:
            return

    def answered(self, run: Run, answer: wire.Answer) -> None:
        """The gateway's second answer to a start comes at its end; it may refuse what it had accepted."""
        run.refused = from_answer(answer)
        run.next_look = 0.0

    async def mark(self, run: Run) -> None:
        """Its session becomes `running`; refused, the run is aborted. What cannot be written now is tried again."""
        try:
            if not await self._board.running(run):
                _log.info("session %s is not wanted any more: its run is aborted", run.id)
                run.given_up = True
                await self._settler.abort(run)
                run.next_look = 0.0
        except MoziError as error:
            _log.warning("session %s cannot be marked as running yet: %s", run.id, error)

    async def look(self, run: Run) -> None:
        """Ask the gateway about one run and settle it where it is over. Raises GatewayFault and Refused."""
        if run.over or run.looking:
            return
        run.looking = True
        try:
            await self._look(run)
        finally:
            run.looking = False

    def _run(self, run_id: str, key: str | None) -> Run | None:
        """The run of an event; one that was sent into its session later counts as the same."""
        run = self._runs.get(run_id) or next((r for r in self._runs.values() if r.note.key == key), None)
        return None if run is None or run.over else run

    def _did(self, told: wire.AgentEvent) -> None:
        run = self._run(told.run_id, told.session_key)
        self._asker.did(told)
        if run is None:
            return
        if (
            told.run_id == run.note.run_id or told.run_id in run.note.later
        ):  # one that the gateway began again is no sign of ours
            run.missed_since = None
        if run.take(told, self._clock.now()):
            self._gateway.succeeded()
        if told.stream == "tool" and told.data.get("phase") == "result":
            note_commands(run, text_of(told.data.get("result")), self._clock.now())
        if ends(told):
            run.next_look = 0.0

    def _said(self, told: wire.ChatEvent) -> None:
        run = self._run(told.run_id, told.session_key)
        if run is not None and ends(told):
            run.next_look = 0.0
            run.finished |= told.run_id == run.note.run_id and told.state == "final"

    async def _follow(self) -> None:
        while True:
            await asyncio.sleep(self._pace.step)
            now, connection = self._clock.monotonic(), self._gateway.connection
            self._settler.tidier.catch_up()
            for run in list(self._runs.values()):
                if run.over:
                    continue
                if not run.telling:
                    self._begin(self._tell(run), f"tell of run {run.id}")
                askable = connection is not None or run.finished
                if askable and now >= run.next_look and not run.looking:
                    run.next_look = now + self._pace.look
                    self._begin(self._look_safely(run), f"look at run {run.id}")
                if run.to_read and now >= run.next_read and not run.reading and run.confirmed is connection is not None:
                    self._begin(self._read(run), f"read of run {run.id}")

    def _begin(self, work: Coroutine[Any, Any, None], name: str) -> None:
        """Each by itself: a blackboard or a gateway that does not answer holds up nothing else."""
        task = spawn(work, name=name)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _tell(self, run: Run) -> None:
        run.telling = True
        try:
            if run.to_mark and run.note.accepted:
                await self.mark(run)
            await self._board.tell(run)
        finally:
            run.telling = False

    async def _look_safely(self, run: Run) -> None:
        try:
            await self.look(run)
        except (GatewayFault, Refused) as error:
            _log.info("run %s cannot be asked about now: %s", run.id, error)

    async def _read(self, run: Run) -> None:
        """What it has used so far: whoever counts it may stop it. What cannot be had now is read after its next call."""
        run.reading, run.to_read = True, False
        try:
            await self._reader.read_on(run)
        except (MoziError, OSError, TimeoutError) as error:
            _log.info("what run %s has used cannot be told now: %s", run.id, str(error) or "no answer in time")
        finally:
            run.reading = False
            run.next_read = self._clock.monotonic() + self._pace.read

    async def _look(self, run: Run) -> None:
        connection = self._gateway.connection
        try:
            waited = await self._gateway.call("agent.wait", {"runId": run.note.run_id, "timeoutMs": 50}, wire.Waited)
        except GatewayFault as fault:
            told = Result(outcome=Outcome.COMPLETED) if run.finished else run.refused
            if fault.state.kind is Kind.DRAINING and told is not None and not run.note.later:
                await self._settler.settle(run, told)
                return
            raise
        result, row = from_wait(waited) or run.refused, None
        anew = restarted(run, self._gateway.connection)
        if result is not None and result.outcome is Outcome.REPLACED and (anew or drains(connection)):
            result = None  # for the gateway's own sake
        if result is not None and result.outcome is Outcome.COMPLETED and ends_to_ask(connection):
            await self._asker.read()
        if result is None or run.note.later or run.asking:  # one that shuts down answers the first question only
            row = await self._listed(run)
        active = row is not None and bool(row.has_active_run or row.active_run_ids)
        if anew and row is not None and run.note.run_id not in row.active_run_ids:
            active = False  # a run that the gateway itself began again, after a crash, is not ours: it ends with ours
        if active and result is None:
            await self._goes_on(run, connection)
        elif self._waits(run, result) or (result is not None and self._later(run, active)):
            run.next_look = self._clock.monotonic() + self._pace.soon
            run.confirmed = connection
        elif result is not None:
            if run.note.handing and (result := await self.handing.over(run, result)) is None:
                return
            await self._settler.settle(run, result)
        else:
            await self._missing(run, row)

    async def _listed(self, run: Run) -> wire.SessionRow | None:
        params = {"search": run.note.key.rpartition(":")[2], "limit": 10}
        rows = (await self._gateway.call("sessions.list", params, wire.SessionList)).sessions
        return next((row for row in rows if row.key == run.note.key), None)

    async def _goes_on(self, run: Run, connection: object) -> None:
        run.missed_since = None
        run.absent = False
        run.confirmed = connection
        if not run.note.accepted:
            await asyncio.to_thread(run.change, accepted=True)
            run.to_mark = True

    def _waits(self, run: Run, result: Result | None) -> bool:
        """Whether it ended well only because it waits for leave: the older release goes on with a turn of its own then."""
        ended_well = result is None or result.outcome is Outcome.COMPLETED
        asks = bool(run.asking) and run.folder.stop_reason() is None
        return asks and ended_well and ends_to_ask(self._gateway.connection)

    def _later(self, run: Run, active: bool) -> bool:
        """Whether something that was sent into it is still to come, or goes on after its own turn."""
        if not run.note.later or run.folder.stop_reason() is not None:
            return False
        now = self._clock.monotonic()
        if active:
            run.quiet_since = None
            return True
        if run.quiet_since is None:
            run.quiet_since = now
        return now - run.quiet_since < self._pace.later

    async def _missing(self, run: Run, row: wire.SessionRow | None) -> None:
        """It is not active, and nobody can wait for it: the list may say how it ended; else it is lost, once that lasts."""
        now = self._clock.monotonic()
        if run.missed_since is None:
            run.missed_since = now
        run.next_look = now + self._pace.soon
        missed = now - run.missed_since
        told = None
        if row is not None and tells_of(run, row):
            told = from_row(row, asked=run.folder.stop_reason() is not None)
        if told is not None and told.outcome is Outcome.COMPLETED and run.note.forgotten:
            told = None  # it ended to wait for leave, and nothing follows
        if told is not None and missed >= self._pace.listed:
            await self._settler.settle(run, told)
        elif missed < self._patience(run):
            return
        elif run.note.accepted or (row is not None and tells_of(run, row)):
            await self._settler.let_go(run)
        else:
            run.absent = True
            run.next_look = now + self._pace.look

    def _patience(self, run: Run) -> float:
        connection = self._gateway.connection
        if connection is not None and run.confirmed is connection:
            return self._pace.lost
        return self._pace.after_restart if restarted(run, self._gateway.connection) else self._pace.after_break
