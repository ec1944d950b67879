"""Owns how the home's scheduler and its links stand, as records for the screens. Costs next to nothing, writes nothing.

What is looked up in files is in `console.app.upkeep`.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from console.blackboard.connection import Database
from console.blackboard.reads import home as home_reads
from console.engine.hanging import hangs, takes_no_writes
from console.engine.in_charge import HEADLESS, holder
from console.engine.links import published
from console.home import Home
from console.i18n import _, language
from console.records.alert import Observation
from console.records.cause import cause_of, level_of
from console.records.fitness import UnfitWhy
from console.records.link import Link
from console.records.need import Need, NeedKind
from console.records.request import RequestKind
from widgets.marks import Glyphs
from widgets.models import AlertRow, LinkTold, NeedRow, Raised, SchedulerState, World
from widgets.painted import Look

__all__ = ("estopped", "hanging", "link_alerts", "look_of", "need_of", "scheduler_state", "unread_alerts")

HANGS = 0
"""The id of the alert that no database holds: it ends by itself, so it cannot be acknowledged."""


def scheduler_state(db: Database, home: Home, *, limit: int, now: int) -> SchedulerState:
    """Who is in charge and how it goes. The lock alone says whether somebody is; the row says how it goes."""
    status = home_reads.scheduler_status(db) or {}
    flags = home_reads.flags(db)
    who = holder(home)
    links = published(status).values() if who is not None else ()
    interval = int(status.get("tick_interval_seconds") or 30)
    draining = who is not None and bool(status.get("draining"))
    return SchedulerState(
        known=True,
        running=who is not None,
        mine=who is not None and (who.pid, who.host) == (os.getpid(), socket.gethostname()),
        headless=who is not None and who.mode == HEADLESS,
        mode="" if who is None else who.mode,
        pid=None if who is None else who.pid,
        host="" if who is None else who.host,
        since=None if who is None else who.since,
        run=str(status.get("run") or ""),
        hung=hangs(home, who, status.get("last_tick"), interval, now),
        mute=takes_no_writes(home, who, status.get("last_tick"), interval, now) or "",
        last_tick_at=_ms(status.get("last_tick")),
        tick_ms=status.get("last_tick_ms"),
        tick_interval=interval,
        limit=int(status.get("max_global_agents") or limit),
        orders=tuple((name, str(each.get("policy"))) for name, each in (status.get("projects") or {}).items()),
        links=tuple(_told(link) for link in links if link.kind),
        limits=_limits(db, now),
        pause=_raised(flags.get("pause")),
        estop=_raised(flags.get("estop")),
        draining=draining,
        drain=_drain(db) if draining else None,
    )


def hanging(state: SchedulerState) -> tuple[AlertRow, ...]:
    """The alert of a scheduler that does not tick, or of a home that takes no writes: neither can raise it itself."""
    if state.hung:
        text = _("the scheduler in charge (pid {pid} on {host}) hangs; end it with: kill -9 {pid}")
        cause, body = "hangs", text.format(pid=state.pid, host=state.host)
    elif state.mute:
        cause, body = "disk", state.mute
    else:
        return ()
    since = max(state.since or 0, state.last_tick_at or 0)
    return (AlertRow(project="", alert=Observation(id=HANGS, level=level_of(cause), cause=cause, body=body, at=since)),)


def estopped(state: SchedulerState) -> tuple[AlertRow, ...]:
    """The e-stop as an alert, which ends with it."""
    if state.estop is None:
        return ()
    body = _("the home is e-stopped: nothing is started before `moziplus resume`")
    alert = Observation(id=HANGS, level=level_of("estop"), cause="estop", body=body, at=state.estop.at)
    return (AlertRow(project="", alert=alert),)


def look_of(world: World, now: int, glyphs: Glyphs) -> Look:
    """What every line needs besides its record."""
    limits = tuple((agent, at) for agent, at in world.scheduler.limits if at > now)
    waits = _waits(world.scheduler)
    return Look(
        now=now,
        glyphs=glyphs,
        blind=bool(world.unread),
        reading=world.reading,
        waits=waits,
        limits=limits,
        language=language(),
    )


def _waits(state: SchedulerState) -> str:
    """What keeps the whole home from starting anything, in a sentence; empty where nothing does, or nothing is known yet."""
    if not state.known:
        return ""
    if state.estop is not None:
        return _("The home is e-stopped.")
    if state.pause is not None:
        return _("The home is paused.")
    if not state.running:
        return _("Nobody is in charge.")
    return _("The scheduler hangs.") if state.hung else ""


def need_of(row: AlertRow) -> NeedRow:
    """The same as something that needs the operator."""
    alert = row.alert
    return NeedRow(
        need=Need(
            kind=NeedKind.ALERT,
            project=row.project,
            alert_id=alert.id,
            title=alert.body,
            reason=alert.cause or "",
            since=alert.at,
            level=alert.level,
        ),
        alert=alert,
    )


def unread_alerts(unread: tuple[str, ...], since: int) -> tuple[AlertRow, ...]:
    """An alert for each thing that could not be read; it ends when it can be, and no database holds it."""
    return tuple(
        AlertRow(
            project="", alert=Observation(id=-1 - n, level=level_of("unread"), cause="unread", body=text, at=since)
        )
        for n, text in enumerate(unread)
    )


def link_alerts(state: SchedulerState) -> tuple[AlertRow, ...]:
    """The trouble of each link as an alert: agents that need none go on meanwhile, and it ends by itself."""
    return tuple(
        AlertRow(
            project="",
            alert=Observation(
                id=0,
                level=level_of("link"),
                cause=cause_of("link", link.name),
                body=link.trouble,
                at=link.since or state.last_tick_at or 0,
            ),
        )
        for link in state.links
        if link.trouble
    )


def _limits(db: Database, now: int) -> tuple[tuple[str, int], ...]:
    away = (a for a in home_reads.away(db).values() if a.why == UnfitWhy.LIMITED and a.until > now)
    return tuple((a.agent, a.until) for a in sorted(away, key=lambda a: (a.until, a.agent)))


def _told(link: Link) -> LinkTold:
    return LinkTold(
        name=link.name,
        kind=link.kind,
        sentence=link.why,
        advice=link.advice,
        version=link.version or "",
        since=link.since,
    )


def _raised(flag: Mapping[str, Any] | None) -> Raised | None:
    return None if flag is None else Raised(by=str(flag["actor"]), at=int(flag["at"]), reason=flag["reason"] or "")


def _drain(db: Database) -> Raised | None:
    asked = (each for each in home_reads.open_requests(db) if each.kind == RequestKind.DRAIN)
    return next((Raised(by=each.actor, at=each.at) for each in asked), None)


def _ms(value: object) -> int | None:
    """Epoch ms from a number or an ISO 8601 text."""
    if isinstance(value, str):
        return round(datetime.fromisoformat(value.replace("Z", "+00:00")).timestamp() * 1000)
    return int(value) if isinstance(value, int | float) else None
