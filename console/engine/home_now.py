"""Owns the home's troubles that show by themselves: an e-stop, what cannot be read, what hangs, wrong settings.

Found out when somebody asks, so that they are told with nobody in charge, or with somebody who cannot tell them. It writes
nothing, and says nothing that has an alert of its own already.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from console.blackboard.connection import open_home, open_project
from console.blackboard.reads.home import flags, scheduler_status
from console.blackboard.reads.notes import open_causes
from console.engine.hanging import hangs, takes_no_writes
from console.engine.in_charge import holder
from console.errors import MoziError
from console.home import Home
from console.records.alert import Observation
from console.records.cause import level_of, sentence
from console.records.need import Need, NeedKind
from console.registry import folders
from console.settings import Settings
from console.settings.project import load_project

__all__ = ("needs_now", "trouble_now")


def trouble_now(home: Home, settings: Settings, problems: Collection[str], now: int) -> tuple[Observation, ...]:
    """The troubles that no open alert tells of, `problems` of the settings among them.

    They have the id 0, and end by themselves.
    """
    kept = _kept(home)
    return tuple(
        Observation(id=0, level=level_of(cause), cause=cause, body=body, actor="scheduler", at=min(at or now, now))
        for cause, body, at in _found(home, settings, problems, kept, now)
        if cause not in kept.told
    )


def needs_now(home: Home, settings: Settings, problems: Collection[str], now: int) -> tuple[Need, ...]:
    """The same as needs of the operator."""
    return tuple(
        Need(
            kind=NeedKind.ALERT,
            project="",
            title=found.body,
            reason=found.cause or "",
            since=found.at,
            level=found.level,
        )
        for found in trouble_now(home, settings, problems, now)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """What stands in the home's database, as far as it can be read."""

    last_tick: str | None = None
    told: Collection[str] = ()
    """The causes of its open alerts."""
    estop: Mapping[str, Any] | None = None
    unread: str | None = None
    """Why it cannot be read."""


def _kept(home: Home) -> _Kept:
    if not home.state_db.exists():
        return _Kept()  # nobody has been here yet
    try:
        with closing(open_home(home.state_db, read_only=True)) as db:
            last_tick = (scheduler_status(db) or {}).get("last_tick")
            return _Kept(last_tick=last_tick, told=open_causes(db), estop=flags(db).get("estop"))
    except (MoziError, OSError, sqlite3.Error) as error:
        return _Kept(unread=str(error))


def _found(
    home: Home, settings: Settings, problems: Collection[str], kept: _Kept, now: int
) -> Iterator[tuple[str, str, int | None]]:
    """Cause, what it says, and since when where that is known."""
    if kept.unread is not None:
        yield "unread", f"the home's database cannot be read, and nothing is started: {kept.unread}", None
    if kept.estop is not None:
        yield "estop", sentence("estop"), int(kept.estop["at"])
    if problems:
        yield "config", "; ".join(problems), None
    who = holder(home)
    if who is not None and hangs(home, who, kept.last_tick, settings.daemon.tick_interval, now):
        yield (
            "hangs",
            f"the scheduler in charge (pid {who.pid} on {who.host}) hangs; end it with: kill -9 {who.pid}",
            None,
        )
    try:
        projects = folders(home)
    except OSError as error:
        yield "unread", f"the projects cannot be listed: {error.strerror or error} ({home.projects})", None
        projects = {}
    for name, folder in projects.items():
        for cause, body in _of_project(settings, name, folder):
            yield cause, body, None
    if mute := takes_no_writes(home, who, kept.last_tick, settings.daemon.tick_interval, now):
        yield "disk", mute, None
    elif shutil.disk_usage(home.path).free < settings.daemon.free_disk_floor_bytes:
        yield "disk", sentence("disk"), None


def _of_project(settings: Settings, name: str, folder: Path) -> Iterator[tuple[str, str]]:
    try:
        open_project(folder, read_only=True).close()
    except (MoziError, OSError, sqlite3.Error) as error:
        yield f"set-aside:{name}", str(error)
        return
    try:
        load_project(settings, folder)
    except (MoziError, OSError) as error:
        yield f"config:{name}", str(error)
