"""Promises what the feed tells the screens: every change, foreign ones too, once; nothing where nothing differs."""

from __future__ import annotations

import os
import queue
import resource
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from console.app.feed import Feed
from console.app.messages import WorldChanged
from console.app.reader import Reader
from console.blackboard.connection import open_home, open_project
from console.blackboard.writes.home import clear_flag, publish_status, set_flag
from console.blackboard.writes.tasks import NewTask, create_task
from console.clock import iso
from console.engine.in_charge import take
from console.home import Home
from console.making import NewProject, make_project
from console.records.task import TaskStatus
from tests.app.sample import BY, NOW, project
from tests.app.world import FixedClock, silent_for
from widgets.models import World

Told = Callable[[float], World | None]


@pytest.fixture
def told(home: Home) -> Iterator[tuple[Feed, Told]]:
    """A feed on the sample home that has told its first world, and a way to wait for the next."""
    posted: queue.Queue[WorldChanged] = queue.Queue()
    feed = Feed(home, posted.put, clock=FixedClock(), environ={}, poll=0.2, pace=0.0)

    def next_world(patience: float = 10.0) -> World | None:
        try:
            return posted.get(timeout=patience).world
        except queue.Empty:
            return None

    feed.start()
    assert next_world() is not None
    yield feed, next_world
    feed.close()
    feed.join(10)


def pending(world: World | None, name: str) -> int:
    """How many tasks of a project are pending."""
    assert world is not None
    return next(row for row in world.projects if row.id == name).count(TaskStatus.PENDING)


def test_a_write_of_another_process_is_told(home: Home, told: tuple[Feed, Told]) -> None:
    db = open_project(home.project_folder("lake"))
    create_task(db, NewTask(title="new"), by=BY, now=NOW)
    assert pending(told[1](10), "lake") == 1


def test_a_scheduler_that_hangs_is_an_urgent_alert_with_its_pid_in_every_console(home: Home) -> None:
    posted: queue.Queue[WorldChanged] = queue.Queue()
    clock = FixedClock()
    held = take(home, mode="headless", clock=clock)
    assert held is not None
    feed = Feed(home, posted.put, clock=clock, environ={}, poll=0.1, pace=0.0)
    feed.start()
    assert all(row.alert.cause != "hangs" for row in posted.get(timeout=10).world.alerts)
    clock.ms += 91_000
    silent_for(home, 91)  # three intervals of 30 s; no time of day makes it hang any more, but its own silence
    world = posted.get(timeout=10).world
    first = world.alerts[0]
    assert (first.alert.cause, first.alert.level) == ("hangs", "urgent")
    assert "hangs" in [row.need.reason for row in world.needs]
    assert f"kill -9 {os.getpid()}" in first.alert.body
    feed.close()
    feed.join(10)
    held.release()


def test_a_home_that_takes_no_writes_is_an_urgent_alert_in_every_console(home: Home) -> None:
    """As on a full disk, or one that was mounted read-only: its scheduler goes on, and can publish nothing."""
    clock = FixedClock()
    held = take(home, mode="headless", clock=clock)
    assert held is not None
    clock.ms += 91_000  # it has said nothing since, but touches its lock
    silent_for(home, 1)
    world = Reader(home, {}, clock).look()
    (first, *_) = world.alerts
    assert (first.alert.cause, first.alert.level) == ("disk", "urgent")
    assert "full or read-only" in first.alert.body
    assert "disk" in [row.need.reason for row in world.needs]
    held.release()


def test_a_gateway_in_trouble_is_an_alert_in_its_own_plain_words_until_it_is_well(home: Home) -> None:
    posted: queue.Queue[WorldChanged] = queue.Queue()
    clock = FixedClock()
    held = take(home, mode="headless", clock=clock)
    assert held is not None
    db = open_home(home.state_db)
    trouble = {
        "kind": "token_refused",
        "sentence": "it refused the token",
        "advice": "set it",
        "version": None,
    }
    publish_status(db, {"last_tick": iso(NOW), "gateway_state": trouble}, now=NOW)
    feed = Feed(home, posted.put, clock=clock, environ={}, poll=0.1, pace=0.0)
    feed.start()
    told = [row.alert for row in posted.get(timeout=10).world.alerts if row.alert.cause == "link:gateway"]
    assert [(alert.body, alert.level) for alert in told] == [("it refused the token; set it", "attention")]
    publish_status(db, {"last_tick": iso(NOW), "gateway_state": {"kind": "up", "version": "2026.9.6"}}, now=NOW)
    world = posted.get(timeout=10).world
    assert (
        [link.version for link in world.scheduler.links],
        [row for row in world.alerts if row.alert.cause == "link:gateway"],
    ) == (["2026.9.6"], [])
    feed.close()
    feed.join(10)
    held.release()


def test_equal_data_is_told_once(told: tuple[Feed, Told]) -> None:
    feed, next_world = told
    feed.nudge()
    assert next_world(1.0) is None


def test_a_new_project_is_told_and_watched(home: Home, told: tuple[Feed, Told]) -> None:
    sampler = project(home, "fresh", "新项目")
    world = told[1](10)
    assert world is not None and [row.name for row in world.projects if row.id == "fresh"] == ["新项目"]
    sampler.task("first")
    seen = [0]
    while not seen[-1] and len(seen) < 5:  # one more look may have been under way
        seen.append(pending(told[1](10), "fresh"))
    assert seen[-1] == 1


def test_a_broken_blackboard_is_set_aside_with_its_reason_and_the_others_go_on(home: Home) -> None:
    folder = home.projects / "broken"
    folder.mkdir()
    (folder / "blackboard.db").write_text("this is no database, but long enough to be taken for one" * 40)
    posted: queue.Queue[WorldChanged] = queue.Queue()
    feed = Feed(home, posted.put, clock=FixedClock(), environ={}, poll=0.2, pace=0.0)
    feed.start()
    world = posted.get(timeout=10).world
    feed.close()
    feed.join(10)
    rows = {row.id: row for row in world.projects}
    assert "not a database" in str(rows["broken"].set_aside)
    assert rows["quant"].needs == 4


def test_the_board_follows_the_selected_project(told: tuple[Feed, Told]) -> None:
    feed, next_world = told
    feed.select("vnpy")
    world = next_world(10)
    assert world is not None and world.board.project == "vnpy" and world.board.height(0) == 3


def test_what_cannot_be_read_is_told_with_its_reason_and_never_as_nothing(home: Home, told: tuple[Feed, Told]) -> None:
    folder = home.project_folder("lake")
    for file in folder.glob("blackboard.db*"):
        file.unlink()
    world = _until(told[1], lambda world: bool(world.unread))
    assert any("lake/blackboard.db is missing" in why for why in world.unread)
    assert "lake" in {row.id for row in world.projects}, "it is not dropped"
    assert any(row.alert.cause == "unread" and "lake" in row.alert.body for row in world.alerts)


def test_projects_that_cannot_be_listed_stay_with_the_reason(home: Home, told: tuple[Feed, Told]) -> None:
    away = home.projects.rename(home.path / "away")
    world = _until(told[1], lambda world: bool(world.unread))
    assert {"lake"} <= {row.id for row in world.projects}
    assert any("projects" in why for why in world.unread)
    away.rename(home.projects)
    assert "lake" in {row.id for row in _until(told[1], lambda world: not world.unread).projects}


def test_settings_that_turn_wrong_leave_the_last_good_names_and_are_told(home: Home, told: tuple[Feed, Told]) -> None:
    before = {row.id: (row.name, row.team) for row in _until(told[1], lambda _: True, told[0]).projects}
    (home.config / "default.yaml").write_text("daemon: {tick_interval: soon}\n")
    (home.project_folder("lake") / "config" / "project.yaml").write_text("project: {nmae: x}\n")
    told[0].refresh()
    world = _until(told[1], lambda world: len(world.unread) > 0 and "nmae" in "".join(world.unread))
    assert "tick_interval" in "".join(world.unread)
    assert {row.id: (row.name, row.team) for row in world.projects} == before


def test_few_connections_are_enough_for_many_projects(home: Home) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    for number in range(12):
        make_project(home, NewProject(id=f"more-{number}"))
    resource.setrlimit(resource.RLIMIT_NOFILE, (128, hard))
    try:
        reader = Reader(home, {}, FixedClock())
        first = reader.look()
        assert len(first.projects) >= 12 and first.unread == ()
        assert reader.look() == first
        with closing(open_project(home.project_folder("more-3"))) as db:
            create_task(db, NewTask(title="seen"), by=BY, now=NOW)
        assert pending(reader.look(), "more-3") == 1
        assert len(reader._shelf._open) <= 4
        reader.close()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def _until(next_world: Told, holds: Callable[[World], bool], feed: Feed | None = None) -> World:
    if feed is not None:
        feed.refresh()
    while True:
        world = next_world(10.0)
        assert world is not None, "it was never told"
        if holds(world):
            return world


def test_an_e_stop_needs_the_operator_until_it_is_resumed(home: Home) -> None:
    reader = Reader(home, {}, FixedClock())
    with closing(open_home(home.state_db)) as db:
        set_flag(db, "estop", by=BY, now=NOW)
        assert ("estop", "moziplus resume") in [(row.need.reason, row.need.answer) for row in reader.look().needs]
        clear_flag(db, "estop")
        assert "estop" not in [row.need.reason for row in reader.look().needs]
    reader.close()


def test_wrong_settings_are_told_once_and_say_what_is_in_force(home: Home) -> None:
    posted: queue.Queue[WorldChanged] = queue.Queue()
    feed = Feed(home, posted.put, clock=FixedClock(), environ={}, poll=0.1, pace=0.0)
    feed.start()
    assert posted.get(timeout=10).problem == ""
    (home.config / "default.yaml").write_text("daemon: {tick_interval: soon}\n")
    while not (message := posted.get(timeout=10)).problem:
        pass
    assert "tick_interval" in message.problem and "the last good settings stay in force" in message.problem
    feed.refresh()
    assert posted.get(timeout=10).problem == "", "it was told already"
    feed.close()
    feed.join(10)
