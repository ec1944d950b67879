"""Owns the scheduler's doubt about itself: work that somebody could do, and nothing moving for too long.

Long waits have good reasons (pauses, limits, dates, busy agents); only what none of them explains is an alert.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from console.records.cause import sentence
from console.records.ending import Life
from console.scheduler.actions import EndAlert, RaiseAlert, StartSeat, StartTask
from console.scheduler.gates import project_closed
from console.scheduler.snapshot import ProjectView, Snapshot

__all__ = ("self_check",)

CAUSE = "no-progress"


def self_check(
    snapshot: Snapshot, starts: Sequence[StartSeat | StartTask], now: int
) -> Iterator[RaiseAlert | EndAlert]:
    """One alert for each project that should move and does not, and its end."""
    anywhere = max((_progress(view, snapshot) for view in snapshot.projects), default=0)
    for view in snapshot.projects:
        stuck = _stuck_since(view, snapshot, starts, anywhere, now)
        waited = 0 if stuck is None else now - stuck
        if stuck is not None and waited >= view.policy.zombie_after * 1000:
            if CAUSE not in view.open_causes:
                body = sentence(CAUSE, seconds=waited // 1000)
                yield RaiseAlert(project=view.id, cause=CAUSE, body=body)
        elif CAUSE in view.open_causes:
            yield EndAlert(project=view.id, cause=CAUSE)


def _progress(view: ProjectView, snapshot: Snapshot) -> int:
    """Epoch ms of the newest sign that the project moves; a busy agent's word is one."""
    words = (max(p.session.created_at, p.session.last_word_at or 0) for p in view.present)
    return max(view.last_progress_at, snapshot.watching_since, *words, 0)


def _stuck_since(
    view: ProjectView, snapshot: Snapshot, starts: Sequence[StartSeat | StartTask], anywhere: int, now: int
) -> int | None:
    """Epoch ms since when the project should have moved; None where it has no reason to."""
    if project_closed(view, snapshot) is not None:
        return None
    # Of a session behind a gateway that is down nobody can say whether it moves.
    if any(p.life != Life.UNKNOWN for p in view.present):
        return _progress(view, snapshot)
    # What starts now may have waited for a slot or an agent that another project had until now: that one moved then.
    if now - anywhere < view.policy.zombie_after * 1000:
        return None
    mine = [start for start in starts if start.project == view.id]
    fallen_due = [due for start in mine if (due := _due(view, start)) is not None]
    return max(min(fallen_due), anywhere) if fallen_due else None


def _due(view: ProjectView, start: StartSeat | StartTask) -> int | None:
    """Epoch ms when what is started now became ready, as far as its row tells."""
    match start:
        case StartTask():
            tasks = (t for t in view.ready if t.id == start.task_id)
            return next((max(t.created_at, t.not_before or 0, t.retry_at or 0) for t in tasks), None)
        case StartSeat():
            seats = ((r.review.round_at, s) for r in view.rounds for s in r.seats if s.id == start.seat_id)
            return next((max(at, seat.retry_at or 0) for at, seat in seats), None)
