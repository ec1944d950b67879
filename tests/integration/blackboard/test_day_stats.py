"""Promises of what is told of the last days: cost, tasks done and waiting fall on the days on which they were."""

from __future__ import annotations

import itertools

from console.blackboard.reads.day_stats import day_stats, midnights
from console.blackboard.writes.asks import NewAsk, add_ask, answer_ask
from console.blackboard.writes.tasks import hold_task, release_task
from console.records.actor import Actor, Origin
from console.records.ask import Answered
from console.records.day_stats import DayStats, added, by_day
from tests.boards import BOSS, Board

HOUR = 3_600_000
NOW = 40 * 24 * HOUR + 12 * HOUR
BOUNDS = midnights(3, NOW)
OLDEST, YESTERDAY, TODAY, _END = BOUNDS


def at(board: Board, when: int) -> Board:
    """The board's clock stands there."""
    board._clock = itertools.count(when, 1)
    return board


def hours(board: Board, now: int) -> list[tuple[int, int, int]]:
    """Of each day: tasks done, whole hours in the queue, whole hours that the operator was waited for."""
    found = day_stats(board.db, BOUNDS, now=now)
    return [(day.done, round(day.queue_ms / HOUR), round(day.you_ms / HOUR)) for day in found]


def test_days_begin_at_midnight_of_here_and_today_is_the_last() -> None:
    assert len(BOUNDS) == 4 and TODAY <= NOW < _END
    assert all(20 * HOUR < b - a < 26 * HOUR for a, b in itertools.pairwise(BOUNDS))


def test_what_was_done_and_what_waited_falls_on_its_days(board: Board) -> None:
    task = at(board, YESTERDAY + 22 * HOUR).task()
    session = at(board, TODAY + 1 * HOUR).claim(task.id)
    at(board, TODAY + 2 * HOUR).submit(session)
    assert hours(board, TODAY + 10 * HOUR) == [(0, 0, 0), (0, 2, 0), (1, 1, 0)]
    at(board, TODAY + 6 * HOUR).task()
    assert hours(board, TODAY + 10 * HOUR)[-1] == (1, 5, 0), "who waits now waits until now"


def test_held_tasks_and_answers_of_a_person_waited_for_the_operator(board: Board) -> None:
    task = at(board, OLDEST + 1 * HOUR).task()
    hold_task(board.db, task.id, reason="wait", by=BOSS, now=OLDEST + 1 * HOUR)
    release_task(board.db, task.id, by=BOSS, now=OLDEST + 4 * HOUR)
    session = at(board, OLDEST + 4 * HOUR).claim(task.id)
    who = Actor(name="dev", origin=Origin.AGENT, session=session.id)
    ask = add_ask(board.db, NewAsk(task_id=task.id, body="A or B?"), by=who, now=YESTERDAY + 1 * HOUR)
    answer_ask(board.db, ask.id, "A", how=Answered.PERSON, by=BOSS, now=YESTERDAY + 3 * HOUR)
    ruled = add_ask(board.db, NewAsk(task_id=task.id, body="C or D?"), by=who, now=YESTERDAY + 4 * HOUR)
    answer_ask(board.db, ruled.id, "C", how=Answered.RULE, by=BOSS, now=YESTERDAY + 9 * HOUR)
    assert hours(board, NOW) == [(0, 0, 3), (0, 0, 2), (0, 0, 0)]


def test_a_task_that_stands_since_before_these_days_waited_on_all_of_them(board: Board) -> None:
    at(board, OLDEST - 50 * HOUR).task()
    held = board.task()
    hold_task(board.db, held.id, reason="wait", by=BOSS, now=OLDEST - 40 * HOUR)
    release_task(board.db, held.id, by=BOSS, now=YESTERDAY)
    found = hours(board, TODAY + 6 * HOUR)
    day = round((YESTERDAY - OLDEST) / HOUR), round((TODAY - YESTERDAY) / HOUR)
    assert found == [(0, day[0], day[0]), (0, 2 * day[1], 0), (0, 12, 0)]


def test_cost_is_that_of_the_day_on_which_it_was_told(board: Board) -> None:
    put = "INSERT INTO usage (bucket, sessions, tokens, cost) VALUES (?, 1, ?, ?)"
    for when, tokens, cost in (
        (OLDEST - HOUR, 9, 9.0),
        (YESTERDAY, 10, 0.5),
        (TODAY - HOUR, 20, 0.25),
        (TODAY, 1, 2.0),
    ):
        board.db.execute(put, (when // 1_800_000, tokens, cost))
    found = day_stats(board.db, BOUNDS, now=NOW)
    assert [(day.tokens, day.cost) for day in found] == [(0, 0.0), (30, 0.75), (1, 2.0)]


def test_days_to_which_the_feed_does_not_reach_back_are_not_told_as_known(board: Board) -> None:
    at(board, YESTERDAY + HOUR).task()
    board.task()
    assert all(day.known for day in day_stats(board.db, BOUNDS, now=NOW))
    board.db.execute("DELETE FROM events WHERE seq = 1")
    assert [day.known for day in day_stats(board.db, BOUNDS, now=NOW)] == [False, False, True]


def test_days_of_projects_add_up() -> None:
    bounds = (0, 10, 20)
    one = by_day(bounds, [("queue", -5, 15), ("you", 12, 99), ("done", 3, 0)], [(19, 7, 1.5)], 0)
    other = by_day(bounds, [("done", 11, 0)], [], 5)
    assert one == (DayStats(begin=0, done=1, queue_ms=10), DayStats(begin=10, queue_ms=5, you_ms=8, tokens=7, cost=1.5))
    assert [(day.done, day.known) for day in added(one, other)] == [(1, False), (1, True)]
