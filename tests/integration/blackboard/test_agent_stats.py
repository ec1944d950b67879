"""Promises of what is told of agents: load now, runs a day, first tries, time, cost and waiting, over real rows."""

from __future__ import annotations

from console.blackboard.reads.agent_stats import DAY_MS, add_to, agent_stats, began_by_hour
from console.blackboard.writes.asks import NewAsk, add_ask, answer_ask
from console.records.actor import Actor, Origin
from console.records.agent_stats import AgentStats
from console.records.ask import Answered
from console.records.session import Session, SessionStatus
from tests.boards import BOSS, Board

NOW = 40 * DAY_MS
UNTIL = 40 * DAY_MS + DAY_MS // 2
"""The end of today: the days are counted back from here."""


def ran(board: Board, agent: str, begin: int, ms: int, *, cost: float = 0.0, **changes: object) -> Session:
    """A session of an author that began then and ended so much later."""
    task = board.task()
    session = board.claim(task.id, agent)
    board.gone(session)
    fields = {"created_at": begin, "started_at": begin, "ended_at": begin + ms, "cost": cost, **changes}
    columns = ", ".join(f"{name} = :{name}" for name in fields)
    board.db.execute(f"UPDATE sessions SET {columns} WHERE id = :id", {**fields, "id": session.id})
    return session


def told(board: Board, days: int = 7) -> dict[str, AgentStats]:
    return {one.agent: one for one in agent_stats(board.db, days=days, until=UNTIL, now=NOW)}


def test_runs_fall_on_their_days_and_what_is_older_is_left_out(board: Board) -> None:
    for ago in (0, 0, 1, 6, 8):
        ran(board, "dev", NOW - ago * DAY_MS, 60_000, cost=0.5, tokens=1_000)
    week, month = told(board)["dev"], told(board, 30)["dev"]
    assert week.runs == (1, 0, 0, 0, 0, 1, 2) and week.began == 4
    assert (week.busy_ms, week.cost, week.tokens) == (240_000, 2.0, 4_000)
    assert month.began == 5 and len(month.runs) == 30


def test_only_first_tries_of_authors_that_nobody_stopped_count_as_such(board: Board) -> None:
    ran(board, "dev", NOW - 1_000, 500)
    ran(board, "dev", NOW - 1_000, 500, status="failed")
    ran(board, "dev", NOW - 1_000, 500, status="cancelled")
    ran(board, "dev", NOW - 1_000, 500, attempt=2, status="failed")
    found = told(board)["dev"]
    assert (found.first_tries, found.first_successes, found.first_try) == (2, 1, 0.5)
    assert AgentStats(agent="nobody").first_try is None


def test_who_works_now_and_waits_for_an_answer_is_told_and_how_long_it_waited(board: Board) -> None:
    task = board.task()
    session = board.claim(task.id, "dev")
    who = Actor(name="dev", origin=Origin.AGENT, session=session.id)
    first = add_ask(board.db, NewAsk(task_id=task.id, body="A or B?"), by=who, now=NOW - 90_000)
    answer_ask(board.db, first.id, "A", how=Answered.PERSON, by=BOSS, now=NOW - 60_000)
    add_ask(board.db, NewAsk(task_id=task.id, body="And now?"), by=who, now=NOW - 10_000)
    found = told(board)["dev"]
    assert (found.load, found.waiting, found.waited_ms) == (1, 1, 40_000)


def test_a_review_is_a_run_and_no_first_try(board: Board) -> None:
    board.task(reviews=("output_review",))
    board.work(1)
    board.gone(board.seat("rev"))
    board.db.execute("UPDATE sessions SET created_at = ?, started_at = ?, ended_at = ?", (NOW, NOW, NOW))
    found = told(board)["rev"]
    assert (found.began, found.reviews, found.first_tries) == (1, 1, 0)


def test_the_same_agent_in_two_projects_is_added_up_day_by_day() -> None:
    found: dict[str, AgentStats] = {}
    add_to(found, AgentStats(agent="dev", runs=(1, 2), load=1, first_tries=2, first_successes=1))
    add_to(found, AgentStats(agent="dev", runs=(0, 3), cost=1.0, first_tries=2, first_successes=2))
    add_to(found, AgentStats(agent="dev", load=2))
    one = found["dev"]
    assert (one.runs, one.load, one.cost, one.first_try) == ((1, 5), 3, 1.0, 0.75)


def test_the_sessions_of_these_days_are_found_by_their_index(board: Board) -> None:
    plan = board.db.execute(
        "EXPLAIN QUERY PLAN SELECT * FROM sessions INDEXED BY sessions_recent WHERE created_at >= 1"
        " ORDER BY created_at DESC LIMIT 5"
    ).fetchall()
    assert "USING INDEX sessions_recent" in plan[0]["detail"] and len(plan) == 1


def test_a_session_that_failed_to_start_has_its_status(board: Board) -> None:
    task = board.task()
    board.gone(board.claim(task.id, "dev"), SessionStatus.FAILED)
    board.db.execute("UPDATE sessions SET created_at = ?, started_at = NULL, ended_at = ?", (NOW, NOW + 5))
    assert told(board)["dev"].busy_ms == 5


def test_what_began_is_counted_hour_by_hour(board: Board) -> None:
    for minutes in (5, 10, 70, 200):
        ran(board, "dev", NOW - minutes * 60_000, 1_000)
    assert began_by_hour(board.db, hours=3, now=NOW) == (0, 1, 2)
