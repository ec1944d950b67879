"""Promises that an emergency stop needs nothing but the locks: whatever is lost, full, wrong or hung, every agent ends."""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from console.blackboard.reads.sessions import sessions_of
from console.engine.strays import at_work
from tests.emergencies import (
    Work,
    blackboard_corrupt,
    blackboard_missing,
    blackboard_missing_and_nobody,
    blackboard_replaced,
    home_database_corrupt,
    home_database_corrupt_and_nobody,
    home_database_missing,
    home_renamed,
    hung,
    mark_lost,
    nobody,
    project_removed,
    registry_unreadable,
    runners_killed,
    runners_stopped,
    start_notes_garbled,
    wrong_settings,
)
from tests.homes import eventually


@pytest.fixture
def work(tmp_path: Path) -> Iterator[Work]:
    made = Work(tmp_path / "home")
    yield made
    made.close()


WHOLE = (
    *(hung, nobody, wrong_settings, blackboard_missing, blackboard_missing_and_nobody, blackboard_corrupt),
    *(blackboard_replaced, project_removed, registry_unreadable, mark_lost, home_renamed),
    *(start_notes_garbled, runners_killed, runners_stopped),
)
UNWRITTEN = (home_database_corrupt, home_database_corrupt_and_nobody, home_database_missing)
AT_ONCE = (hung, home_database_corrupt)
"""The others are drills."""


def _each(faults: tuple[Callable[[Work], None], ...]) -> list[Any]:
    return [
        pytest.param(fault, id=fault.__name__, marks=() if fault in AT_ONCE else pytest.mark.drill) for fault in faults
    ]


@pytest.mark.parametrize("fault", _each(WHOLE))
def test_everything_is_stopped_for_certain_whatever_became_of_the_files(
    work: Work, fault: Callable[[Work], None]
) -> None:
    fault(work)
    done = work.call("estop", "--json")
    assert work.held() == []
    assert (work.alive("quant"), work.alive("other")) == (0, 0)
    assert (done.code, done.record["estopped"], done.record["alive"]) == (0, True, []), done
    assert set(done.record["stopped"]) == set(work.sessions.values())


@pytest.mark.parametrize("fault", _each(UNWRITTEN))
def test_a_stop_that_cannot_be_written_stops_all_the_same_and_says_that_new_work_may_start(
    work: Work, fault: Callable[[Work], None]
) -> None:
    fault(work)
    done = work.call("estop", "--json")
    assert work.held() == []
    assert (work.alive("quant"), work.alive("other")) == (0, 0)
    assert (done.code, done.record["estopped"], done.record["alive"]) == (5, False, []), done
    assert "new work" in done.err
    assert "paused instead: other, quant" in done.err
    for name in work.tasks:
        assert work.team.db(name).execute("SELECT paused_at FROM project").fetchone()[0] is not None
    assert at_work(work.home) == {}


@pytest.mark.drill
@pytest.mark.parametrize(
    "fault", [blackboard_missing, blackboard_replaced, project_removed, hung], ids=lambda f: f.__name__
)
def test_an_emergency_stop_of_one_project_finds_its_agents_by_their_locks_and_no_others(
    work: Work, fault: Callable[[Work], None]
) -> None:
    fault(work)
    done = work.call("estop", "--project", "quant", "--json")
    assert (work.alive("quant"), work.alive("other") > 0) == (0, True)
    assert done.record["alive"] == []
    assert done.record["stopped"] == [work.sessions["quant"]]
    written = fault in (hung, blackboard_replaced)
    assert (done.code, done.record["estopped"]) == ((0, True) if written else (5, False)), done
    assert work.call("estop").code == 0


def test_a_scheduler_that_goes_on_after_it_was_stopped_starts_nothing(work: Work) -> None:
    hung(work)
    assert work.call("estop").code == 0
    work.scheduler.send_signal(signal.SIGCONT)
    eventually(lambda: all(s.gone_at for n, t in work.tasks.items() for s in sessions_of(work.team.db(n), t.id)))
    status = json.loads(work.call("status", "--json").out)
    assert status["active_sessions"] == 0
    for name, task in work.tasks.items():
        (session,) = sessions_of(work.team.db(name), task.id)
        assert (session.status, session.counted, work.team.status(task, name)) == ("cancelled", 0, "pending")
    assert work.held() == []


@pytest.mark.drill
def test_a_full_disk_does_not_hold_up_the_stop(work: Work) -> None:
    """No byte may be written, as on a full disk: by a limit, which needs no mount."""
    command = ["sh", "-c", 'ulimit -f 0; exec "$@"', "sh", *work.team.command("estop", "--json")]
    work.scheduler.send_signal(signal.SIGSTOP)
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert work.held() == []
    assert (work.alive("quant"), work.alive("other")) == (0, 0)
    found = json.loads(done.stdout)
    assert (done.returncode, found["estopped"], found["alive"]) == (5, False, []), done
    assert "new work may start" in done.stderr


@pytest.mark.drill
@pytest.mark.parametrize("who", ["in charge", "nobody"])
def test_a_real_full_disk_does_not_hold_up_the_stop(tmp_path: Path, who: str) -> None:
    place = tmp_path / "small"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=24m", "none", str(place)], check=False, capture_output=True
    )
    if mounted.returncode != 0:
        pytest.skip("nothing can be mounted here")
    work = None
    try:
        work = Work(place / "home")
        if who == "nobody":
            work.kill_scheduler()
        with suppress(OSError), (place / "filler").open("wb", buffering=0) as file:
            while True:
                file.write(b"\0" * 4096)
        done = work.call("estop", "--json")
        assert (work.alive("quant"), work.alive("other")) == (0, 0)
        assert work.held() == []
        assert done.record["alive"] == []
        (place / "filler").unlink()
        if who == "nobody":
            work.scheduler = work.team.start("run")
        for project in work.tasks:  # it was stopped, and no attempt of the agent's was spent on that
            eventually(partial(work.is_settled, project), account=work.team.account)
            assert work.settled(project)[0] == ("cancelled", 0), work.settled(project)
    finally:
        if work is not None:
            work.close()
        subprocess.run(["umount", "-l", str(place)], check=False)
