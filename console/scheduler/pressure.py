"""Owns the alert of a disk that is too full to start anything on. That nothing starts then is the rule of `gates`."""

from __future__ import annotations

from collections.abc import Iterator

from console.records.alert import Level
from console.scheduler.actions import EndAlert, RaiseAlert
from console.scheduler.snapshot import Snapshot

__all__ = ("pressure",)

CAUSE = "disk"


def pressure(snapshot: Snapshot) -> Iterator[RaiseAlert | EndAlert]:
    """The home's alert, and its end."""
    raised = CAUSE in snapshot.home_causes
    if not snapshot.enough_disk and not raised:
        body = "the disk is nearly full: nothing new is started until there is room"
        yield RaiseAlert(project="", level=Level.URGENT, cause=CAUSE, body=body)
    elif snapshot.enough_disk and raised:
        yield EndAlert(project="", cause=CAUSE)
