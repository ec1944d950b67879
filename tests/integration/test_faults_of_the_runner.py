"""Promises that no single failed file call of a runner ends its agent, is counted as its attempt, or tells an untruth."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from console.records.ending import Life
from console.records.session import SessionStatus
from console.scheduler.endings import _outcome
from console.scheduler.snapshot import Present
from tests.faulty import PLAN, command, faults_of, recorded
from tests.live_sessions import Live, bearers, session_for, until

WITHIN = ["console.agents."]
AGENT = "sleep 1.15 & echo begun; wait; echo worked; echo yes > {mark}"


@pytest.fixture(autouse=True)
def none_left() -> Iterator[None]:
    """No runner of a test outlives it."""
    yield
    while _started:
        process = _started.pop()
        process.kill()
        process.wait()


def started(live: Live, plan: dict[str, object]) -> Started:
    """A runner with its plan."""
    with live.folder.errors.open("ab") as errors:
        process = subprocess.Popen(
            command("console.agents.runner", str(live.folder.path)),
            cwd="/",
            env={**os.environ, PLAN: json.dumps({"within": WITHIN, **plan})},
            stderr=errors,
            start_new_session=True,
        )
    _started.append(process)
    return Started(live, process)


@dataclass
class Started:
    """A runner that was started."""

    live: Live
    process: subprocess.Popen[bytes]

    def agents(self) -> list[int]:
        """The pids of its agent's processes."""
        return [process.pid for process in bearers(self.live.spec.session) if process.pid != self.process.pid]


_started: list[subprocess.Popen[bytes]] = []


def run(place: Path, plan: dict[str, object]) -> tuple[Live, int]:
    """A runner with its plan, to its end."""
    place.mkdir()
    live = session_for(place, ["sh", "-c", AGENT.format(mark=place / "mark")], task_timeout=30)
    return live, started(live, plan).process.wait(60)


def broken(place: Path, at: str, fault: str) -> str | None:
    """Which promise does not hold with this fault; None where all do."""
    live, code = run(place, {"at": at, "fault": fault})
    session, ending, worked = live.session(), live.folder.ending(), (place / "mark").exists()
    if left := bearers(live.spec.session):
        for process in left:
            process.kill()
        return f"{left} are left"
    if live.folder.locked():
        return "its lock is held"
    outcome = _outcome(Present(session=session, life=Life.DEAD, ending=ending))
    if outcome.counted:
        return f"it is counted: {outcome}"
    if outcome.status is SessionStatus.SUCCEEDED and not worked:
        return "it is said to be done, and is not"
    if session.status is SessionStatus.RUNNING and not worked and (ending is None or not ending.ours):
        return f"its agent was lost ({code}): {live.folder.errors.read_text()[-600:]}"
    if worked and outcome.status is not SessionStatus.SUCCEEDED:
        return f"its agent worked, and that was lost: {outcome} {live.folder.errors.read_text()[-600:]}"
    return None


def calls(place: Path) -> list[str]:
    """Every file call of one undisturbed run."""
    live, code = run(place, {"record": str(place.with_suffix(".calls"))})
    assert (code, (place / "mark").exists()) == (0, True), live.folder.errors.read_text()
    return recorded(place.with_suffix(".calls"))


@pytest.mark.drill
def test_no_failed_file_call_of_a_runner_costs_an_agent_or_an_attempt(tmp_path: Path) -> None:
    found = calls(tmp_path / "recording")
    assert len(found) > 40
    todo = [(call, fault) for call in found for fault in faults_of(call)]
    places = (tmp_path / f"{n}" for n in range(len(todo)))
    with ThreadPoolExecutor(6) as pool:
        results = pool.map(lambda job: broken(job[0], *job[1]), zip(places, todo, strict=True))
        wrong = {f"{fault} in {call}": why for (call, fault), why in zip(todo, results, strict=True) if why}
    assert wrong == {}


@pytest.mark.parametrize("fault", ["ENOSPC", "EROFS", "EDQUOT", "EIO", "EACCES"])
def test_a_disk_that_is_full_for_a_while_ends_no_agent_and_its_end_is_told_once_there_is_room(
    tmp_path: Path, fault: str
) -> None:
    full, mark = tmp_path / "full", tmp_path / "mark"
    live = session_for(tmp_path, ["sh", "-c", f"touch {full}; sleep 1.2; echo worked; echo yes > {mark}"])
    runner = started(live, {"while": str(full), "fault": fault})
    until(mark.exists, what="the agent to have worked")
    until(lambda: not runner.agents(), what="its end")
    assert (runner.process.poll(), live.folder.locked(), live.folder.ending()) == (None, True, None)
    full.unlink()
    assert runner.process.wait(20) == 0
    ending = live.folder.ending()
    assert ending is not None and (ending.exit_code, ending.ours, ending.tail) == (0, False, "worked\n")
    assert live.folder.swept()


def test_a_stop_ends_the_waiting_for_room_and_the_lock_is_free_only_because_nothing_is_left(tmp_path: Path) -> None:
    full = tmp_path / "full"
    live = session_for(tmp_path, ["sh", "-c", f"touch {full}; sleep 0.5"])
    runner = started(live, {"while": str(full), "fault": "ENOSPC"})
    until(lambda: full.exists() and not runner.agents(), what="the agent's end")
    assert live.folder.locked()
    runner.process.terminate()
    assert runner.process.wait(10) == 0
    assert (live.folder.locked(), live.folder.ending(), bearers(live.spec.session)) == (False, None, [])


@pytest.mark.parametrize("removed", ["{home}", "{home}/runs", "{home}/runs; touch {home}/runs"])
def test_a_runner_whose_home_was_deleted_ends_and_leaves_nothing(tmp_path: Path, removed: str) -> None:
    home = tmp_path / "h o m e"
    live = session_for(home, ["sh", "-c", "sleep 0.5; rm -rf " + removed.format(home=f"'{home}'")])
    runner = started(live, {})
    assert runner.process.wait(90) == 0
    assert bearers(live.spec.session) == []
    assert not live.folder.path.exists()


def test_a_runner_whose_home_was_moved_away_waits_for_it_and_tells_how_it_ended(tmp_path: Path) -> None:
    home, away = tmp_path / "home", tmp_path / "away"
    live = session_for(home, ["sh", "-c", f"mv '{home}' '{away}'"])
    runner = started(live, {})
    until(lambda: away.exists() and not runner.agents(), what="the agent's end")
    with pytest.raises(subprocess.TimeoutExpired):
        runner.process.wait(25)
    away.rename(home)
    assert runner.process.wait(20) == 0
    assert live.folder.swept()
