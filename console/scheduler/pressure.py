"""Owns the alert of a disk that is too full to start anything on. That nothing starts then is the rule of `gates`."""

from __future__ import annotations

from collections.abc import Iterator

from console.records.cause import sentence
from console.scheduler.actions import EndAlert, RaiseAlert
from console.scheduler.snapshot import Snapshot

__all__ = ("pressure",)

CAUSE = "disk"


def pressure(snapshot: Snapshot) -> Iterator[RaiseAlert | EndAlert]:
    """The home's alert, and its end."""
    raised = CAUSE in snapshot.home_causes
    if not snapshot.enough_disk and not raised:
        yield RaiseAlert(project="", cause=CAUSE, body=sentence(CAUSE))
    elif snapshot.enough_disk and raised:
        yield EndAlert(project="", cause=CAUSE)
