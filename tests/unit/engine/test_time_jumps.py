"""Promises of the scheduler's memory of the clock: sleeps, steps and wrong starts are known for what they were, also later."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from console.engine.awake_view import review_now, session_now
from console.engine.time_jumps import Timekeeper
from console.records.review import Review, ReviewStatus
from console.records.session import Session

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
YEAR = 365 * DAY
START = 1_800_000_000_000


@dataclass
class Machine:
    """A machine whose clocks are moved by hand."""

    wall: int = START
    up: float = 10_000.0
    slept: float = 0.0

    def now(self) -> int:
        return self.wall

    def monotonic(self) -> float:
        return self.up

    def continuous(self) -> float:
        return self.up + self.slept

    def works(self, ms: int) -> None:
        self.wall, self.up = self.wall + ms, self.up + ms / 1000

    def sleeps(self, ms: int) -> None:
        self.wall, self.slept = self.wall + ms, self.slept + ms / 1000

    def is_set(self, by: int) -> None:
        self.wall += by


@dataclass
class Scene:
    """A machine and who watches its clock, through restarts."""

    file: Path
    machine: Machine = field(default_factory=Machine)

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        self.keeper = Timekeeper(self.file, self.machine, keep=True)

    def since(self, moment: int) -> int:
        """Milliseconds awake since a moment that was written down."""
        return self.machine.wall - self.keeper.awake.moment(moment, self.machine.wall)


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(tmp_path / "clock.json")


def sleeps(ms: int, scene: Scene) -> None:
    scene.machine.sleeps(ms)


def steps(ms: int, scene: Scene) -> None:
    scene.machine.is_set(ms)


@pytest.mark.parametrize("restarted", [False, True])
@pytest.mark.parametrize(
    ("happens", "by"),
    [
        (sleeps, 15 * MINUTE),
        (sleeps, 9 * HOUR),
        (steps, YEAR),
        (steps, -YEAR),
        (steps, -10 * MINUTE),
        (steps, HOUR // 2),
    ],
)
def test_only_what_passed_awake_counts(scene: Scene, happens: object, by: int, restarted: bool) -> None:
    began = scene.machine.wall
    scene.machine.works(3 * MINUTE)
    scene.keeper.look()
    happens(by, scene)  # type: ignore[operator]
    if restarted:
        scene.restart()
    else:
        assert scene.keeper.look() and not scene.keeper.look()
    scene.machine.works(MINUTE)
    assert not scene.keeper.look()
    assert scene.since(began) == 4 * MINUTE
    assert scene.since(scene.machine.wall - MINUTE // 2) == MINUTE // 2
    assert (scene.keeper.settle() or scene.keeper.began_behind) == (by < 0)


def test_jumps_add_up_and_each_moment_is_read_by_the_clock_that_told_it(scene: Scene) -> None:
    first = scene.machine.wall
    for by in (HOUR, -2 * HOUR, YEAR):
        scene.machine.works(MINUTE)
        scene.keeper.look()
        scene.machine.is_set(by)
        scene.keeper.look()
    scene.machine.works(MINUTE)
    assert scene.since(first) == 4 * MINUTE


def test_a_start_at_1970_that_is_set_right_later_makes_nothing_old(scene: Scene) -> None:
    began = scene.machine.wall
    scene.machine.works(MINUTE)
    scene.restart()
    back = scene.machine.wall
    scene.machine.is_set(-back)
    scene.restart()
    assert scene.since(began) == MINUTE and scene.keeper.doubt is None
    wrong = scene.machine.wall
    scene.machine.works(MINUTE)
    scene.keeper.look()
    scene.machine.is_set(back)
    scene.keeper.look()
    assert (scene.since(began), scene.since(wrong)) == (2 * MINUTE, MINUTE)
    assert scene.keeper.doubt is None


def test_a_moment_that_no_clock_told_counts_from_when_the_present_time_began(scene: Scene) -> None:
    scene.machine.works(MINUTE)
    assert scene.since(scene.machine.wall + YEAR) == MINUTE


@pytest.mark.parametrize(
    ("happens", "by", "doubted"), [(sleeps, YEAR, False), (steps, YEAR, True), (steps, -YEAR, False)]
)
def test_a_clock_that_was_set_on_further_than_the_machine_was_up_is_doubted(
    scene: Scene, happens: object, by: int, doubted: bool
) -> None:
    happens(by, scene)  # type: ignore[operator]
    scene.keeper.look()
    assert (scene.keeper.doubt is not None) == doubted
    scene.restart()
    assert (scene.keeper.doubt is not None) == doubted
    steps(-by, scene)
    scene.keeper.look()
    assert scene.keeper.doubt is None or by < 0


def test_who_says_that_the_time_is_right_is_believed_for_good(scene: Scene) -> None:
    scene.machine.is_set(YEAR)
    scene.keeper.look()
    assert "365 d" in (scene.keeper.doubt or "")
    scene.keeper.trust()
    scene.restart()
    assert scene.keeper.doubt is None


def test_a_lease_and_a_round_end_later_by_what_the_machine_slept(scene: Scene) -> None:
    began = scene.machine.wall
    session = Session(
        id="s", task_id=1, agent="a", backend="external", fence=1, created_at=began, lease_until=began + 10 * MINUTE
    )
    review = Review(
        id=1, task_id=1, protocol="p", status=ReviewStatus.OPEN, round=1, round_at=began, round_timeout=600,
        round_until=began + 10 * MINUTE,
    )  # fmt: skip
    scene.machine.works(MINUTE)
    scene.keeper.look()
    scene.machine.sleeps(9 * HOUR)
    scene.keeper.look()
    awake, now = scene.keeper.awake, scene.machine.wall
    assert session_now(session, awake, now).lease_until == now + 9 * MINUTE
    assert review_now(review, awake, now).round_until == now + 9 * MINUTE


def test_a_file_that_is_damaged_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "clock.json").write_text("{")
    assert not Timekeeper(tmp_path / "clock.json", Machine(), keep=True).look()
