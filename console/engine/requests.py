"""Owns the answers to what consoles and commands ask of whoever is in charge. Every request gets an outcome in words."""

from __future__ import annotations

import logging

from console.blackboard.reads.sessions import find_session
from console.blackboard.writes import home as home_writes
from console.clock import Clock
from console.engine.home_watch import HomeWatch
from console.engine.observe import World
from console.engine.perform import Performer
from console.engine.watched import Watched
from console.errors import MoziError
from console.records.actor import Actor, Origin
from console.records.request import Request, RequestKind
from console.records.session import Session, StopReason
from console.scheduler.actions import StopSession

__all__ = ("Requests",)

_log = logging.getLogger("moziplus.scheduler")


class Requests:
    """What is asked of one life of the scheduler, which began at `since`."""

    def __init__(self, home_watch: HomeWatch, world: World, performer: Performer, clock: Clock, since: int) -> None:
        self.let_go = False
        """Somebody else is to be in charge."""
        self._home_watch = home_watch
        self._world = world
        self._performer = performer
        self._clock = clock
        self._since = since
        self._earlier: frozenset[str] | None = None
        """Drains that were asked of somebody before; by what stood at the first look, for the clock may be set meanwhile."""

    async def answer_all(self) -> None:
        """Answer what can be answered now; a drain is answered by `drained`, at the end."""
        if self._earlier is None:
            known, now = self._home_watch.requests, self._clock.now()
            self._earlier = frozenset(each.id for each in known if not self._since <= each.at <= now)
        for request in self._home_watch.requests:
            try:
                outcome = await self._answer(request)
            except MoziError as error:
                outcome = str(error)
            if outcome is not None:
                _log.info("%s asked for %s: %s", request.actor, request.kind, outcome)
                await self._say(request, outcome)

    async def drained(self) -> None:
        """All sessions have ended: say so to whoever asked for it."""
        await self._home_watch.look()
        for request in self._home_watch.requests:
            if request.kind == RequestKind.DRAIN:
                await self._say(request, "done")

    async def _answer(self, request: Request) -> str | None:
        match request.kind:
            case RequestKind.WAKE:
                return "done"
            case RequestKind.STOP_SESSION:
                return await self._stop(request)
            case RequestKind.SEND:
                return await self._send(request)
            case RequestKind.DRAIN:
                if request.id in (self._earlier or ()):
                    return "the scheduler that was asked had ended before it came to that"
                self._world.draining = True
                return None
            case RequestKind.HAND_OVER:
                self.let_go = True
                return "done"

    async def _stop(self, request: Request) -> str:
        project, session = await self._session(request)
        if session is None:
            return "there is no such session"
        if session.gone_at is not None:
            return f"it has ended already: {session.status}"
        action = StopSession(project=project.id, session=session.id, reason=StopReason.OPERATOR)
        await self._performer.stop(action, by=Actor(name=request.actor, origin=Origin(request.origin)))
        return "done"

    async def _send(self, request: Request) -> str:
        _, session = await self._session(request)
        if session is None:
            return "there is no such session"
        try:
            if session.gone_at is None and await self._performer.send(session, str(request.args.get("text", ""))):
                return "done"
        except MoziError as error:
            return f"not possible: {error}"
        return f"not possible: an agent of the backend {session.backend} takes no messages while it works"

    async def _session(self, request: Request) -> tuple[Watched, Session | None]:
        wanted, session = request.args.get("project"), str(request.args.get("session", ""))
        places = [p for p in self._world.projects.values() if wanted in (None, p.id) and not p.busy]
        if not places or not session:
            raise MoziError("name a session, and a project of this home")
        for project in places:
            found = await project.call(find_session, session)
            if found is not None:
                return project, found
        return places[0], None

    async def _say(self, request: Request, outcome: str) -> None:
        await self._home_watch.call(home_writes.answer, request.id, outcome, now=self._clock.now())
