"""Owns the status: how the scheduler and every project stand, in the words that others rely on.

It is the same with and without a scheduler in charge: counts come from the blackboards, the rest from the lock and
from what the last scheduler published.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from console.api.shape import known
from console.api.status import AgentOut, Flag, GatewayStands, InCharge, LinkStands, ProjectStands, Status
from console.blackboard.connection import Database, open_home, open_project
from console.blackboard.reads.asks import open_by_session
from console.blackboard.reads.home import away, flags, scheduler_status
from console.blackboard.reads.needs import needs
from console.blackboard.reads.sessions import present_sessions
from console.blackboard.reads.tasks import state, tally, workload
from console.clock import Clock, SystemClock, iso
from console.engine.budget_status import of_home, of_project
from console.engine.hanging import hangs, takes_no_writes
from console.engine.held_locks import compare
from console.engine.home_now import needs_now
from console.engine.in_charge import Holder, holder
from console.engine.links import links_of
from console.errors import MoziError, Unavailable
from console.gateway.states import LINK
from console.home import Home
from console.inbox.pending import count_pending
from console.records.agent import Agent
from console.records.project import Tally
from console.registry import folders
from console.scheduler.policies import AUTO, order_in_force
from console.settings import Settings
from console.settings.guardrails import load_guardrails
from console.settings.project import load_project

__all__ = ("collect", "db_size", "in_charge", "is_of_home", "summary", "uses_gateway")

BUSY_MS = 1000
_HOME_UNREAD = "the home's database cannot be read"


def collect(home: Home, settings: Settings, clock: Clock | None = None, problems: Iterable[str] = ()) -> Status:
    """The status of a home, read now. What cannot be read is said with its reason, everything else is shown.

    `problems` are those that the caller has found already.
    """
    wrong = list(problems)
    who, told = holder(home), list(wrong)
    now = (clock or SystemClock()).now()
    projects = {name: _project(home, settings, folder, now) for name, folder in _folders(home, told).items()}
    published, raised, home_needs, pending, agents_out = _home(home, settings, told, now)
    interval = settings.daemon.tick_interval
    why = takes_no_writes(home, who, published.get("last_tick"), interval, now)
    if why is not None and not any(map(is_of_home, told)):
        told.append(why)
    gateway = published.get("gateway_state") if who is not None else None
    links = (published.get("links") or {}) if who is not None else {}
    return Status(
        ticker_running=who is not None,
        last_tick=published.get("last_tick"),
        tick_interval_seconds=interval,
        policy=settings.policy.order,
        in_charge=in_charge(who),
        hung=hangs(home, who, published.get("last_tick"), interval, now),
        run=published.get("run"),
        paused=raised.get("pause"),
        estopped=raised.get("estop"),
        draining=bool(who and published.get("draining")),
        gateway="unknown" if gateway is None and _is_wanted(home, settings) else gateway_word(settings, gateway),
        gateway_state=None if gateway is None else known(GatewayStands, gateway),
        links={name: known(LinkStands, told) for name, told in links.items()},
        projects=projects,
        budgets=of_home(home, projects, told),
        inbox_pending=pending,
        locks=tuple(one.shape for one in compare(home)),
        agents_out=agents_out,
        active_sessions=sum(project.active_agents for project in projects.values()),
        needs_you=home_needs
        + sum(project.needs_you for project in projects.values())
        + len(needs_now(home, settings, wrong, now)),
        problems=tuple(told),
    )


def is_of_home(problem: str) -> bool:
    """Whether a problem of the status is that the home's own database cannot be read."""
    return problem.startswith(_HOME_UNREAD)


def in_charge(who: Holder | None) -> InCharge | None:
    """Who is in charge, as it leaves the house."""
    return None if who is None else InCharge(**asdict(who) | {"since": iso(who.since)})


def summary(found: Tally) -> dict[str, int]:
    """Tasks by the name of their status."""
    return {str(status): n for status, n in found.counts.items()}


def db_size(folder: Path) -> int:
    """Bytes of the blackboard with its log, by their sizes alone: nothing is opened."""
    total = 0
    for name in ("blackboard.db", "blackboard.db-wal"):
        try:
            total += os.stat(folder / name).st_size
        except OSError:
            continue
    return total


def gateway_word(settings: Settings, state: Mapping[str, Any] | None = None) -> str:
    """How the gateway stands, as far as the scheduler in charge has told."""
    if state is not None:
        return str(state["kind"])
    return "unknown" if uses_gateway(settings.agents.values()) else "not configured"


def uses_gateway(agents: Iterable[Agent]) -> bool:
    """Whether one of `agents` is the gateway's."""
    return LINK in links_of(agents)


def _is_wanted(home: Home, settings: Settings) -> bool:
    """Whether an agent of any project is the gateway's: one that the settings do not know is, too."""
    teams: list[Agent] = list(settings.agents.values())
    for folder in _folders(home, []).values():
        try:
            teams += load_project(settings, folder).agents
        except MoziError:
            continue
    return uses_gateway(teams)


def _folders(home: Home, told: list[str]) -> dict[str, Path]:
    try:
        if home.projects.is_dir():
            return folders(home)
        told.append(f"{home.projects} is missing, and all projects with it; mount it or bring it back")
    except OSError as error:
        told.append(f"the projects cannot be listed: {error.strerror or error} ({home.projects})")
    return {}


def _project(home: Home, settings: Settings, folder: Path, now: int) -> ProjectStands:
    policy = settings.policy
    known = ProjectStands(
        active_agents=0,
        waiting_agents=0,
        tasks_summary=summary(Tally()),
        db_size_bytes=db_size(folder),
        needs_you=0,
        paused=False,
        policy=policy.order,
        set_aside=None,
        problem=_wrong_settings(settings, folder),
        budgets=None,
    )
    try:
        db = open_project(folder, read_only=True, busy_ms=BUSY_MS)
    except (MoziError, OSError, sqlite3.Error) as error:
        return replace(known, set_aside=str(error))
    try:
        return replace(
            known,
            active_agents=len(present := present_sessions(db)),
            waiting_agents=len(open_by_session(db).keys() & {session.id for session in present}),
            tasks_summary=summary(tally(db)),
            needs_you=len(needs(db, folder.name)),
            paused=state(db).paused_at is not None,
            budgets=of_project(home, folder, db, now),
            policy=order_in_force(policy, workload(db) if policy.order == AUTO else None),
        )
    except (MoziError, OSError, sqlite3.Error) as error:
        return replace(known, set_aside=str(error))
    finally:
        db.close()


def _wrong_settings(settings: Settings, folder: Path) -> str | None:
    try:
        load_project(settings, folder)
        load_guardrails(settings.home, folder)
    except (MoziError, OSError) as error:
        return str(error)
    return None


_OfHome = tuple[dict[str, Any], dict[str, Flag], int, int, tuple[AgentOut, ...]]
"""What was published, the flags, what waits, what is in the inbox, who gets no work for a time."""


def _home(home: Home, settings: Settings, told: list[str], now: int) -> _OfHome:
    nothing: tuple[dict[str, Any], dict[str, Flag]] = {}, {}
    try:
        return (
            _read_home(home, settings, told, now)
            if home.state_db.exists()
            else (*nothing, 0, _pending(None, settings, told), ())
        )
    except (MoziError, OSError, sqlite3.Error) as error:
        told.append(f"{_HOME_UNREAD}, so pauses, an e-stop and what waits are not known: {error}")
        return *nothing, 0, 0, ()


def _read_home(home: Home, settings: Settings, told: list[str], now: int) -> _OfHome:
    db = open_home(home.state_db, read_only=True, busy_ms=BUSY_MS)
    try:
        raised = {name: Flag(**flag | {"at": iso(flag["at"])}) for name, flag in flags(db).items()}
        pending = _pending(db, settings, told)
        return scheduler_status(db) or {}, raised, len(needs(db, "")), pending, _out(db, now)
    finally:
        db.close()


def _out(db: Database, now: int) -> tuple[AgentOut, ...]:
    found = sorted((a for a in away(db).values() if a.until > now), key=lambda a: (a.until, a.agent))
    return tuple(AgentOut(agent=a.agent, why=str(a.why), until=iso(a.until), said=a.said) for a in found)


def _pending(db: Database | None, settings: Settings, told: list[str]) -> int:
    try:
        return count_pending(db, settings.inbox.path)
    except Unavailable as error:
        told.append(f"how much waits in the inbox is not known: {error}")
        return 0
