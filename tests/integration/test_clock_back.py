"""Promises about what a clock that was ahead, or far behind, has written: once it is right, none of it holds up or goes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from console.blackboard.connection import open_home
from console.blackboard.reads.asks import get_ask
from console.blackboard.reads.sessions import get_session, recent_sessions
from console.blackboard.reads.tasks import ready_tasks
from console.blackboard.reads.usage import used_since
from console.blackboard.writes.asks import NewAsk, add_ask, expire_asks
from console.blackboard.writes.away import note_away
from console.blackboard.writes.claims import renew
from console.blackboard.writes.clock_back import try_now
from console.blackboard.writes.home import ask
from console.blackboard.writes.sessions import add_usage, end_session
from console.engine.hanging import is_hung
from console.engine.host import EmbeddedScheduler
from console.engine.in_charge import HEADLESS, last_beat, quiet_for, somebody_waits, take
from console.home import Home
from console.keeping.copies import listed, named, newest, rotate
from console.keeping.retention import clean
from console.records.actor import SCHEDULER, Actor, Origin
from console.records.awake import Awake, Era
from console.records.fitness import Away, UnfitWhy
from console.records.policy import Policy
from console.records.request import RequestKind
from console.records.session import SessionStatus
from console.settings import Retention
from tests.boards import Board
from tests.fakes.clock import TurnedClock
from tests.homes import BOSS, CLOCK, QUICK, SUBMITS, TeamHome, eventually

MINUTE, DAY = 60_000, 86_400_000
YEAR = 365 * DAY


@pytest.fixture
def team(tmp_path: Path) -> Iterator[TeamHome]:
    made = TeamHome(tmp_path / "home", {"dev": SUBMITS}, settings=QUICK)
    yield made
    made.close()


@pytest.fixture
def board(tmp_path: Path) -> Iterator[Board]:
    made = Board(tmp_path / "quant")
    yield made
    made.close()


def ask_to_drain(team: TeamHome, now: int) -> None:
    with closing(open_home(team.home.state_db)) as db:
        ask(db, RequestKind.DRAIN, {}, by=BOSS, now=now)


def test_a_drain_that_is_asked_for_after_the_clock_was_set_back_ends_who_is_in_charge_and_who_waits(
    team: TeamHome,
) -> None:
    clock = TurnedClock(CLOCK.now() + 10 * MINUTE)
    first, second = EmbeddedScheduler(team.home, clock=clock), EmbeddedScheduler(team.home, clock=clock)
    first.start()
    eventually(lambda: first.in_charge)
    second.start()
    eventually(lambda: somebody_waits(team.home))
    clock.turn(CLOCK.now())
    try:
        done = team.task(assignee="dev")  # a tick has ended since
        eventually(lambda: team.status(done) == "done")
        ask_to_drain(team, clock.now())
        eventually(lambda: not first.alive and not second.alive, account=team.account)
    finally:
        assert second.stop(20) and first.stop(20)


def test_a_drain_that_was_left_by_a_clock_ahead_ends_nobody_who_begins_later(team: TeamHome) -> None:
    ask_to_drain(team, CLOCK.now() + YEAR)
    scheduler = EmbeddedScheduler(team.home)
    scheduler.start()
    try:
        task = team.task(assignee="dev")
        eventually(lambda: team.status(task) == "done", account=team.account)
        assert scheduler.in_charge
    finally:
        assert scheduler.stop(20)


def test_an_agent_is_not_away_until_a_time_that_a_clock_ahead_has_told(team: TeamHome) -> None:
    ahead = CLOCK.now() + YEAR
    with closing(open_home(team.home.state_db)) as db:
        for why in UnfitWhy.LIMITED, UnfitWhy.SIGNED_OUT:
            note_away(db, Away(agent="dev", why=why, until=ahead + 3600_000, said="no", since=ahead))
            task = team.task(assignee="dev")
            assert team.run() == 0
            assert team.status(task) == "done", why


def test_a_word_of_an_external_session_is_of_now_though_the_last_one_lies_ahead(board: Board) -> None:
    task, now = board.task(), 10**9
    session = board.claim(task.id, "outside", backend="external")
    for moment in now + YEAR, now:
        renew(board.db, session.id, session.fence, lease_ms=1000, now=moment)
        assert get_session(board.db, session.id).last_word_at == moment


def test_what_was_used_on_a_day_that_is_still_to_come_is_not_of_today(board: Board) -> None:
    task, now = board.task(), 10**12
    session = board.claim(task.id)
    by = Actor(name="dev", origin=Origin.AGENT, session=session.id)
    for moment in now + YEAR, now:
        add_usage(board.db, session.id, session.fence, tokens=7, cost=1.0, by=by, now=moment)
    assert used_since(board.db, now - DAY, now).tokens == 7
    assert used_since(board.db, now - DAY, now + YEAR).tokens == 14


def test_the_newest_sessions_are_those_that_began_last_whatever_the_clock_said(board: Board) -> None:
    task = board.task()
    ids = []
    for moment in (10**12 + YEAR, 10**12):
        board.now = lambda moment=moment: moment  # type: ignore[method-assign,misc]
        session = board.claim(task.id)
        ids.append(session.id)
        end_session(board.db, session.id, status=SessionStatus.CANCELLED, now=moment)
    assert [session.id for session in recent_sessions(board.db)] == ids[::-1]


def test_a_task_that_was_made_by_a_clock_ahead_does_not_wait_for_all_that_come_later(board: Board) -> None:
    now, policy = 10**12, Policy(order="dynamic")
    board.now = lambda: now + YEAR  # type: ignore[method-assign]
    early = board.task("early")
    board.now = lambda: now  # type: ignore[method-assign]
    try_now(board.db, beyond=now, now=now)
    board.now = lambda: now + 1000  # type: ignore[method-assign]
    late = board.task("late")
    ready = ready_tasks(board.db, order="dynamic", now=now + 2000, policy=policy)
    assert [task.id for task in ready] == [early.id, late.id]


def test_an_ask_of_a_clock_ahead_takes_its_default_after_its_time_and_not_in_years(board: Board) -> None:
    now, task = 10**12, board.task()
    new = NewAsk(task_id=task.id, body="go on?", expires_at=now + YEAR + 5000, fallback="yes")
    ask = add_ask(board.db, new, by=SCHEDULER, now=now + YEAR)
    try_now(board.db, beyond=now, now=now)
    assert (expire_asks(board.db, now=now + 4999), expire_asks(board.db, now=now + 5000)) == (0, 1)
    assert get_ask(board.db, ask.id).said == "yes"


def test_whether_who_is_in_charge_hangs_is_no_question_of_the_time_of_day(tmp_path: Path) -> None:
    home = Home(tmp_path / "home").create()
    held = take(home, mode=HEADLESS)
    assert held is not None
    who, quiet = held.holder, quiet_for(home)
    assert quiet is not None and quiet < 60, "it says so from the beginning"
    for now in (0, who.since - YEAR, who.since + 15 * MINUTE, who.since + YEAR):
        assert not is_hung(who, "2099-01-01T00:00:00.000Z", 30, now, last_beat(home), 89.0)
        assert is_hung(who, "2099-01-01T00:00:00.000Z", 30, now, last_beat(home), 91.0)
    os.utime(home.in_charge_lock)  # a backup has read it, and the system has noted when
    assert quiet_for(home) is None
    held.beat()
    assert quiet_for(home) is not None
    held.release()


def test_copies_of_a_time_to_come_push_out_no_other_and_are_not_the_newest(tmp_path: Path) -> None:
    now = 1_800_000_000_000
    for n in range(9):
        (tmp_path / named("quant", now + YEAR + n * DAY)).write_bytes(b"copy")
    right = tmp_path / named("quant", now)
    right.write_bytes(b"copy")
    assert rotate(tmp_path, now, hourly=2, daily=2, weekly=2) == []
    best = newest(listed(tmp_path), now)
    assert best is not None and best.path == right


def test_what_was_written_while_the_clock_was_at_1970_is_as_old_as_it_is(team: TeamHome) -> None:
    now = CLOCK.now()
    back = now - DAY
    log, old = team.home.logs / "crash-1.log", team.home.logs / "crash-2.log"
    log.write_text("of an hour ago")
    os.utime(log, (60, 60))
    old.write_text("of last year")
    os.utime(old, ((now - YEAR) / 1000,) * 2)
    awake = Awake(eras=(Era(now - 9 * DAY, now - DAY, -back), Era(now - DAY - back, 3600_000, back)), began=now - 1000)
    policy = Retention(logs_days=30)
    clean(team.home, policy, inbox=team.home.inbox / "daemon.jsonl", now=now, awake=awake)
    assert log.exists() and not old.exists()
    clean(team.home, policy, inbox=team.home.inbox / "daemon.jsonl", now=now + 32 * DAY, awake=awake)
    assert not log.exists()
