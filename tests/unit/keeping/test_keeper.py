"""Promises of when a backup is due: by the interval, once after a sleep, never the backlog, never where it is switched off."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from console.home import Home
from console.keeping.copies import HOME_NAME, folder_of, listed
from console.keeping.keeper import Keeper, due
from console.making import prepare_home
from console.settings import Backup

HOUR = 3_600_000
POLICY = Backup(interval=3600)


def test_it_is_due_when_the_interval_is_over_and_not_before() -> None:
    assert not due(HOUR - 1, 0, 3600)
    assert due(HOUR, 0, 3600)
    assert due(5, None, 3600)
    assert not due(HOUR * 99, 0, 0)
    assert not due(HOUR * 99, None, 0)


def test_a_clock_that_was_in_the_future_stops_no_backup() -> None:
    assert due(0, 100 * HOUR, 3600)
    assert not due(0, HOUR - 1, 3600)


@given(st.lists(st.integers(0, 30 * HOUR), min_size=1, max_size=50))
def test_after_any_sleep_there_is_exactly_one(sleeps: list[int]) -> None:
    now, last, begun = 0, 0, 0
    for sleep in sleeps:
        now += sleep
        if due(now, last, 3600):
            last, begun = now, begun + 1
            assert not due(now, last, 3600), "the second look begins none"
    assert begun <= sum(sleep >= HOUR for sleep in sleeps) + sum(sleeps) // HOUR


def settled(keeper: Keeper) -> None:
    keeper.close(patience=30)
    assert not keeper.busy


def test_the_keeper_backs_up_by_the_clock_and_catches_up_once(tmp_path: Path) -> None:
    home = prepare_home(Home(tmp_path / "home"))
    made = home.home_mark.stat().st_mtime_ns // 1_000_000
    keeper = Keeper(home)
    assert not keeper.poll(made + HOUR - 1, POLICY), "a new home has nothing to lose yet"
    assert keeper.poll(made + HOUR, POLICY)
    settled(keeper)
    assert not keeper.poll(made + 2 * HOUR - 1, POLICY)
    assert keeper.poll(made + 50 * HOUR, POLICY), "it slept for two days"
    settled(keeper)
    assert not keeper.poll(made + 50 * HOUR + 1000, POLICY)
    assert [copy.at for copy in listed(folder_of(home, HOME_NAME))] == [made + 50 * HOUR, made + HOUR]
    again = Keeper(home)
    assert not again.poll(made + 51 * HOUR - 1, POLICY), "another life knows when the last one was"
    assert again.poll(made + 51 * HOUR, POLICY)
    settled(again)


def test_it_is_quick_and_never_begins_two_at_once(tmp_path: Path) -> None:
    home = prepare_home(Home(tmp_path / "home"))
    made = home.home_mark.stat().st_mtime_ns // 1_000_000
    keeper = Keeper(home)
    begun = [keeper.poll(made + n * HOUR, POLICY) for n in (1, 2)]
    assert begun[0]
    settled(keeper)
    assert len(listed(folder_of(home, HOME_NAME))) == sum(begun)
