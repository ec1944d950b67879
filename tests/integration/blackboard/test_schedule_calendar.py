"""Promises of schedules on a real blackboard: a calendar is kept as asked for, and only work at hand holds the next back."""

from __future__ import annotations

from console.blackboard.reads.schedules import enabled_schedules, get_schedule
from console.blackboard.writes.tasks import hold_task, release_task
from console.records.schedule import ScheduleKind
from tests.boards import BOSS, Board
from tests.integration.blackboard.test_schedules import add, run


def test_only_work_that_an_agent_may_still_be_at_keeps_the_next_from_being_made(board: Board) -> None:
    schedule = add(board)
    made = run(board, schedule, moment=1)
    assert made is not None

    def still() -> int | None:
        return get_schedule(board.db, schedule.id).open_task

    assert still() == made.id  # an agent will take it
    session = board.claim(made.id)
    hold_task(board.db, made.id, reason="look first", by=BOSS, now=board.now())
    assert still() == made.id  # held, and its agent has not gone yet
    board.gone(session)
    assert still() is None
    release_task(board.db, made.id, by=BOSS, now=board.now())
    assert still() == made.id


def test_a_calendar_is_kept_as_it_was_asked_for_and_an_older_moziplus_leaves_it_alone(board: Board) -> None:
    new = add(board, kind=ScheduleKind.CRON, every=None, cron="30 9 * * 1-5", zone="Asia/Shanghai", skips="2026-10-01")
    assert (new.kind, new.cron, new.zone, new.skips) == (
        ScheduleKind.CRON,
        "30 9 * * 1-5",
        "Asia/Shanghai",
        "2026-10-01",
    )
    (row,) = board.db.execute("SELECT kind, at_time FROM schedules").fetchall()
    assert tuple(row) == ("daily", None)
    at = 1_764_115_200_000  # midnight in Shanghai, 16:00 in Greenwich on the 25th
    made = run(board, new, moment=at)
    assert made is not None and made.title == "work of 2025-11-26"
    board.db.execute("UPDATE schedules SET cron = 'now and then'")
    assert enabled_schedules(board.db) == ()
