"""Owns the agents that run in the OpenClaw Gateway: start, life, ending, stop, sweep, nudge, send, adoption.

Never starts a run over HTTP, and never takes a silence of the gateway for the end of a run: what nobody can say is
`unknown`. A run survives us and our connection; whoever comes next finds it by the note in its session's folder.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from pathlib import Path

from console.agents.folder import SessionFolder
from console.agents.gateway_asks import Asker
from console.agents.gateway_board import GatewayBoard
from console.agents.gateway_ear import Ear
from console.agents.gateway_ending import Settler
from console.agents.gateway_handing import Handing
from console.agents.gateway_link import GatewayLink
from console.agents.gateway_look import Looker
from console.agents.gateway_note import forget_note, life_on_disk, new_note, read_note, write_note
from console.agents.gateway_opening import Opening
from console.agents.gateway_pace import Pace
from console.agents.gateway_roster import Roster
from console.agents.gateway_run import Run
from console.agents.gateway_say import Speaker
from console.agents.gateway_sending import Sender, parent_of
from console.agents.gateway_tidying import Tidier
from console.agents.gateway_use import Reader
from console.agents.handing_over import ASKED
from console.agents.layout import prompt_of
from console.agents.spec import StartSpec
from console.clock import Clock
from console.errors import AgentUnfit, UsageError
from console.gateway.client import Gateway
from console.gateway.outcomes import Outcome, Result
from console.gateway.refusals import NO_AGENT
from console.gateway.settings import GatewaySettings
from console.gateway.states import GatewayFault, Kind, Refused
from console.records.ending import Ending, Life
from console.records.link import Link
from console.records.session import Session, StopReason
from console.settings import Settings
from console.spawn import spawn

__all__ = ("GatewayAgents",)

_NO_FAULT = (Kind.DOWN, Kind.RESTARTING, Kind.DRAINING, Kind.STARTING, Kind.SCOPES_MISSING)
"""In which a start that fails says nothing of the next one: nobody was there."""
_log = logging.getLogger("moziplus.gateway")


class GatewayAgents:
    """Runs agents in one gateway. Used from one event loop; `begin` in it first.

    `on_exit` is called with the session's id when its run is over and its files are written; `on_change` when the
    gateway's state changes.
    """

    def __init__(
        self,
        gateway: Gateway,
        clock: Clock,
        on_exit: Callable[[str], None] = lambda session: None,
        on_change: Callable[[], None] = lambda: None,
        *,
        pace: Pace | None = None,
        somebody: Callable[[], bool] = lambda: False,
        home: Path | None = None,
    ) -> None:
        """`home`: of whoever is in charge, who makes up for what earlier ones left."""
        self.gateway = gateway
        self._clock = clock
        self._pace = pace or Pace()
        self._runs: dict[str, Run] = {}
        self._board = GatewayBoard(clock)
        reader = Reader(gateway, self._board, patience=self._pace.farewell)
        patience = {"patience": self._pace.farewell, "parting": self._pace.parting}
        self._tidier = Tidier(gateway, self._board, clock, reader, self._tidied, **patience)
        self._settler = Settler(gateway, self._board, clock, self._tidier, self._ended)
        self._opening = Opening(gateway, self._tidier)
        self._ear = Ear(gateway, somebody)
        self._asker = Asker(gateway, self._board, self._ear, self._runs, clock)
        self._looker = Looker(gateway, self._board, self._settler, reader, clock, self._runs, self._pace, self._asker)
        self._sender = Sender(gateway, self._ear, self._looker.answered)
        self._looker.handing = Handing(gateway, self._sender)
        self._speaker = Speaker(gateway, self._runs)
        self._home = home
        self._on_exit = on_exit
        self._on_change = on_change
        self._roster = Roster(gateway)
        self._link = GatewayLink(gateway, clock)
        gateway.on_event = self._looker.happened
        gateway.on_change = self._changed

    def begin(self) -> None:
        """Connect and follow. Safe to call twice."""
        if self._home is not None:
            self._tidier.inherit(self._home)
            self._home = None
        self.gateway.begin()
        self._looker.begin()
        self._asker.begin()

    @property
    def link(self) -> Link:
        """How the gateway stands, and whether a run can be started in it now."""
        return self._link.now()

    @property
    def pending(self) -> bool:
        """It will be up, take a start again, or tell what runs that ended used, by itself in a moment."""
        return self.gateway.pending or self._tidier.reading

    def reconfigure(self, settings: Settings) -> None:
        """Take other settings of the gateway, where they are others."""
        if (wanted := GatewaySettings.of(settings.gateway)) != self.gateway.settings:
            self.gateway.change(wanted)

    async def start(self, spec: StartSpec) -> None:
        """Start the run of a session whose folder is laid out: our session's id is the run's.

        Raises AgentUnfit where the gateway does not know the agent, Refused or UsageError where it will never do it,
        GatewayFault where it does not now; nothing runs then. Where nobody can say whether it took it, it is `unknown`
        until the gateway is asked again.
        """
        agent = spec.gateway_agent or spec.agent
        await self._roster.check(agent)
        self.gateway.admit()
        opened, words = await self._opening.of(spec, agent)
        prompt = await asyncio.to_thread(prompt_of, spec)
        parent = await asyncio.to_thread(parent_of, spec)
        note = new_note(spec, agent, parent, opened, self.gateway.connection, self._clock.now())
        run = Run(spec, note)
        if words:
            run.tell(f"{words}; {ASKED}" if note.handing else words)
        run.next_look = self._clock.monotonic() + self._pace.look
        await asyncio.to_thread(write_note, run.folder, note)
        self._runs[run.id] = run
        await self._ear.turn(True)
        try:
            await self._sender.send(run, prompt)
        except (GatewayFault, Refused) as error:
            await self._not_accepted(run, error)
            return
        run.to_mark = True
        run.confirmed = self.gateway.connection
        await asyncio.to_thread(run.change, accepted=True)
        await self._tidier.handed_on(note.key)
        await self._looker.mark(run)

    def adopt(self, sessions: Iterable[Session]) -> None:
        """Follow live sessions that were started elsewhere; those followed already are left alone."""
        for session in sessions:
            if session.id not in self._runs and session.folder is not None:
                folder = SessionFolder(session.folder)
                note = read_note(folder)
                if note is None or note.over or folder.has(folder.exit):
                    continue
                try:
                    spec = StartSpec.from_json(folder.text(folder.start))
                except (OSError, ValueError, UsageError) as error:
                    _log.warning("session %s cannot be followed: %s", session.id, error)
                    continue
                self._runs[session.id] = Run(spec, note)
                self._asker.look()
                spawn(self._tidier.handed_on(note.key), name="handed on")

    def life(self, session: Session) -> Life:
        """Alive where the gateway said so on this connection; unknown while it cannot be asked; dead once it is settled."""
        run = self._runs.get(session.id)
        if run is None:
            return life_on_disk(session)
        if run.over:
            return Life.DEAD
        if run.absent:
            return Life.UNBORN
        connection = self.gateway.connection
        return Life.ALIVE if connection is not None and run.confirmed is connection else Life.UNKNOWN

    def ending(self, session: Session) -> Ending | None:
        """How it ended; None while it has not, and where the gateway lost it."""
        if session.folder is None or self.life(session) is not Life.DEAD:
            return None
        return SessionFolder(session.folder).ending()

    async def stop(self, session: Session, reason: StopReason) -> bool:
        """Abort the run; True when the gateway confirms that nothing of it goes on."""
        self.adopt([session])
        run = self._runs.get(session.id)
        if run is None or run.over:
            return self.life(session) in (Life.DEAD, Life.UNBORN)
        await asyncio.to_thread(run.folder.ask_to_stop, str(reason))
        await self.gateway.first_answer(self._pace.stop)
        loop = asyncio.get_running_loop()
        until = loop.time() + self._pace.stop
        while not run.over:
            try:
                await self._settler.abort(run)
                await self._looker.look(run)
            except (GatewayFault, Refused) as error:
                _log.warning("session %s is not confirmed stopped: %s", session.id, error)
                return False
            if run.absent or loop.time() > until:
                break
            await asyncio.sleep(0.1)
        return run.over or run.absent

    async def sweep(self, session: Session) -> bool:
        """Make sure that the gateway has nothing of a dead session left; True when it has not."""
        self.adopt([session])
        run = self._runs.get(session.id)
        if run is None:
            return life_on_disk(session) in (Life.DEAD, Life.UNBORN)
        try:
            if not run.over:
                await self._looker.look(run)
            if run.absent and not run.over:
                await self._settler.abort(run)
                await self._settler.never_began(run)
        except (GatewayFault, Refused):
            return False
        if run.over:
            self._runs.pop(session.id, None)
        return run.over

    async def nudge(self, session: Session) -> None:
        """Ask a silent agent for a word. Raises GatewayFault, Refused and UsageError, as `send`."""
        await self._speaker.nudge(session)

    async def send(self, session: Session, text: str) -> None:
        """Say something to a running agent. Raises as `Speaker.send`."""
        await self._speaker.send(session, text)

    async def close(self) -> None:
        """Stop following. The runs go on; the next scheduler adopts them. Safe to call twice."""
        await self._looker.close()
        await self._tidier.close()
        await self._asker.close()
        await self.gateway.close()
        await self._board.close()
        for run in self._runs.values():
            run.close()
        self._runs.clear()

    async def _not_accepted(self, run: Run, error: GatewayFault | Refused) -> None:
        if isinstance(error, GatewayFault):
            if error.state.kind not in _NO_FAULT:
                self.gateway.failed(str(error.state.sentence))
            if not error.unsent:
                run.next_look = 0.0
                _log.warning("whether the gateway took session %s is not known yet: %s", run.id, error)
                return
        self._runs.pop(run.id, None)
        run.close()
        await asyncio.to_thread(forget_note, run.folder)
        if isinstance(error, Refused) and error.code == NO_AGENT:
            self._roster.forget()
            raise AgentUnfit(str(error)) from None
        raise error

    def _ended(self, run: Run, result: Result) -> None:
        if result.outcome is Outcome.NO_AGENT:
            self._roster.forget()
        self._on_exit(run.id)

    def _tidied(self) -> None:
        """Who waits for it looks again; the blackboards of projects in which nothing runs any more are closed."""
        self._on_change()
        spawn(self._board.keep_only({r.spec.project_folder for r in self._runs.values() if not r.over}), name="boards")

    def _changed(self) -> None:
        self._looker.connection_changed()
        self._on_change()
