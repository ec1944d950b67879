"""Promises of a whole month: whatever agents and operator do, all work ends or waits for the operator for a stated reason.

The clock is virtual, the rest is real. A failure prints its seed: MONTH_SEED=N plays that month again.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.blackboard.connection import Database
from console.blackboard.reads.needs import needs
from console.blackboard.reads.tasks import dependencies, list_tasks
from console.days import day_of
from console.records.need import Need
from console.records.task import Task, TaskKind, TaskStatus
from tests.simulation.month import DAY_TOKENS, PROJECTS, SLOTS, Month

SEED = int(os.environ.get("MONTH_SEED", "26"))


@pytest.mark.parametrize(("tasks", "days"), [(10, 2), (250, 30)], ids=["two days", "a month"])
def test_after_all_that_time_every_task_has_ended_or_waits_for_the_operator(
    tmp_path: Path, tasks: int, days: int
) -> None:
    month = Month(tmp_path / "home", SEED, tasks=tasks, days=days)
    try:
        month.pass_by()
        broken = [f"{project}: {line}" for project in PROJECTS for line in _violations(month, project)]
        broken += _of_the_home(month, days)
    except BaseException as error:
        raise AssertionError(f"MONTH_SEED={SEED}: {error!r}") from error
    finally:
        month.close()
    assert not broken, "\n".join([f"MONTH_SEED={SEED}", *broken])


def _of_the_home(month: Month, days: int) -> Iterator[str]:
    if month.cast.at_once > SLOTS:
        yield f"{month.cast.at_once} sessions lived at once"
    if days > 2 and set(month.cast.refused) != {"StaleFence"}:
        yield f"late writes were refused otherwise: {month.cast.refused}"


def _violations(month: Month, project: str) -> Iterator[str]:
    """What must never be, on this blackboard, at the end."""
    db = month.board(project)
    waiting = {need.task_id: need for need in needs(db, project)}
    tasks = list_tasks(db, limit=100_000)
    yield from (line for task in tasks if (line := _stuck(db, task, waiting)))
    yield from _over_budget(month, project)
    yield from _learnt_twice(db)
    yield from _made_twice(db, tasks)
    yield from _told_twice(db)


def _stuck(db: Database, task: Task, waiting: dict[int | None, Need]) -> str | None:
    """Why the task is neither ended nor the operator's, None where it is."""
    if task.status in (TaskStatus.DONE, TaskStatus.CANCELLED) or (
        task.status == TaskStatus.FAILED and task.applied_at is not None
    ):
        return None
    if (need := waiting.get(task.id)) is not None:
        return None if need.reason else f"#{task.id} waits for the operator, and nobody says why"
    if task.status == TaskStatus.PENDING and task.blocked_by:
        blockers = [b for b in dependencies(db, task.id) if b.status != TaskStatus.DONE]
        return next((f"#{task.id} waits for {why}" for b in blockers if (why := _stuck(db, b, waiting))), None)
    told = (
        "SELECT 1 FROM observations WHERE (task_id = ? AND cause LIKE 'unassignable:%' OR cause = 'unassignable:more')"
        " AND ended_at IS NULL"
    )
    if db.execute(told, (task.id,)).fetchone():
        return None
    return f"#{task.id} is {task.status} and waits for nobody: {task}"


def _over_budget(month: Month, project: str) -> Iterator[str]:
    """A start on a day on which the project had used up its tokens before."""
    spent = [(at, tokens) for at, where, _, tokens in month.cast.spent if where == project]
    for at, where, task in month.cast.started:
        if where == project:
            before = sum(tokens for when, tokens in spent if when < at and day_of(when) == day_of(at))
            if before >= DAY_TOKENS:
                yield f"#{task} was started on {day_of(at)} with {before} tokens used"


def _learnt_twice(db: Database) -> Iterator[str]:
    for row in db.execute("SELECT drawn_from, count(*) AS n FROM experiences WHERE source = 'session' GROUP BY 1"):
        if row["n"] > 1:
            yield f"session {row['drawn_from']} taught {row['n']} experiences"
    query = (
        "SELECT e.id, e.status, d.status AS end FROM experiences e LEFT JOIN distillations d ON d.id = e.distillation"
        " WHERE (e.status = 'distilled') <> (d.status IS 'done') AND e.status <> 'deprecated'"
    )
    yield from (
        f"experience {row['id']} is {row['status']}, its distillation {row['end']}" for row in db.execute(query)
    )


def _made_twice(db: Database, tasks: tuple[Task, ...]) -> Iterator[str]:
    """A plan has its three tasks, a failure its one undo, a day of a schedule its one task."""
    parts = Counter(task.from_task for task in tasks if task.from_task is not None)
    for task in tasks:
        wanted = {TaskKind.PLAN: 3}.get(task.kind, 1)
        applied = task.applied_at is not None
        if parts[task.id] > wanted or (task.kind == TaskKind.PLAN and applied and parts[task.id] != 3):
            yield f"#{task.id} ({task.kind}) has {parts[task.id]} tasks of its own"
    titles = Counter(task.title for task in tasks if task.schedule is not None)
    yield from (f"{title} was made {n} times" for title, n in titles.items() if n > 1)


def _told_twice(db: Database) -> Iterator[str]:
    """The team is the same all month: what nobody can do is told anew only after it had to wait for something else again."""
    told = (
        "SELECT cause, count(*) AS n FROM observations o WHERE cause LIKE 'unassignable:%' AND task_id > 0 GROUP BY cause"
        " HAVING n > 1 + (SELECT count(*) FROM events e WHERE e.task = o.task_id AND e.kind = 'blocked')"
    )
    yield from (f"{row['cause']} was told {row['n']} times" for row in db.execute(told))
