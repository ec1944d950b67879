"""Measures the console in a real pseudo-terminal, beside a minimal Textual app in the same run.

First paint, a cursor's move among 50,000 rows to its last byte, a foreign commit until it is painted, an idle console's CPU
and memory. By hand: `.venv/bin/python -m tests.benchmarks.bench_console`.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

import psutil
import pytest

from console.blackboard.connection import open_project
from console.blackboard.writes.tasks import NewTask, create_task
from console.clock import SystemClock
from console.home import Home
from console.making import NewProject, make_project, prepare_home
from tests.benchmarks.screen import Screen
from tests.boards import BOSS

PROJECTS, ROUNDS, MOVES, COMMITS, IDLE = 20, 9, 150, 15, 20.0
MINIMAL, MANY = ("-m", "tests.benchmarks.small_apps", "minimal"), ("-m", "tests.benchmarks.small_apps", "rows")
STEPS = "jjjjjkkkkk"
CLOCK = SystemClock()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Twenty projects with a few tasks each."""
    return filled(tmp_path_factory.mktemp("bench") / "home")


def filled(folder: Path) -> Home:
    """A home of so many projects, of which the first is shown."""
    made = prepare_home(Home(folder), CLOCK)
    for n in range(PROJECTS):
        project = make_project(made, NewProject(id=f"p{n:02}", name=f"Project {n:02}", agents=()), CLOCK)
        with closing(open_project(project)) as db:
            for m in range(5):
                create_task(db, NewTask(title=f"Task {m}"), by=BOSS, now=CLOCK.now())
    return made


def console(home: Home) -> Screen:
    """The console as its operator sees it, without a scheduler."""
    return Screen(("-m", "console", "--home", str(home.path), "--read-only"), {"MOZIPLUS_BELL": "off"})


@pytest.mark.benchmark
def test_the_first_paint_takes_at_most_one_and_a_half_times_a_minimal_app(home: Home) -> None:
    ratio = first_paint(home)
    assert ratio <= 1.5, ratio


@pytest.mark.benchmark
def test_a_move_among_fifty_thousand_rows_costs_little_more_than_one_line(home: Home) -> None:
    ratio, size = moves()
    assert ratio <= 2.5 and size <= 3, (ratio, size)


@pytest.mark.benchmark
def test_a_foreign_commit_is_on_the_screen_at_once(home: Home) -> None:
    assert painted(home) <= 40


@pytest.mark.benchmark
def test_an_idle_console_costs_next_to_nothing(home: Home) -> None:
    cpu, memory = idle(home)
    assert cpu <= 0.5 and memory <= 1.6, (cpu, memory)


def first_paint(home: Home) -> float:
    """From the start of the process to the first words, against the minimal app's; medians, taken in turn."""
    took: dict[str, list[float]] = {"ours": [], "minimal": []}
    for _ in range(ROUNDS):
        with console(home) as screen:
            took["ours"].append(screen.shows("PROJECTS") - screen.began)
        with Screen(MINIMAL, {}) as screen:
            took["minimal"].append(screen.shows("hello") - screen.began)
    ours, minimal = (statistics.median(took[name]) for name in ("ours", "minimal"))
    say(f"first paint: {ours * 1000:.0f} ms, minimal app {minimal * 1000:.0f} ms: {ours / minimal:.2f}x (goal 1.5)")
    return ours / minimal


def moves() -> tuple[float, float]:
    """A list of 50,000 rows against an app whose key redraws one line: p95 to the last byte, and bytes.

    The cursor stays on the page; what a move costs that scrolls the page is told besides.
    """
    found = {}
    for name, arguments in (("ours", MANY), ("blank", MINIMAL)):
        with Screen(arguments, {}) as screen:
            screen.shows("hello")
            screen.settle()
            found[name] = [screen.press(key) for key in STEPS * (MOVES // len(STEPS))]
            if name == "ours":
                found["scrolled"] = [screen.press("j") for _ in range(MOVES)][-MOVES // 2 :]
    took = {name: statistics.quantiles([s for s, _ in each], n=20)[-1] for name, each in found.items()}
    size = {name: statistics.median([count for _, count in each]) for name, each in found.items()}
    ratio, bytes_ = took["ours"] / took["blank"], size["ours"] / size["blank"]
    say(
        f"cursor among 50k rows: p95 {took['ours'] * 1000:.1f} ms, blank app {took['blank'] * 1000:.1f} ms: {ratio:.2f}x"
        f" (goal 2.5); {size['ours']:.0f} bytes, {size['blank']:.0f}: {bytes_:.2f}x (goal 3)"
    )
    say(f"  a move that scrolls the page: p95 {took['scrolled'] * 1000:.1f} ms, {size['scrolled']:.0f} bytes")
    return ratio, bytes_


def painted(home: Home) -> float:
    """Milliseconds, p95, from another process's commit to its words on the screen, after a quiet second."""
    took = []
    with console(home) as screen, closing(open_project(home.project_folder("p00"))) as db:
        screen.shows("PROJECTS")
        screen.settle(2.0)
        for n in range(COMMITS):
            title = f"Marked{n:03}"
            create_task(db, NewTask(title=title, priority=0), by=BOSS, now=CLOCK.now())
            began = time.perf_counter()
            took.append((screen.shows(title) - began) * 1000)
            time.sleep(1.3)
            screen.settle(0.1)
    p95 = statistics.quantiles(took, n=20)[-1]
    say(
        f"foreign commit to its words, {PROJECTS} projects: median {statistics.median(took):.0f} ms, p95 {p95:.0f} (goal 40)"
    )
    return p95


def idle(home: Home) -> tuple[float, float]:
    """Percent of a core over a while in which nothing happens, and resident memory against the minimal app's."""
    memory = {}
    with Screen(MINIMAL, {}) as screen:
        screen.shows("hello")
        screen.settle()
        memory["minimal"] = psutil.Process(screen.pid).memory_info().rss
    with console(home) as screen:
        screen.shows("PROJECTS")
        screen.settle(2.0)
        child = psutil.Process(screen.pid)
        before, began = sum(child.cpu_times()[:2]), time.perf_counter()
        while time.perf_counter() - began < IDLE:
            screen.settle(0.2)
            time.sleep(0.3)
        cpu = 100 * (sum(child.cpu_times()[:2]) - before) / (time.perf_counter() - began)
        memory["ours"] = child.memory_info().rss
    ratio = memory["ours"] / memory["minimal"]
    say(
        f"idle, {PROJECTS} projects: {cpu:.2f} % of a core (goal 0.5); {memory['ours'] / 1e6:.0f} MB: {ratio:.2f}x (goal 1.6)"
    )
    return cpu, ratio


def say(line: str) -> None:
    """A line of the table."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        bench = filled(Path(place) / "home")
        first_paint(bench)
        moves()
        painted(bench)
        idle(bench)
