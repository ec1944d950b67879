"""Promises of console/scheduler/policies: a page of ready tasks comes in the very order in which they are taken."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.blackboard.connection import create_project, open_project
from console.blackboard.reads.tasks import READY_ORDERS, ready_tasks
from console.blackboard.writes.tasks import NewTask, create_task
from console.records.actor import SCHEDULER
from console.scheduler.policies import ORDERS, in_order
from tests.play import NOW

PRIORITIES = (2, 0, 4, 0, 1, 2, 3, 0)


def test_storage_pages_by_every_policy() -> None:
    assert set(READY_ORDERS) == set(ORDERS)


@pytest.mark.parametrize("order", sorted(ORDERS))
def test_a_page_holds_the_tasks_that_come_first(order: str, tmp_path: Path) -> None:
    create_project(tmp_path, "p", NOW)
    db = open_project(tmp_path)
    try:
        for priority in PRIORITIES:
            create_task(db, NewTask(title="one", priority=priority), by=SCHEDULER, now=NOW)
        everything = ready_tasks(db, order=order, now=NOW)
        page = ready_tasks(db, order=order, now=NOW, limit=3)
    finally:
        db.close()
    assert len(everything) == len(PRIORITIES)
    assert in_order(everything[::-1], order) == list(everything)
    assert page == everything[:3]
