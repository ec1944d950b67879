"""Promises that an act which takes a task from its agent stops the agent, whoever is in charge hangs or is missing."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from console.blackboard.reads.reviews import reviews_of
from console.blackboard.reads.sessions import present_sessions
from console.engine.strays import at_work, stop_living
from console.records.session import Session
from tests.emergencies import STUBBORN, Work, home_database_corrupt_and_nobody, hung, nobody, runners_stopped
from tests.homes import SUBMITS, TeamHome, eventually, reviewer


@pytest.fixture
def work(tmp_path: Path) -> Iterator[Work]:
    made = Work(tmp_path / "home")
    yield made
    made.close()


def _drills(*faults: Callable[[Work], None]) -> list[Any]:
    return [pytest.param(each, id=each.__name__, marks=() if each is hung else pytest.mark.drill) for each in faults]


def _well(work: Work) -> None:
    """Somebody is in charge, and does it."""


@pytest.mark.parametrize("verb", ["cancel", "hold"])
@pytest.mark.parametrize("fault", _drills(_well, hung, nobody, runners_stopped, home_database_corrupt_and_nobody))
def test_the_agent_of_a_cancelled_or_held_task_is_stopped_and_named(
    work: Work, fault: Callable[[Work], None], verb: str
) -> None:
    fault(work)
    done = work.call("task", verb, f"quant#{work.tasks['quant'].id}", "--json")
    assert (work.alive("quant"), work.sessions["quant"] in work.held()) == (0, False), done
    assert (done.code, done.record["stopped"], done.record["alive"]) == (0, [work.sessions["quant"]], []), done
    assert work.alive("other") > 0


def test_the_acknowledgement_names_whom_it_stopped_and_once_more_it_is_nobody(work: Work) -> None:
    hung(work)
    task = f"quant#{work.tasks['quant'].id}"
    done = work.call("task", "cancel", task)
    assert f"; stopped: slow on {task} (session {work.sessions['quant']})" in done.out
    again = work.call("task", "cancel", task, "--json")
    assert (again.code, again.record["stopped"], again.record["alive"]) == (0, [], [])


def test_a_verdict_of_the_operator_stops_the_reviewer_at_work(tmp_path: Path) -> None:
    agents = {"quick": SUBMITS, "critic": reviewer(STUBBORN)}
    team = TeamHome(tmp_path / "home", agents)
    scheduler = team.start("run")
    try:
        task = team.task(assignee="quick", reviews=("output_review",))

        def critic() -> Session | None:
            return next((s for s in present_sessions(team.db()) if s.agent == "critic" and s.status == "running"), None)

        eventually(lambda: critic() is not None, account=team.account)
        session = critic()
        assert session is not None
        eventually(lambda: session.id in at_work(team.home))
        scheduler.send_signal(signal.SIGSTOP)
        done = team.cli("review", "approve", str(reviews_of(team.db(), task.id)[-1].id))
        assert (done.returncode, team.status(task), at_work(team.home)) == (0, "done", {}), done
    finally:
        scheduler.kill()
        scheduler.wait()
        stop_living(team.home, "quant")
        team.close()
