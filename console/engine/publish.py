"""Owns what the scheduler tells of itself: its row in the home's database and `runtime_state.json`, at most once a second."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from console.agents.everybody import AllAgents
from console.api.shape import plain
from console.blackboard.writes.home import publish_status
from console.clock import Clock, iso
from console.engine.home_here import HomeHere, Where
from console.engine.home_watch import HomeWatch
from console.engine.in_charge import InCharge
from console.engine.inbox import InboxWatch
from console.engine.links import as_json, state_of
from console.engine.live_settings import LiveSettings
from console.engine.run_folder import RunFolder
from console.engine.status import db_size, gateway_word, in_charge, summary
from console.errors import MoziError
from console.gateway.states import LINK
from console.home import Home
from console.quiet import Quiet
from console.records.fitness import Unfit
from console.scheduler.snapshot import ProjectView, Snapshot
from console.spawn import spawn

__all__ = ("Publisher",)

EVERY = 1.0
"""Seconds between two publications."""

_log = logging.getLogger("moziplus.engine")


class Publisher:
    """Publishes the newest status that was offered."""

    def __init__(
        self,
        home: Home,
        held: InCharge,
        run: RunFolder,
        home_watch: HomeWatch,
        settings: LiveSettings,
        clock: Clock,
        agents: AllAgents,
        here: HomeHere,
        inbox: InboxWatch | None = None,
    ) -> None:
        self._inbox, self._here, self._quiet = inbox, here, Quiet(_log)
        self._agents = agents
        self._home = home
        self._held = held
        self._run = run
        self._home_watch = home_watch
        self._settings = settings
        self._clock = clock
        self._offered: Snapshot | None = None
        self._tick_at = 0
        self._took_ms = 0
        self._writing: asyncio.Task[None] | None = None

    def offer(self, snapshot: Snapshot, now: int, took_ms: int) -> None:
        """This is how things stand after a tick of `took_ms`; it is published at once, or as soon as a second has gone by."""
        self._offered, self._tick_at, self._took_ms = snapshot, now, took_ms
        if self._writing is None or self._writing.done():
            self._writing = spawn(self._write(), name="publish status")

    async def close(self) -> None:
        """Say that nobody ticks any more."""
        if self._writing is not None:
            self._writing.cancel()
            await asyncio.wait([self._writing])
        await self._put(ticking=False)

    async def _write(self) -> None:
        while self._offered is not None:
            await self._put(ticking=True)
            await asyncio.sleep(EVERY)

    async def _put(self, *, ticking: bool) -> None:
        snapshot, self._offered = self._offered, None
        if snapshot is None and ticking:
            return
        status = self._status(snapshot, ticking) if snapshot is not None else self._closing()
        self._last = status
        if self._here.look() != Where.HERE:
            return
        try:
            await self._home_watch.publish(publish_status, status, now=self._clock.now())
            await self._home_watch.shrink()
            await asyncio.to_thread(self._run.note, status)
        except (MoziError, OSError) as error:
            self._quiet.say("the status cannot be published", str(error))
        else:
            self._quiet.over("the status cannot be published")

    def _closing(self) -> dict[str, Any]:
        return {**getattr(self, "_last", {}), "ticker_running": False}

    def _status(self, snapshot: Snapshot, ticking: bool) -> dict[str, Any]:
        settings = self._settings.current
        links = self._agents.links()
        gateway = state_of(links.get(LINK))
        projects = {view.id: self._project(view) for view in sorted(snapshot.projects, key=lambda v: v.id)}
        return {
            "ticker_running": ticking,
            "last_tick": iso(self._tick_at),
            "last_tick_ms": self._took_ms,
            "tick_interval_seconds": settings.daemon.tick_interval,
            "in_charge": plain(in_charge(self._held.holder)),
            "run": self._run.id,
            "max_global_agents": settings.policy.max_global_agents,
            "paused": snapshot.paused,
            "estopped": snapshot.estopped,
            "draining": snapshot.draining,
            "gateway": gateway_word(settings, gateway),
            "gateway_state": gateway,
            "links": as_json(links),
            "projects": projects,
            "inbox_pending": 0 if self._inbox is None else self._inbox.pending,
            "active_sessions": sum(p["active_agents"] for p in projects.values()),
            "sessions": [_session(view, n) for view in snapshot.projects for n in range(len(view.present))],
        }

    def _project(self, view: ProjectView) -> dict[str, Any]:
        return {
            "active_agents": len(view.present),
            "tasks_summary": summary(view.tally),
            "db_size_bytes": db_size(self._home.projects / view.id),
            "paused": view.state.paused_at is not None,
            "policy": view.order,
            "unfit": {name: _unfit(found) for name, found in sorted(view.unfit.items())},
            "place": None if view.place is None else _unfit(view.place),
        }


def _unfit(found: Unfit) -> dict[str, Any]:
    return {"why": str(found.why), "told": found.told, "until": iso(found.until)}


def _session(view: ProjectView, n: int) -> dict[str, Any]:
    present = view.present[n]
    session = present.session
    return {
        "project": view.id,
        "task": session.task_id,
        "session": session.id,
        "agent": session.agent,
        "status": str(session.status),
        "life": str(present.life),
        "since": iso(session.created_at),
    }
