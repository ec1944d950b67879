"""Owns whether a scheduler is idle: whether anything can move by itself, and which limits it waits for where something can."""

from __future__ import annotations

from console.clock import Clock
from console.days import shown_today
from console.engine.observe import World
from console.scheduler.limits import held_up
from console.scheduler.snapshot import Snapshot

__all__ = ("nothing_moves", "waits_for")


def nothing_moves(snapshot: Snapshot, world: World) -> bool:
    """No session, no retry and no limit to wait for, nothing unread, nobody who does not answer yet."""
    waiting = any(view.present or view.next_due_at is not None for view in snapshot.projects) or held_up(snapshot)
    late = any(project.busy for project in world.projects.values())
    unread = len(world.looked_at) + len(world.set_aside) < len(world.projects)
    return not (waiting or late or unread)


def waits_for(snapshot: Snapshot, clock: Clock) -> str:
    """Where nobody is at work: whose limit is waited for and until when, the first to end first; else nothing."""
    if any(view.present for view in snapshot.projects):
        return ""
    ends = sorted((unfit.until or 0, agent) for agent, unfit in held_up(snapshot).items())
    return "; ".join(f"{agent} is rate limited until {shown_today(at, clock.now())}" for at, agent in ends)
