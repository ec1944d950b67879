"""Owns how the home's inbox, backups and disk stand, as one record for the screens. It looks into files, and writes nothing.

It is imported and asked only while somebody wants to know.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from typing import TYPE_CHECKING

from console.backends import BACKENDS
from console.blackboard.connection import Database
from console.blackboard.reads.inbox import count_bad, segments
from console.blackboard.reads.notes import told_causes
from console.engine.links import links_of
from console.errors import Unavailable
from console.home import Home
from console.inbox.pending import count_pending
from console.keeping.copies import HOME_NAME, folder_of, listed, newest
from console.keeping.destination import CAUSE, destination_of
from console.records.agent import Agent
from console.records.inbox import SegmentState
from widgets.models import LinkUse, System

if TYPE_CHECKING:
    from console.settings import Settings

__all__ = ("system",)

_BACKUPS = ("backup:", "backup-shrunk:")
"""How the causes of alerts begin that tell of a copy which could not be made."""


def system(
    db: Database, home: Home, settings: Settings | None, agents: Iterable[Agent], problem: str = "", *, now: int
) -> System:
    """How they stand now. `settings` is None where they cannot be read, for the reason `problem`: less is known."""
    waiting, unread = _waiting(db, settings)
    told, copy = told_causes(db), newest(listed(folder_of(home, HOME_NAME)), now)
    states = [segment.state for segment in segments(db)]
    destination = None if settings is None else destination_of(settings.backup)
    return System(
        known=True,
        problem="; ".join(filter(None, (problem, unread))),
        order="" if settings is None else settings.policy.order,
        links=_links(settings, links_of(agents)),
        inbox_waiting=waiting,
        inbox_bad=sum(count_bad(db).values()),
        inbox_files=(
            states.count(SegmentState.LIVE),
            states.count(SegmentState.RENAMED),
            states.count(SegmentState.CLOSED),
        ),
        backup_at=None if copy is None else copy.at,
        backup_every=0 if settings is None else settings.backup.interval,
        backup_troubles=tuple(body for cause, body in sorted(told.items()) if cause.startswith(_BACKUPS)),
        destination="" if destination is None else str(destination),
        destination_trouble=told.get(CAUSE, ""),
        disk_free=_rounded(shutil.disk_usage(home.path).free),
        disk_floor=0 if settings is None else settings.daemon.free_disk_floor_bytes,
    )


def _links(settings: Settings | None, used: set[str]) -> tuple[LinkUse, ...]:
    """Every link that there is; its settings have its name."""
    names = sorted({traits.link for traits in BACKENDS.values() if traits.link is not None})
    told = {} if settings is None else settings.raw
    return tuple(
        LinkUse(name=name, used=name in used, address=str((told.get(name) or {}).get("url") or "")) for name in names
    )


def _waiting(db: Database, settings: Settings | None) -> tuple[int, str]:
    """How much waits in the inbox, and why that is not known."""
    try:
        return (0 if settings is None else count_pending(db, settings.inbox.path)), ""
    except Unavailable as error:
        return 0, str(error)


def _rounded(size: int) -> int:
    """To three digits, so that a disk in use does not look different at every glance."""
    step: int = 10 ** max(0, len(str(size)) - 3)
    return size // step * step
