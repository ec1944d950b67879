"""Owns what keeps a whole project from starting anything: pauses, the e-stop, draining, archiving, a full disk.

Says nothing of single tasks, agents or slots.
"""

from __future__ import annotations

from console.scheduler.snapshot import ProjectView, Snapshot
from console.scheduler.why import Why

__all__ = ("home_closed", "project_closed")


def home_closed(snapshot: Snapshot) -> Why | None:
    """Why nothing starts in the whole home, gravest first."""
    if snapshot.estopped:
        return Why.ESTOPPED
    if snapshot.paused:
        return Why.HOME_PAUSED
    if snapshot.draining:
        return Why.DRAINING
    return None if snapshot.enough_disk else Why.DISK


def project_closed(view: ProjectView, snapshot: Snapshot) -> Why | None:
    """Why nothing starts in this project."""
    if view.state.archived:
        return Why.ARCHIVED
    if view.state.paused_at is not None:
        return Why.PROJECT_PAUSED
    return home_closed(snapshot)
