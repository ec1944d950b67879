"""Measures 1,000 tasks through one scheduler, five slots and command agents: each done exactly once, and what it cost.

Run it by hand: `.venv/bin/python -m tests.benchmarks.bench_thousand [TASKS]`. The same agent command is also run bare,
five at a time and without a scheduler, so that the scheduler's part can be told from the agents' own.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median, quantiles

import psutil

from console.blackboard.reads.tasks import tally
from console.records.task import TaskStatus
from tests.homes import SUBMITS, TeamHome

SLOTS = 5


def say(line: str) -> None:
    """One line on stdout."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def bare(team: TeamHome, times: int) -> float:
    """Seconds for `times` calls of the blackboard CLI, five at a time: what the machine can do at best."""
    call = team.command("--version")
    began = time.perf_counter()
    with ThreadPoolExecutor(SLOTS) as pool:
        list(pool.map(lambda _: subprocess.run(call, capture_output=True, check=True), range(times)))
    return time.perf_counter() - began


def scheduled(team: TeamHome) -> tuple[float, float, float, int]:
    """Seconds, the scheduler's own CPU seconds, those of all it started, and its peak memory in bytes."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    scheduler = team.start("run", "--until-idle")
    process, own, peak = psutil.Process(scheduler.pid), 0.0, 0
    while scheduler.poll() is None:
        time.sleep(0.2)
        try:
            times = process.cpu_times()
            own, peak = times.user + times.system, max(peak, process.memory_info().rss)
        except psutil.Error:
            break
    assert scheduler.wait() == 0
    took = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    everything = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return took, own, everything, peak


def waits(team: TeamHome) -> list[int]:
    """Milliseconds from each end of a session to the next claim: how long a slot lay empty."""
    rows = team.db().execute(
        "SELECT kind, at FROM events WHERE entity = 'session' AND kind IN ('gone', 'created') ORDER BY seq"
    )
    free: list[int] = []
    found = []
    for row in rows:
        if row["kind"] == "gone":
            free.append(row["at"])
        elif free:
            found.append(row["at"] - free.pop(0))
    return found


def main() -> None:
    """Build, run, count, print."""
    tasks = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    with tempfile.TemporaryDirectory() as folder:
        team = TeamHome(Path(folder) / "home", {f"dev{n}": SUBMITS for n in range(SLOTS)}, settings={})
        for n in range(tasks):
            team.task(f"task {n}")
        took, own, everything, peak = scheduled(team)
        counts = tally(team.db()).counts
        assert counts[TaskStatus.DONE] == tasks, counts
        (once,) = team.db().execute("SELECT count(*) = count(DISTINCT task_id) FROM sessions").fetchone()
        (sessions,) = team.db().execute("SELECT count(*) FROM sessions").fetchone()
        assert once and sessions == tasks, "a task had more than one session"
        empty = waits(team)
        say(f"{tasks} tasks, {SLOTS} slots, each done exactly once: {took:.1f} s, {took / tasks * 1000:.0f} ms a task")
        say(
            f"scheduler's own CPU: {own:.1f} s = {own / tasks * 1000:.1f} ms a task, {own / took * 100:.1f} % of one core,"
        )
        say(f"  {own / max(everything, own) * 100:.1f} % of all CPU that the run used; peak RSS {peak / 1e6:.0f} MB")
        say(f"slot free → next claim: median {median(empty):.0f} ms, p95 {quantiles(empty, n=20)[-1]:.0f} ms")
        per = bare(team, 100) / 100
        say(
            f"a bare start of the CLI, {SLOTS} at a time: {per * 1000:.0f} ms each; the run is {took / tasks / per:.1f}x that"
        )
        team.close()


if __name__ == "__main__":
    main()
