"""Promises of caps: who runs is ended within one model call of its cap, its task waits, and a raise lets it go on."""

from __future__ import annotations

import json
import os
import re
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from console.blackboard.reads.notes import open_alerts
from console.blackboard.reads.sessions import sessions_of
from console.blackboard.reads.tasks import get_task
from console.blackboard.reads.usage import used
from console.records.budget import Usage
from console.records.session import Session
from console.records.task import Task
from tests.guarded import decided, guard
from tests.homes import QUICK, TeamHome, developer, eventually, reviewer

Make = Callable[..., TeamHome]
CALL = 1.2
"""Seconds of one model call: longer than a busy machine takes to hear of the last one."""
WORKS = """
import json, pathlib, subprocess, sys, time
calls, each, most = pathlib.Path("calls.txt"), {each}, {most}
subprocess.run(["blackboard", "read"], stdout=subprocess.DEVNULL)
while (n := len(calls.read_text()) if calls.exists() else 0) < most:
    calls.open("a").write("x")
    print(json.dumps({said}), flush=True)
    time.sleep({call})
subprocess.run(["blackboard", "submit", "--summary", "done"], check=True)
"""
VERDICT = '"review", "--verdict", "approve"' + "".join(
    f', "--score", "{name}=1"' for name in ("correctness", "completeness", "clarity")
)
STEP = '{"type": "step_finish", "part": {"tokens": {"total": each}, "cost": 0.25}}'
TOTAL = '{"v": 1, "at": 1, "kind": "usage", "total": True, "tokens": each * (n + 1)}'
MESSAGE = '{"type": "assistant", "message": {"id": f"m{n}", "usage": {"input_tokens": each}}}'


def works(
    said: str = STEP, *, each: int = 300, most: int = 50, form: str = "opencode", **fields: Any
) -> dict[str, Any]:
    """An agent that uses `each` tokens with each of its calls, `most` of them over all its sessions, and tells them."""
    script = WORKS.replace("{each}", str(each)).replace("{most}", str(most)).replace("{said}", said)
    command = ["python3", "-c", script.replace("{call}", str(CALL))]
    return {"role": "developer", "backend": "command", "command": command, "usage": form, **fields}


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    made: list[TeamHome] = []

    def _make(agents: dict[str, Any], **how: Any) -> TeamHome:
        made.append(TeamHome(tmp_path / "home", agents, **how))
        return made[-1]

    yield _make
    for team in made:
        team.close()


def calls(team: TeamHome, task: Task) -> int:
    """How many model calls its agents made."""
    return len((team.home.project_folder("quant") / "artifacts" / str(task.id) / "calls.txt").read_text())


def only(team: TeamHome, task: Task) -> Session:
    (session,) = sessions_of(team.db(), task.id)
    return session


@pytest.mark.parametrize(
    ("said", "form"),
    [(STEP, "opencode"), (MESSAGE, "claude"), (TOTAL, "moziplus")],
    ids=["steps", "messages", "totals"],
)
def test_a_running_session_is_ended_within_one_call_of_its_cap_and_its_task_waits(
    make: Make, said: str, form: str
) -> None:
    team = make({"dev": works(said, form=form, cap={"tokens": 1000})})
    task = team.task(reviews=())
    assert team.run() == 0
    session, found = only(team, task), get_task(team.db(), task.id)
    assert 4 <= calls(team, task) <= 5
    assert session.tokens in (1200, 1500)
    assert (session.status, session.stop_reason, session.counted) == ("cancelled", "hold", 0)
    assert session.failure is not None and session.failure.startswith("at its cap: 1,")
    assert (found.status, found.hold_rule, found.attempts, found.preferred) == ("held", "budget.task", 0, "dev")
    assert found.hold_reason == f"at its cap: {session.tokens:,} of 1,000 tokens by dev"
    assert [a.cause for a in open_alerts(team.db())] == [f"budget:task:{task.id}"]
    assert used(team.db()) == Usage(sessions=1, tokens=session.tokens, cost=session.cost)


def test_a_cap_that_is_reached_exactly_ends_it(make: Make) -> None:
    team = make({"dev": works(cap={"cost": 1.0})})
    task = team.task(reviews=())
    team.run()
    assert 4 <= calls(team, task) <= 5
    assert (get_task(team.db(), task.id).hold_reason or "").startswith("at its cap: 1.")


def test_time_is_a_cap_too(make: Make) -> None:
    daemon = {**QUICK["daemon"], "tick_interval": 1}
    team = make({"dev": works(cap={"seconds": 6})}, settings={**QUICK, "daemon": daemon})
    task = team.task(reviews=())
    team.run()
    found = get_task(team.db(), task.id)
    assert (found.status, found.attempts) == ("held", 0)
    assert (found.hold_reason or "").endswith(" of 6 seconds by dev")
    assert calls(team, task) * CALL < 30


def test_what_is_raised_by_another_process_lets_the_task_go_on_at_once_and_spends_no_attempt(make: Make) -> None:
    team = make({"dev": works(most=9, cap={"tokens": 1000}), "other": works(most=9)})
    guard(team.home, budgets={"task": {"cost": 100}})
    task = team.task(reviews=(), assignee="dev")
    team.run()
    before = get_task(team.db(), task.id)
    assert before.status == "held"
    done = team.cli("task", "raise", str(task.id), "--project", "quant")
    assert done.returncode == 0
    assert re.fullmatch(rf"quant#{task.id} may use [\d,]+ tokens now\n", done.stdout), "from what it had used on"
    team.run()
    found = get_task(team.db(), task.id)
    assert (found.status, found.attempts) == ("held", 0)
    team.cli("task", "raise", str(task.id), "--tokens", "5000", "--project", "quant")
    team.run()
    assert team.status(task) == "done"
    assert len(sessions_of(team.db(), task.id)) == 3
    assert calls(team, task) == 9
    assert [d[:2] for d in decided(team, task)] == [("budget.task", "hold"), ("budget.task", "allow")] * 2


def test_at_four_fifths_it_is_said_once(make: Make) -> None:
    team = make({"dev": works(each=100, most=9)})
    guard(team.home, budgets={"task": {"tokens": 1000}, "project": {"tokens": 1000}})
    task = team.task(reviews=())
    team.run()
    assert team.status(task) == "done"
    rows = (
        team.db()
        .execute("SELECT cause, body FROM observations WHERE cause LIKE 'cap-near:%' ORDER BY cause")
        .fetchall()
    )
    assert [row["cause"] for row in rows] == ["cap-near:project", f"cap-near:task:{task.id}"]
    assert rows[0]["body"].startswith("the project's budget is nearly used up: ")
    assert [a.cause for a in open_alerts(team.db())] == ["cap-near:project"]


@pytest.mark.parametrize("scope", ["task", "project", "project_day", "day"])
def test_every_budget_ends_who_runs(make: Make, scope: str) -> None:
    team = make({"dev": works()})
    guard(team.home, budgets={scope: {"tokens": 1000}})
    task = team.task(reviews=())
    team.run()
    session, found = only(team, task), get_task(team.db(), task.id)
    assert 4 <= calls(team, task) <= 5
    assert (session.status, session.counted, found.attempts) == ("cancelled", 0, 0)
    assert re.search(r"1,[25]00 of 1,000 tokens", session.failure or ""), (
        "what was used when it was found to be too much"
    )
    assert found.status == ("held" if scope == "task" else "pending")


def test_a_reviewer_is_ended_at_the_cap_of_the_task_and_goes_on_when_it_is_raised(make: Make) -> None:
    judge = works(most=4)
    judge["command"][-1] = judge["command"][-1].replace('"submit", "--summary", "done"', VERDICT)
    writes = developer("blackboard usage --tokens 10; blackboard submit --summary done")
    team = make({"dev": writes, "judge": judge | {"role": "reviewer"}})
    guard(team.home, budgets={"task": {"tokens": 700}})
    task = team.task(reviews=("output_review",))
    team.run()
    found = get_task(team.db(), task.id)
    assert (found.status, found.held_from, found.hold_rule) == ("held", "review", "budget.task")
    team.cli("task", "raise", str(task.id), "--project", "quant")
    team.run()
    assert team.status(task) == "done"


def test_a_scheduler_that_is_killed_ends_it_once_all_the_same(make: Make) -> None:
    team = make({"dev": works(cap={"tokens": 600})})
    task = team.task(reviews=())
    first = team.start("run", MOZIPLUS_CRASH_AT="")
    eventually(lambda: bool(sessions_of(team.db(), task.id)) and only(team, task).tokens >= 300, account=team.account)
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    eventually(lambda: only(team, task).tokens >= 900)  # nobody is in charge: what it uses is written down all the same
    team.run()
    found = get_task(team.db(), task.id)
    assert (found.status, found.attempts, len(sessions_of(team.db(), task.id))) == ("held", 0, 1)
    assert [d[:2] for d in decided(team, task)] == [("budget.task", "hold")]


@pytest.mark.parametrize("point", ["stop.before_commit", "stop.after_commit", "end.before_commit", "end.after_commit"])
def test_wherever_a_scheduler_dies_a_cap_holds_once(make: Make, point: str) -> None:
    team = make({"dev": works(cap={"tokens": 600})})
    task = team.task(reviews=())
    first = team.start("run", MOZIPLUS_CRASH_AT=point)
    assert first.wait(60) != 0
    team.run()
    found = get_task(team.db(), task.id)
    assert (found.status, found.hold_rule, found.attempts) == ("held", "budget.task", 0)
    assert len(sessions_of(team.db(), task.id)) == 1
    assert [d[:2] for d in decided(team, task)] == [("budget.task", "hold")]


def test_a_cap_that_cannot_be_raised_says_why(make: Make) -> None:
    team = make({"dev": works(), "judge": reviewer("true")})
    task = team.task()
    done = team.cli("task", "raise", str(task.id), "--project", "quant")
    assert done.returncode == 2
    assert "has no cap of its own" in done.stderr
    guard(team.home, budgets={"task": {"cost": 1}})
    done = team.cli("task", "raise", str(task.id), "--tokens", "5", "--project", "quant")
    assert (done.returncode, "has no cap of tokens; it has caps of cost" in done.stderr) == (2, True)


@pytest.mark.parametrize(
    ("cap", "key", "expected"),
    [
        ({"tokens": -1}, "tokens", "a whole number from 0"),
        ({"cost": "dear"}, "cost", "a number from 0"),
        ({"sessions": 3}, "sessions", "expected `seconds`, found a key that is not known"),
        ({"seconds": 0}, "seconds", "a whole number from 1"),
    ],
)
def test_a_cap_that_is_none_is_told_with_file_and_line(
    make: Make, cap: dict[str, Any], key: str, expected: str
) -> None:
    team = make({"dev": works()})
    (team.home.config / "default.yaml").write_text(
        f"agents:\n  dev:\n    backend: command\n    command: [x]\n    cap:\n      {key}: {json.dumps(cap[key])}\n"
    )
    done = team.cli("config", "check")
    told = done.stdout + done.stderr
    assert f"default.yaml:6: agents.dev.cap.{key}: expected" in told
    assert expected in told, told
