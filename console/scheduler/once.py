"""Owns the invariants of what follows from an end or from the clock: plans, failures, learning and schedules, each once.

Asked by `invariants` beside the others; it decides nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from console.records.policy import Policy
from console.scheduler.actions import Action, ApplyPlan, Distil, FollowFailure, Learn, RunSchedule, WriteReport
from console.scheduler.snapshot import ProjectView, Snapshot

__all__ = (
    "a_schedule_moves_on_once_and_only_where_it_may",
    "an_end_has_its_consequence_once",
    "nothing_is_learnt_twice",
)


def an_end_has_its_consequence_once(
    snapshot: Snapshot, policy: Policy, actions: Sequence[Action], now: int
) -> Iterator[str]:
    """Only a plan that is done becomes tasks, only a failure that says so is followed, and neither twice."""
    ends = [a for a in actions if isinstance(a, ApplyPlan | FollowFailure)]
    yield from (f"{end} is decided twice" for end, n in Counter(ends).items() if n > 1)
    for end in ends:
        view = _view(snapshot, end.project)
        known = view.to_apply if isinstance(end, ApplyPlan) else view.failures
        task = next((t for t in known if t.id == end.task_id), None)
        if view.state.archived or task is None or task.applied_at is not None:
            yield f"{end} of a task that gives no cause for it"
        elif isinstance(end, ApplyPlan) and (task.kind, task.status) != ("plan", "done"):
            yield f"{end}: it is no plan that is done"
        elif isinstance(end, FollowFailure) and (task.status != "failed" or task.on_failure == "ask"):
            yield f"{end}: it has not failed, or leaves it to the operator"


def nothing_is_learnt_twice(snapshot: Snapshot, policy: Policy, actions: Sequence[Action], now: int) -> Iterator[str]:
    """No step of learning is decided twice, none in an archived project, no tag distilled while that is under way."""
    steps = [a for a in actions if isinstance(a, Learn)]
    yield from (f"{step} is decided more than once" for step, n in Counter(steps).items() if n > 1)
    for step in steps:
        view = _view(snapshot, step.project)
        if view.state.archived:
            yield f"{step} in an archived project"
        if isinstance(step, Distil) and any(
            d.tag == step.tag and d.status == "open" for d in view.learning.distillations
        ):
            yield f"{step} while another of its tag is open"


def a_schedule_moves_on_once_and_only_where_it_may(
    snapshot: Snapshot, policy: Policy, actions: Sequence[Action], now: int
) -> Iterator[str]:
    """Each runs once at most, for a moment that has come, and waits for one that has not; none does in a closed place."""
    runs = [a for a in actions if isinstance(a, RunSchedule)]
    closed = snapshot.paused or snapshot.estopped or snapshot.draining or not snapshot.enough_disk
    for action in (a for a in actions if isinstance(a, RunSchedule | WriteReport)):
        view = _view(snapshot, action.project)
        if closed or view.state.archived or view.state.paused_at is not None:
            yield f"{action} in a project or home that is closed"
    for run in runs:
        schedule = next(s for s in _view(snapshot, run.project).schedules if s.id == run.schedule_id)
        if not schedule.enabled or run.expected != schedule.next_at or not run.moment <= now < run.next_at:
            yield f"{run} is not of its schedule's moments"
        if run.makes and schedule.overlap == "skip" and schedule.open_task is not None:
            yield f"{run} makes a task beside one that is open"
        if run.missed < 0:
            yield f"{run} misses less than nothing"
    twice = [key for key, n in Counter((a.project, a.schedule_id) for a in runs).items() if n > 1]
    yield from (f"schedule {key} runs twice" for key in twice)


def _view(snapshot: Snapshot, project: str) -> ProjectView:
    return next(view for view in snapshot.projects if view.id == project)
