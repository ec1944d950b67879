"""Promises that kill -9 at any named instant or at any other loses nothing acknowledged and runs nothing twice."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from console.crash import VARIABLE
from tests.repository import ROOT
from tests.simulation.drill import Drill

OPERATORS = (
    "create_task.before_commit",
    "cancel.before_commit",
    "operator_verdict.before_commit",
    "escalate.before_commit",
)
"""Points that only the operator's own commands reach."""
POINTS = (
    "in_charge.taken",
    "life.begun",
    "tick.decided",
    "tick.performed",
    "guardrail.before_commit",
    "start.before_claim",
    "claim.before_commit",
    "claim.after_commit",
    "start.after_claim",
    "start.before_spawn",
    "start.after_spawn",
    "runner.before_lock",
    "runner.after_record",
    "runner.after_running",
    "runner.after_agent_start",
    "submit.before_commit",
    "submit.after_commit",
    "runner.before_exit_record",
    "runner.after_exit_record",
    "end.before_sweep",
    "end.before_commit",
    "end.after_usage",
    "end_session.before_commit",
    "end.after_commit",
    "end_without_submit.after_commit",
    "prepare_round.before_commit",
    "round.prepared",
    "end_round.before_commit",
    "start_seat.before_claim",
    "claim_seat.before_commit",
    "verdict.before_commit",
    "stop.before_commit",
    "stop.after_commit",
    *OPERATORS,
)
"""Every named instant at which the world can be stopped."""

LEARNING = (
    "distil",
    "distilled",
    "draw_experience",
    "experiences",
    "expire",
    "install",
    "refuse_skill",
    "skill",
    "uses",
)
ELSEWHERE = frozenset(
    {
        "archive",
        "ask_lead",
        "backup",
        "end_turn",
        "failure",
        "inbox",
        "lead_answers",
        "merge",
        "plan",
        "report",
        "restore",
        "schedule",
        "unarchive",
        "worktree",
        *LEARNING,
    }
)
"""First words of the points that its tasks do not pass: each of these has a drill of its own."""

Begin = Callable[[int], Drill]


@pytest.fixture
def begin(tmp_path: Path) -> Iterator[Begin]:
    begun: list[Drill] = []

    def _begin(seed: int) -> Drill:
        begun.append(Drill(tmp_path, seed))
        return begun[-1]

    yield _begin
    for drill in begun:
        drill.close()


def test_every_crash_point_of_the_program_is_in_the_drill() -> None:
    named = re.compile(r'crash_point\("([^"]+)"\)')
    found = {name for file in (ROOT / "console").rglob("*.py") for name in named.findall(file.read_text("utf-8"))}
    assert {name for name in found if name.partition(".")[0] not in ELSEWHERE} == set(POINTS)


def test_a_kill_at_every_named_instant_loses_nothing_and_runs_nothing_twice(begin: Begin) -> None:
    drill = begin(1)
    missed = [point for point in POINTS if point not in OPERATORS and not drill.under_fire(point, 90.0, 0.0, 8)]
    drill.finish()
    assert drill.violations() == []
    assert missed == []


def test_kills_at_random_lose_nothing_and_run_nothing_twice(begin: Begin) -> None:
    drill = begin(2)
    drill.under_fire(None, 14.0, 0.08, 10)
    drill.finish()
    assert drill.violations() == []
    assert drill.kills["scheduler"] and (drill.kills["runner"] or drill.kills["agent"]), dict(drill.kills)


@pytest.mark.soak
@pytest.mark.parametrize("seed", [11, 12, 13])
def test_hundreds_of_tasks_survive_minutes_of_kills_at_random_and_at_every_point(begin: Begin, seed: int) -> None:
    drill = begin(seed)
    points = [point for point in POINTS if point not in OPERATORS]
    drill.random.shuffle(points)
    for point in points:
        drill.under_fire(point, 10.0, 0.05, 40)
    drill.under_fire(None, 60.0, 0.2, 40)
    drill.finish()
    assert drill.violations() == []


@pytest.mark.parametrize("point", OPERATORS)
def test_an_operators_command_that_dies_before_its_commit_did_nothing(begin: Begin, point: str, tmp_path: Path) -> None:
    drill = begin(3)
    team = drill.team
    mute = team.task("mute", "one", role="mute")
    assert team.run() == 0
    assert team.status(mute, "one") == "review"
    command = {
        "create_task.before_commit": "create_task(db, NewTask(title='x'), by=by, now=9)",
        "cancel.before_commit": f"cancel_task(db, {mute.id}, by=by, now=9)",
        "operator_verdict.before_commit": "operator_verdict(db, 1, verdict=Verdict.APPROVE, by=by, now=9)",
        "escalate.before_commit": "escalate(db, 1, 1, to='judge', reason='x', by=by, now=9)",
    }[point]
    script = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from pathlib import Path\n"
        "from console.blackboard.connection import open_project\n"
        "from console.blackboard.writes.rounds import escalate\n"
        "from console.blackboard.writes.tasks import NewTask, cancel_task, create_task\n"
        "from console.blackboard.writes.verdicts import operator_verdict\n"
        "from console.records.review import Verdict\n"
        "from tests.homes import BOSS as by\n"
        f"db = open_project(Path(sys.argv[2]))\n{command}\n"
    )
    folder = team.home.project_folder("one")
    call = [sys.executable, "-c", script, str(ROOT), str(folder)]
    before = [tuple(row) for row in team.db("one").execute("SELECT * FROM events")]
    died = subprocess.run(call, env=os.environ | {VARIABLE: point}, check=False, timeout=30)
    assert died.returncode == -9
    assert [tuple(row) for row in team.db("one").execute("SELECT * FROM events")] == before
    assert subprocess.run(call, check=False, timeout=30).returncode == 0
    assert len(team.db("one").execute("SELECT 1 FROM events").fetchall()) > len(before)
