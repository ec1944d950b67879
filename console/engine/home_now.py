"""Owns the home's troubles that show by themselves: a scheduler that hangs, a blackboard that cannot be read, a full disk.

Found out when somebody asks, so that they are told with nobody in charge, or with somebody who cannot tell them. It writes
nothing, and says nothing that has an alert of its own already.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Collection, Iterator

from console.blackboard.connection import open_home, open_project
from console.blackboard.reads.home import scheduler_status
from console.blackboard.reads.notes import open_causes
from console.engine.hanging import hangs
from console.engine.in_charge import holder
from console.errors import MoziError
from console.home import Home
from console.records.alert import Observation
from console.records.cause import level_of, sentence
from console.records.need import Need, NeedKind
from console.registry import folders
from console.settings import Settings

__all__ = ("needs_now", "trouble_now")


def trouble_now(home: Home, settings: Settings, now: int) -> tuple[Observation, ...]:
    """The troubles that no open alert tells of; they have the id 0, and end by themselves."""
    status, told = _kept(home)
    return tuple(
        Observation(id=0, level=level_of(cause), cause=cause, body=body, actor="scheduler", at=now)
        for cause, body in _found(home, settings, status, now)
        if cause not in told
    )


def needs_now(home: Home, settings: Settings, now: int) -> tuple[Need, ...]:
    """The same as needs of the operator."""
    return tuple(
        Need(kind=NeedKind.ALERT, project="", title=found.body, reason=found.cause or "", since=found.at)
        for found in trouble_now(home, settings, now)
    )


def _kept(home: Home) -> tuple[str | None, Collection[str]]:
    """The last tick, and the causes of the alerts that stand in the home's database, as far as it can be read."""
    try:
        db = open_home(home.state_db, read_only=True)
        try:
            return (scheduler_status(db) or {}).get("last_tick"), open_causes(db)
        finally:
            db.close()
    except (MoziError, OSError, sqlite3.Error):
        return None, ()


def _found(home: Home, settings: Settings, last_tick: str | None, now: int) -> Iterator[tuple[str, str]]:
    who = holder(home)
    if who is not None and hangs(home, who, last_tick, settings.daemon.tick_interval, now):
        yield "hangs", f"the scheduler in charge (pid {who.pid} on {who.host}) hangs; end it with: kill -9 {who.pid}"
    for name, folder in folders(home).items():
        try:
            open_project(folder, read_only=True).close()
        except (MoziError, OSError, sqlite3.Error) as error:
            yield f"set-aside:{name}", str(error)
    if shutil.disk_usage(home.path).free < settings.daemon.free_disk_floor_bytes:
        yield "disk", sentence("disk")
