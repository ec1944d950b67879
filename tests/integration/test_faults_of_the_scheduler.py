"""Promises that no failed file call of scheduler, log, status or feed ends one of them, or loses or miscounts a session."""

from __future__ import annotations

import json
import logging
import os
import queue
import uuid
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from console.agents.folder import RunnerRecord, SessionFolder
from console.agents.layout import lay_out
from console.agents.spec import StartSpec
from console.app.feed import Feed
from console.app.messages import WorldChanged
from console.blackboard.reads.sessions import get_session
from console.blackboard.writes.claims import Start, claim_task
from console.blackboard.writes.sessions import mark_running
from console.engine.host import EmbeddedScheduler
from console.logs import ROOT, set_up_logs
from console.records.actor import SCHEDULER
from console.records.ending import Ending
from console.records.session import SessionStatus
from console.settings import Logging
from tests.faulty import faults_of, planned, recorded
from tests.homes import CLOCK, QUICK, SUBMITS, TeamHome, eventually

STRANGER = "worker"
"""No agent of the home: its sessions are made here, and the scheduler starts none."""
ENDING = ["console.engine.ending", "console.engine.publish", "console.engine.run_folder"]
FEED = ["console.app.feed", "console.app.reader", "console.app.shelf", "console.app.names"]


@pytest.fixture
def team(tmp_path: Path) -> Iterator[TeamHome]:
    """A home whose scheduler looks every second."""
    quick = {**QUICK, "daemon": {**QUICK["daemon"], "tick_interval": 1}}
    made = TeamHome(tmp_path / "home", {"dev": SUBMITS}, settings=quick)
    set_up_logs(made.home.logs, Logging(max_file_size=20_000), terminal=None)
    yield made
    made.close()


@pytest.fixture
def scheduler(team: TeamHome) -> Iterator[EmbeddedScheduler]:
    """In charge of it."""
    running = EmbeddedScheduler(team.home)
    running.start()
    eventually(lambda: running.in_charge)
    yield running
    assert running.stop()


def begun(team: TeamHome) -> tuple[str, SessionFolder]:
    """A session that is at work, as its runner holds it."""
    project, session = team.home.project_folder("quant"), str(uuid.uuid4())
    task = team.task(assignee=STRANGER)
    folder = team.home.runs / "r1" / "agents" / STRANGER / session
    start = Start(session=session, agent=STRANGER, backend="command", run_id="r1", folder=str(folder))
    claimed = claim_task(team.db(), task.id, start, by=SCHEDULER, now=CLOCK.now())
    spec = StartSpec(
        home=str(team.home.path),
        project="quant",
        project_folder=str(project),
        task=task.id,
        task_dir=str(project / "artifacts" / str(task.id)),
        agent=STRANGER,
        session=session,
        fence=claimed.fence,
        backend="command",
        command=("true",),
        prompt_file=str(folder / "prompt.md"),
        cwd=str(project),
    )
    files = lay_out(spec, "do it")
    files.write_record(RunnerRecord(pid=os.getpid(), start_ticks=1.0, at=CLOCK.now()))
    return session, files


def ended(team: TeamHome) -> str:
    """One whose runner has just ended well, without a submit."""
    session, files = begun(team)
    files.write(files.output, "worked\n", durable=False)
    files.write_ending(Ending(exit_code=0, tail="worked\n", tokens=3), swept=True)
    os.close(files.open_lock())
    assert mark_running(team.db(), session, now=CLOCK.now())
    return session


def settled(team: TeamHome, session: str) -> bool:
    """Whether nothing of it is left to do."""
    return get_session(team.db(), session).gone_at is not None


def within(seconds: float, holds: Callable[[], bool]) -> bool:
    """Whether it comes true in that time."""
    until = CLOCK.monotonic() + seconds
    eventually(lambda: holds() or CLOCK.monotonic() > until)
    return holds()


def tracebacks(team: TeamHome) -> list[str]:
    """What the log tells of errors, each as often as it does."""
    lines = [line for path in team.home.logs.glob("moziplus.log*") for line in path.read_text().splitlines()]
    return [told["error"] for line in lines if (told := json.loads(line)).get("error")]


@pytest.mark.drill
def test_no_failed_file_call_of_the_scheduler_loses_the_end_of_a_session(
    team: TeamHome, scheduler: EmbeddedScheduler, tmp_path: Path
) -> None:
    with planned(within=ENDING, record=str(tmp_path / "calls")):
        first = ended(team)
        eventually(lambda: settled(team, first))
    calls = recorded(tmp_path / "calls")
    assert len(calls) > 15
    wrong, todo, met = {}, [(call, fault) for call in calls for fault in faults_of(call)], 0
    for call, fault in todo:
        with planned(within=ENDING, at=call, fault=fault) as came:
            session = ended(team)
            eventually(partial(settled, team, session), 20, partial("{} in {}".format, fault, call))
            met += came() or within(2.5, came)
        found = get_session(team.db(), session)
        if (found.status, found.counted) != (SessionStatus.SUCCEEDED, False) or not scheduler.alive:
            wrong[f"{fault} in {call}"] = f"{found.status}, counted {found.counted}: {found.failure}"
    assert wrong == {} and met > 0.8 * len(todo), (wrong, met, len(todo))
    told = tracebacks(team)
    assert scheduler.alive and len(told) == len(set(told))


@pytest.mark.drill
def test_no_failed_file_call_of_the_log_reaches_whoever_logs_and_the_next_line_is_there(
    team: TeamHome, tmp_path: Path
) -> None:
    log, file = logging.getLogger(f"{ROOT}.faults"), team.home.logs / "moziplus.log"

    def write(text: str) -> None:
        """Into a file that another process renamed, and until it is rotated."""
        file.rename(file.with_name("away")) if file.exists() else None
        for _ in range(4):
            log.warning("%s %s", text, "x" * 9_000)

    log.warning("begin")
    with planned(within=["console.logs"], record=str(tmp_path / "calls")):
        write("recorded")
    calls = recorded(tmp_path / "calls")
    assert len(calls) > 8
    for call in calls:
        for fault in faults_of(call):
            with planned(within=["console.logs"], at=call, fault=fault) as came:
                write("during")
            assert came(), f"{fault} in {call} did not come"
            log.warning("after %s in %s", fault, call)
            assert f"after {fault} in {call}" in file.read_text()
            [json.loads(line) for line in file.read_text().splitlines()]


@pytest.mark.drill
def test_no_failed_file_call_of_the_feed_ends_it_or_hides_what_happened(team: TeamHome, tmp_path: Path) -> None:
    posted: queue.Queue[WorldChanged] = queue.Queue()

    def shows(feed: Feed, tasks: int) -> None:
        """Until it does."""
        while True:
            world = posted.get(timeout=20).world
            assert world.projects or world.unread, "a failed read is not nothing"
            if sum(n for row in world.projects for _, n in row.counts) == tasks:
                return
            assert feed.is_alive()

    def look(plan: dict[str, object], tasks: int) -> None:
        """From the first paint of a console to a change."""
        feed = Feed(team.home, posted.put, clock=CLOCK, environ={}, poll=0.1, pace=0.0)
        with planned(within=FEED, **plan) as came:
            feed.start()
            feed.attend(True)
            team.task()
            shows(feed, tasks)
            assert "record" in plan or within(20, came), f"{plan} did not come"
        feed.close()
        feed.join(10)
        while not posted.empty():
            posted.get()

    team.task()  # the first opening of a blackboard is none of those that every console does
    look({"record": str(tmp_path / "calls")}, 2)
    calls, tasks = recorded(tmp_path / "calls"), 2
    assert calls
    for call in calls:
        for fault in faults_of(call):
            tasks += 1
            try:
                look({"at": call, "fault": fault}, tasks)
            except queue.Empty:
                pytest.fail(f"{fault} in {call} hides what happened")
