"""Promises of a scheduler with dates and schedules: a moment is met when it comes, once, whatever sleeps or dies meanwhile."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from console.blackboard.reads.notes import observations
from console.blackboard.reads.outputs import outputs_of
from console.blackboard.reads.schedules import get_schedule
from console.blackboard.reads.sessions import sessions_of
from console.blackboard.reads.tasks import list_tasks
from console.blackboard.writes.project import pause_project, resume_project
from console.blackboard.writes.schedules import NewSchedule, add_schedule
from console.clock import SystemClock
from console.engine.host import EmbeddedScheduler
from console.engine.time_jumps import Timekeeper
from console.records.schedule import Misfire, Overlap, Schedule, ScheduleKind, Template
from tests.homes import BOSS, CLOCK, QUICK, SUBMITS, TeamHome, developer, eventually

HOUR = 3_600_000
PATIENT = {**QUICK, "daemon": {**QUICK["daemon"], "tick_interval": 3600}}
"""What happens here happens without a tick of the clock."""
Make = Callable[..., TeamHome]


class Movable(SystemClock):
    """The machine's clock, set forward by hand; time goes by as it does."""

    ahead = 0

    def now(self) -> int:
        """Epoch ms."""
        return super().now() + self.ahead


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    made: list[TeamHome] = []

    def _make(agents: dict[str, Any] | None = None, settings: Any = PATIENT) -> TeamHome:
        made.append(TeamHome(tmp_path / "home", agents or {"dev": SUBMITS}, settings=settings))
        return made[-1]

    yield _make
    for team in made:
        team.close()


@pytest.fixture
def scheduler(make: Make) -> Iterator[Callable[..., EmbeddedScheduler]]:
    """A scheduler in a thread, in charge when it is given."""
    running: list[EmbeddedScheduler] = []

    def start(team: TeamHome, clock: SystemClock = CLOCK) -> EmbeddedScheduler:
        running.append(EmbeddedScheduler(team.home, clock=clock))
        running[-1].start()
        eventually(lambda: running[-1].in_charge)
        return running[-1]

    yield start
    for one in running:
        assert one.stop(20)


Start = Callable[..., EmbeddedScheduler]


def every_hour(team: TeamHome, next_at: int, template: Template | None = None, **more: Any) -> Schedule:
    new = NewSchedule(
        name="hourly",
        kind=ScheduleKind.INTERVAL,
        every=3600,
        template=template or Template(title="of {date}"),
        next_at=next_at,
        **more,
    )
    return add_schedule(team.db(), new, by=BOSS, now=CLOCK.now())


def now(team: TeamHome, schedule: Schedule) -> Schedule:
    return get_schedule(team.db(), schedule.id)


# --- dates


def test_a_date_is_met_at_its_moment_without_waiting_for_a_tick(make: Make, scheduler: Start) -> None:
    team = make()
    scheduler(team)
    at = CLOCK.now() + 1500
    task = team.task(not_before=at)
    eventually(lambda: team.status(task) == "done")
    (session,) = sessions_of(team.db(), task.id)
    assert at <= session.created_at < at + 10_000


def test_a_date_that_came_while_the_machine_slept_is_met_when_it_wakes(make: Make, scheduler: Start) -> None:
    team, clock = make(), Movable()
    scheduler(team, clock)
    task = team.task(not_before=CLOCK.now() + 8 * HOUR, assignee="dev")
    clock.ahead = 9 * HOUR
    eventually(lambda: bool(sessions_of(team.db(), task.id)))


def test_a_jump_of_the_time_of_day_is_noticed_and_its_passing_is_not(tmp_path: Path) -> None:
    clock = Movable()
    jumps = Timekeeper(tmp_path / "clock.json", clock)
    assert not jumps.look()
    clock.ahead += 9 * HOUR
    assert jumps.look() and not jumps.look()
    clock.ahead -= HOUR
    assert jumps.look()


# --- schedules


def test_a_moment_makes_its_task_when_it_comes_and_the_task_is_done(make: Make, scheduler: Start) -> None:
    team = make()
    scheduler(team)
    at = CLOCK.now() + 1500
    schedule = every_hour(team, at)
    eventually(lambda: [str(t.status) for t in list_tasks(team.db())] == ["done"])
    (task,) = list_tasks(team.db())
    assert at <= task.created_at < at + 10_000
    assert (now(team, schedule).runs, now(team, schedule).next_at) == (1, at + HOUR)


def test_a_machine_that_slept_nine_hours_runs_one_catch_up_not_nine(make: Make, scheduler: Start) -> None:
    team, clock = make(), Movable()
    schedule = every_hour(team, CLOCK.now() + HOUR, Template(title="x", assignee="ghost"))
    scheduler(team, clock)
    clock.ahead = 9 * HOUR + HOUR // 2
    eventually(lambda: now(team, schedule).runs == 1)
    found = now(team, schedule)
    assert (found.missed, found.next_at) == (8, schedule.next_at + 9 * HOUR)
    assert len(list_tasks(team.db())) == 1
    assert any("8 moment(s) passed" in one.body for one in observations(team.db()))
    clock.ahead += HOUR
    eventually(lambda: now(team, schedule).missed == 9)
    assert len(list_tasks(team.db())) == 1, "the last one is still open"


def test_with_skip_a_sleep_makes_nothing_and_the_next_moment_does(make: Make, scheduler: Start) -> None:
    team, clock = make(), Movable()
    schedule = every_hour(team, CLOCK.now() + HOUR, Template(title="x", assignee="ghost"), misfire=Misfire.SKIP)
    scheduler(team, clock)
    clock.ahead = 9 * HOUR + HOUR // 2
    eventually(lambda: now(team, schedule).missed == 9)
    assert list_tasks(team.db()) == ()
    clock.ahead += HOUR // 2
    eventually(lambda: now(team, schedule).runs == 1)
    assert now(team, schedule).missed == 9


def test_moments_of_a_paused_project_are_missed_and_made_up_for_at_resume(make: Make) -> None:
    team = make()
    schedule = every_hour(team, CLOCK.now() - 3 * HOUR - HOUR // 2)
    pause_project(team.db(), by=BOSS, now=CLOCK.now())
    assert team.run() == 0
    assert now(team, schedule) == schedule
    resume_project(team.db(), by=BOSS, now=CLOCK.now())
    assert team.run() == 0
    assert (now(team, schedule).runs, now(team, schedule).missed) == (1, 3)
    assert [str(t.status) for t in list_tasks(team.db())] == ["done"]


def test_until_idle_waits_for_no_schedule(make: Make) -> None:
    team = make()
    schedule = every_hour(team, CLOCK.now() + HOUR)
    assert team.run() == 0
    assert now(team, schedule).runs == 0


# --- kill -9

POINTS = ("schedule.before_commit", "schedule.after_commit")
REPORT_POINTS = ("report.before_write", "report.written", "report.before_commit", "report.after_commit")


@pytest.mark.parametrize("point", [*POINTS, *REPORT_POINTS])
def test_a_scheduler_that_is_killed_at_any_point_makes_one_task_and_one_report(make: Make, point: str) -> None:
    team = make()
    schedule = every_hour(team, CLOCK.now() - 2 * HOUR, Template(title="report of {date}", report=True))
    died = team.start("run", "--until-idle", MOZIPLUS_CRASH_AT=point)
    assert died.wait(60) == -signal.SIGKILL
    assert team.run() == 0
    (task,) = list_tasks(team.db())
    assert (str(task.status), now(team, schedule).runs, now(team, schedule).missed) == ("done", 1, 2)
    (output,) = outputs_of(team.db(), task.id)
    folder = team.home.project_folder("quant") / "artifacts" / str(task.id) / "outputs"
    assert [file.name for file in folder.iterdir()] == [output.path.removeprefix("outputs/")]
    assert [one.cause for one in observations(team.db()) if (one.cause or "").startswith("report:")] == ["report:1"]


# --- the daily report


WORKS = developer('blackboard usage --tokens 1200 --cost 0.5; blackboard experience --title "look first" --body b --tag t'
                  "; blackboard submit --summary ok")  # fmt: skip
BREAKS = developer("exit 3")


def report_of(team: TeamHome, task_id: int) -> str:
    (output,) = outputs_of(team.db(), task_id)
    return (team.home.project_folder("quant") / "artifacts" / str(task_id) / output.path).read_text("utf-8")


def test_a_report_says_what_was_done_what_failed_what_it_cost_and_what_waits(make: Make) -> None:
    team = make({"works": WORKS, "breaks": BREAKS}, settings=QUICK)
    evil = "[x](http://evil) | `rm` <b>\x1b[31m\u202e"
    done, broken = team.task(evil, assignee="works"), team.task("doomed", assignee="breaks")
    late = team.task("late", assignee="nobody", deadline=CLOCK.now() - HOUR)
    assert team.run() == 0
    every_hour(team, CLOCK.now() - 1000, Template(title="Daily report {date}", report=True), overlap=Overlap.QUEUE)
    assert team.run() == 0
    report = list_tasks(team.db())[-1]
    text = report_of(team, report.id)
    assert f"- \\#{done.id} \\[x\\](http://evil) \\| \\`rm\\` \\<b\\>: works\n" in text
    assert f"- \\#{broken.id} doomed: " in text
    assert "| works | 1 | 1,200 | 0.50 |" in text and "| breaks | 3 | 0 | 0.00 |" in text
    assert "1,200 tokens, 0.50 USD; 3 attempts failed" in text
    assert f"\\#{late.id} late" in text.split("## Past its deadline")[1]
    assert "- experience: look first" in text
    (told,) = [one for one in observations(team.db()) if one.task_id == report.id]
    assert "1 done, 1 failed, 2 waiting for you, 1 overdue; 4 sessions, 1,200 tokens, 0.50 USD" in told.body
    assert told.body.endswith(f"artifacts/{report.id}/{outputs_of(team.db(), report.id)[0].path}")
    assert sessions_of(team.db(), report.id) == ()


def test_the_next_report_tells_only_what_came_since(make: Make) -> None:
    team = make({"works": WORKS}, settings=QUICK)
    team.task("one")
    assert team.run() == 0
    schedule = every_hour(team, CLOCK.now() - 1000, Template(title="日报 {date}", report=True, language="zh"))
    assert team.run() == 0
    team.task("two")
    assert team.run() == 0
    team.db().execute("UPDATE schedules SET next_at = ?, rev = rev + 1", (CLOCK.now() - 500,))
    assert team.run() == 0
    first, second = (report_of(team, t.id) for t in list_tasks(team.db()) if t.schedule == schedule.id)
    assert ("one" in first, "two" in first) == (True, False)
    assert ("one" in second, "two" in second) == (False, True)
    for text in (first, second):
        assert text.startswith("# quant 日报，") and "## 成本" in text
        assert "| works | 1 | 1,200 | 0.50 |" in text
