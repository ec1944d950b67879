"""Promises of the writes to schedules on a real blackboard: one task for a moment, whoever asks; what was missed is told."""

from __future__ import annotations

import threading
from datetime import UTC
from typing import Any

import pytest

from console.blackboard.connection import open_project
from console.blackboard.reads.notes import observations
from console.blackboard.reads.schedules import enabled_schedules, find_schedule, get_schedule, list_schedules
from console.blackboard.reads.scheduling import scheduling
from console.blackboard.reads.tasks import get_task, list_tasks, ready_tasks
from console.blackboard.writes.claims import claim_task
from console.blackboard.writes.reports import fail_report, finish_report
from console.blackboard.writes.schedules import (
    NewSchedule,
    Passed,
    add_schedule,
    enable_schedule,
    remove_schedule,
    run_schedule,
)
from console.blackboard.writes.tasks import cancel_task, retry_task
from console.errors import Conflict, NotFound, UsageError
from console.records.actor import SCHEDULER
from console.records.alert import Level, Observation
from console.records.policy import Policy
from console.records.schedule import Schedule, ScheduleKind, Template
from console.records.task import Task, TaskKind
from tests.boards import BOSS, Board

MOMENT = 10**9
HOUR = 3_600_000


def add(board: Board, name: str = "nightly", *, template: Template | None = None, **more: Any) -> Schedule:
    usual: dict[str, Any] = {"kind": ScheduleKind.INTERVAL, "every": 3600, "next_at": MOMENT}
    new = NewSchedule(**{**usual, "name": name, "template": template or Template(title="work of {date}"), **more})
    return add_schedule(board.db, new, by=BOSS, now=board.now())


def passed(schedule: Schedule, **more: Any) -> Passed:
    usual = {
        "moment": schedule.next_at,
        "next_at": schedule.next_at + HOUR,
        "makes": True,
        "missed": 0,
        "waits_for": None,
    }
    return Passed(**{"expected": schedule.next_at, **usual, "zone": UTC, **more})


def run(board: Board, schedule: Schedule, **more: Any) -> Task | None:
    return run_schedule(board.db, schedule.id, passed(schedule, **more), by=SCHEDULER, now=board.now())


def notices(board: Board) -> list[Observation]:
    return [one for one in observations(board.db) if one.open]


def test_a_run_makes_the_task_that_was_asked_for_and_moves_on(board: Board) -> None:
    parent = board.task("the whole")
    template = Template(
        title="backtest {date}", body="as of {date}", assignee="dev", needs=("python",), tags=("night",), priority=1,
        reviews=("output_review",), parent=parent.id, expect=("outputs/a.md",), due_in=7200,
    )  # fmt: skip
    schedule = add(board, template=template)
    made = run(board, schedule)
    assert made is not None
    assert (made.title, made.body) == ("backtest 1970-01-12", "as of 1970-01-12")
    assert (made.assignee, made.needs, made.tags, made.priority) == ("dev", ("python",), ("night",), 1)
    assert (made.reviews, made.parent, made.expect) == (("output_review",), parent.id, ("outputs/a.md",))
    assert (made.deadline, made.not_before, made.schedule) == (MOMENT + 2 * HOUR, MOMENT, schedule.id)
    assert made.created_by == "scheduler"
    after = get_schedule(board.db, schedule.id)
    assert (after.next_at, after.last_at, after.runs, after.missed) == (MOMENT + HOUR, MOMENT, 1, 0)
    assert after.open_task == made.id
    assert notices(board) == []


def test_the_same_moment_again_makes_nothing(board: Board) -> None:
    schedule = add(board)
    assert run(board, schedule) is not None
    before = board.db.total_changes
    assert run(board, schedule) is None
    assert board.db.total_changes == before
    assert len(list_tasks(board.db)) == 1


def test_of_two_schedulers_at_one_moment_one_makes_the_task(board: Board) -> None:
    schedule = add(board)
    found: list[Task | None] = []
    gate = threading.Barrier(4)

    def one() -> None:
        db = open_project(board.folder)
        gate.wait()
        found.append(run_schedule(db, schedule.id, passed(schedule), by=SCHEDULER, now=MOMENT))
        db.close()

    threads = [threading.Thread(target=one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(task is not None for task in found) == 1
    assert (len(list_tasks(board.db)), get_schedule(board.db, schedule.id).runs) == (1, 1)


def test_what_was_missed_is_counted_and_told_until_a_run_comes_in_time(board: Board) -> None:
    schedule = add(board)
    run(board, schedule, missed=8)
    (told,) = notices(board)
    assert (told.level, told.cause) == (Level.ROUTINE, f"schedule:{schedule.id}")
    assert told.body == "schedule nightly: 8 moment(s) passed while nobody could act; one run makes up for them"
    schedule = get_schedule(board.db, schedule.id)
    assert (schedule.runs, schedule.missed) == (1, 8)
    run(board, schedule, makes=False, missed=1)
    (told,) = notices(board)
    assert told.body.endswith("none was made up for")
    run(board, get_schedule(board.db, schedule.id))
    assert notices(board) == []


def test_while_the_last_task_is_open_that_is_said_quietly(board: Board) -> None:
    schedule = add(board)
    first = run(board, schedule)
    assert first is not None
    run(board, get_schedule(board.db, schedule.id), makes=False, missed=1, waits_for=first.id)
    (told,) = notices(board)
    assert (told.level, told.task_id) == (Level.OPTIONAL, first.id)
    assert told.body == f"schedule nightly: #{first.id} is still open, so no further task was made"


@pytest.mark.parametrize("end", ["done", "cancelled", "failed"])
def test_a_task_that_has_ended_is_not_open(board: Board, end: str) -> None:
    schedule = add(board)
    made = run(board, schedule)
    assert made is not None
    board.db.execute("UPDATE tasks SET status = ?, rev = rev + 1 WHERE id = ?", (end, made.id))
    assert get_schedule(board.db, schedule.id).open_task is None


def test_a_schedule_that_can_make_no_task_is_switched_off_with_an_alert(board: Board) -> None:
    schedule, other = add(board), add(board, "other")
    board.db.execute("UPDATE schedules SET template = '{\"title\": 5}' WHERE id = ?", (schedule.id,))
    assert run(board, schedule) is None
    assert [one.id for one in enabled_schedules(board.db)] == [other.id]
    (told,) = notices(board)
    assert told.level == Level.ATTENTION and "switched off" in told.body
    assert list_tasks(board.db) == ()


def test_what_a_bare_shell_has_spoilt_stops_no_other(board: Board) -> None:
    spoilt = [add(board, f"s{n}", kind=ScheduleKind.DAILY, at_time="18:00", every=None) for n in range(3)]
    good = add(board)
    for one, time in zip(spoilt, ("25:99", "noon", None), strict=True):
        board.db.execute("UPDATE schedules SET at_time = ? WHERE id = ?", (time, one.id))
    read = scheduling(board.db, policy=Policy(), now=0, limit=5)
    assert [one.id for one in read.schedules] == [good.id]
    assert read.due_at == MOMENT


def test_names_are_unique_and_find_a_schedule_as_numbers_do(board: Board) -> None:
    one = add(board)
    assert find_schedule(board.db, "nightly") == find_schedule(board.db, "#1") == find_schedule(board.db, "1") == one
    with pytest.raises(Conflict, match="already"):
        add(board)
    for name in ("", "two words", "1", "a#b", "a/b", "x" * 64, "a\n"):
        with pytest.raises(UsageError):
            add(board, name)
    with pytest.raises(NotFound):
        find_schedule(board.db, "9" * 40)


@pytest.mark.parametrize("every", [0, 59, 367 * 86_400])
def test_an_interval_has_a_minute_to_a_year(board: Board, every: int) -> None:
    with pytest.raises(UsageError, match="interval"):
        add(board, every=every)


def test_a_title_that_would_be_too_long_on_the_day_is_refused_at_once(board: Board) -> None:
    with pytest.raises(UsageError, match="title"):
        add(board, template=Template(title="{date}" * 60))


def test_removed_it_leaves_its_tasks_and_takes_its_notices(board: Board) -> None:
    schedule = add(board)
    made = run(board, schedule, missed=3)
    assert made is not None and notices(board)
    remove_schedule(board.db, schedule.id, now=board.now())
    assert list_schedules(board.db) == ()
    assert get_task(board.db, made.id).schedule is None
    assert notices(board) == []
    with pytest.raises(NotFound):
        remove_schedule(board.db, schedule.id, now=board.now())


def test_switched_off_it_does_not_run_and_on_again_it_begins_where_it_is_told(board: Board) -> None:
    schedule = add(board)
    enable_schedule(board.db, schedule.id, next_at=None, by=BOSS, now=board.now())
    assert run(board, schedule) is None
    assert enabled_schedules(board.db) == ()
    again = enable_schedule(board.db, schedule.id, next_at=MOMENT + 5, by=BOSS, now=board.now())
    assert (again.enabled, again.next_at) == (True, MOMENT + 5)
    before = board.db.total_changes
    enable_schedule(board.db, schedule.id, next_at=MOMENT + 9, by=BOSS, now=board.now())
    assert board.db.total_changes == before, "on already"


# --- reports


def report(board: Board) -> tuple[Schedule, Task]:
    schedule = add(board, "report", template=Template(title="Daily report {date}", report=True))
    task = run(board, schedule)
    assert task is not None
    return schedule, task


def finish(board: Board, task: Task) -> Task:
    return finish_report(
        board.db, task.id, path="outputs/report.md", sha256="0" * 64, size=1, notice="it is there", until=MOMENT, mark=7,
        by=SCHEDULER, now=board.now(),
    )  # fmt: skip


def test_a_report_at_midnight_is_one_of_the_day_that_ends(board: Board) -> None:
    midnight = 12 * 86_400_000
    schedule = add(board, "report", template=Template(title="of {date}", report=True), next_at=midnight)
    task = run(board, schedule)
    assert task is not None and task.title == "of 1970-01-12"


def test_no_agent_works_on_a_report(board: Board) -> None:
    _, task = report(board)
    assert task.kind == TaskKind.REPORT
    for order in ("priority", "fifo", "deadline", "dynamic"):
        assert ready_tasks(board.db, order=order, now=MOMENT + 1) == ()
    with pytest.raises(Conflict, match="report"):
        claim_task(board.db, task.id, board.start("dev"), by=SCHEDULER, now=MOMENT + 1)


def test_a_report_is_recorded_once_with_one_open_notice(board: Board) -> None:
    schedule, task = report(board)
    assert scheduling(board.db, policy=Policy(), now=MOMENT, limit=5).reports == (task.id,)
    assert str(finish(board, task).status) == "done"
    before = board.db.total_changes
    finish(board, task)
    assert board.db.total_changes == before
    assert scheduling(board.db, policy=Policy(), now=MOMENT, limit=5).reports == ()
    second = run(board, get_schedule(board.db, schedule.id))
    assert second is not None
    finish(board, second)
    (told,) = notices(board)
    assert (told.level, told.cause, told.task_id) == (Level.ROUTINE, f"report:{schedule.id}", second.id)


def test_a_report_that_cannot_be_written_waits_for_the_operator_whose_retry_writes_it(board: Board) -> None:
    _, task = report(board)
    failed = fail_report(board.db, task.id, reason="disk full", by=SCHEDULER, now=board.now())
    assert (str(failed.status), failed.failure) == ("failed", "disk full")
    retry_task(board.db, task.id, by=BOSS, now=board.now())
    assert scheduling(board.db, policy=Policy(), now=MOMENT, limit=5).reports == (task.id,)
    assert str(finish(board, task).status) == "done"


def test_a_report_that_the_operator_cancelled_is_not_written(board: Board) -> None:
    _, task = report(board)
    cancel_task(board.db, task.id, by=BOSS, now=board.now())
    assert scheduling(board.db, policy=Policy(), now=MOMENT, limit=5).reports == ()
    assert str(finish(board, task).status) == "cancelled"


def test_what_auto_asks_is_answered_by_indexes_alone(board: Board) -> None:
    for sql in ("SELECT coalesce(sum(blocked_by), 0) FROM tasks WHERE blocked_by > 0 AND status = 'pending'",
                "SELECT count(*) FROM tasks WHERE deadline IS NOT NULL AND status = 'pending'"):  # fmt: skip
        plan = " ".join(row["detail"] for row in board.db.execute(f"EXPLAIN QUERY PLAN {sql}"))
        assert "USING COVERING INDEX" in plan, plan
