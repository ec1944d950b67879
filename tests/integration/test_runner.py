"""Promises of the runner, as a process of its own on a real blackboard: its order, its files, its ends."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.agents.identity import start_of
from console.blackboard.connection import write
from console.blackboard.writes.sessions import mark_lost_if_starting, request_stop
from console.blackboard.writes.tasks import cancel_task
from console.own_python import python_command
from console.records.actor import SCHEDULER
from console.records.ending import Ending
from console.records.session import SessionStatus, StopReason
from console.transcript.reader import read as read_transcript
from tests.live_sessions import CLOCK, Live, bearers, session_for, until

PYTHON = sys.executable
Runner = subprocess.Popen[bytes]


class Runners:
    """Starts runners as the scheduler does; afterwards none is left."""

    def __init__(self) -> None:
        self._begun: list[tuple[Live, Runner]] = []

    def start(self, live: Live, **env: str) -> Runner:
        command = [*python_command("console.agents.runner"), str(live.folder.path)]
        with live.folder.errors.open("ab") as errors:
            runner = subprocess.Popen(
                command, cwd="/", env={**os.environ, **env}, stderr=errors, start_new_session=True
            )
        self._begun.append((live, runner))
        return runner

    def run(self, live: Live, **env: str) -> Ending:
        """Start, wait for the end, and give the ending."""
        assert self.start(live, **env).wait(30) == 0, live.folder.errors.read_text()
        ending = live.folder.ending()
        assert ending is not None
        assert bearers(live.spec.session) == []
        return ending

    def close(self) -> None:
        for live, runner in self._begun:
            runner.kill()
            runner.wait()
            for process in bearers(live.spec.session):
                process.kill()


@pytest.fixture
def runners() -> Iterator[Runners]:
    """The runners of one test."""
    begun = Runners()
    yield begun
    begun.close()


def python(code: str) -> list[str]:
    """An agent in Python."""
    return [PYTHON, "-c", code]


def test_an_agent_runs_with_its_context_and_its_end_is_written_down(runners: Runners, tmp_path: Path) -> None:
    live = session_for(
        tmp_path / "主 目录", ["sh", "-c", 'pwd; echo "$MOZIPLUS_TASK $MOZIPLUS_FENCE"; command -v blackboard; exit 3']
    )
    ending = runners.run(live, MOZIPLUS_SESSION="outer", MOZIPLUS_SEAT="7")
    assert (ending.exit_code, ending.signal, ending.stopped, ending.timed_out) == (3, None, None, False)
    assert ending.tail.splitlines() == [live.spec.cwd, "1 1", str(live.folder.shim)]
    assert live.folder.output.read_text(encoding="utf-8") == ending.tail
    session = live.session()
    assert (session.status, session.last_line) == (SessionStatus.RUNNING, str(live.folder.shim))
    record = live.folder.record()
    assert record is not None and record.group == record.agent_pid and record.agent_start is not None
    assert live.folder.locked() is False and live.folder.swept()
    private = {stat.S_IMODE(path.stat().st_mode) & 0o077 for path in live.folder.path.iterdir()} - {0o044}
    assert private <= {0}, "runner.log is the test's own"


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ("stdin", "import sys; print(sys.stdin.read())"),
        ("argument", "import sys; print(sys.argv[1])"),
        ("file", "import os; print(open(os.environ['MOZIPLUS_PROMPT_FILE'], encoding='utf-8').read())"),
    ],
)
def test_a_prompt_reaches_its_agent(runners: Runners, tmp_path: Path, how: str, code: str) -> None:
    live = session_for(tmp_path, [PYTHON, "-X", "utf8", "-c", code], prompt="做 {task}\n$HOME", prompt_by=how)
    assert runners.run(live).tail.rstrip("\n") == "做 {task}\n$HOME"


@pytest.mark.parametrize(
    ("command", "code", "said"),
    [
        (["/nowhere/agent"], 127, "/nowhere/agent cannot be run"),
        (["/etc/hostname"], 126, "cannot be run"),
        (["sh", "-c", "exit 75"], 75, "refused"),
        (["sh", "-c", "no-such-command-here"], 127, "not found"),
    ],
)
def test_a_known_cause_is_written_down(
    runners: Runners, tmp_path: Path, command: list[str], code: int, said: str
) -> None:
    ending = runners.run(session_for(tmp_path, command))
    assert ending.exit_code == code and said in (ending.failure or "")
    assert ending.rate_limited == (code == 75)


def test_an_agent_killed_from_outside_says_so(runners: Runners, tmp_path: Path) -> None:
    ending = runners.run(session_for(tmp_path, ["sh", "-c", "kill -9 $$"]))
    assert (ending.exit_code, ending.signal) == (None, 9) and "memory" in (ending.failure or "")


def test_a_refused_session_starts_no_agent(runners: Runners, tmp_path: Path) -> None:
    for refuse in ("lost", "stop", "cancel"):
        live = session_for(tmp_path, ["sh", "-c", "echo started"])
        db = live.open()
        if refuse == "lost":
            assert mark_lost_if_starting(db, live.spec.session, now=CLOCK.now())
        elif refuse == "stop":
            request_stop(db, live.spec.session, StopReason.OPERATOR, by=SCHEDULER, now=CLOCK.now())
        else:
            cancel_task(db, 1, by=SCHEDULER, now=CLOCK.now())
        db.close()
        assert runners.start(live).wait(20) == 0
        assert live.folder.output.read_text() == "" and live.folder.ending() is None
        assert live.folder.record() is not None and live.folder.locked() is False


def test_a_second_runner_on_the_same_folder_ends_at_once_and_starts_nothing(runners: Runners, tmp_path: Path) -> None:
    live = session_for(tmp_path, ["sh", "-c", "echo started; exec sleep 300"])  # no shell is left that tells of its end
    first = runners.start(live)
    until(lambda: "started" in (live.folder.output.read_text() if live.folder.output.exists() else ""))
    record = live.folder.record()
    assert runners.start(live).wait(10) == 0
    assert first.poll() is None and live.folder.record() == record
    first.terminate()
    assert first.wait(20) == 0
    assert runners.start(live).wait(10) == 0, "also after the first has ended"
    assert live.folder.output.read_text() == "started\n"


def test_a_runner_starts_although_its_lock_is_being_tested_all_the_time(runners: Runners, tmp_path: Path) -> None:
    live = session_for(tmp_path, ["sh", "-c", "exit 0"])
    live.folder.lock.touch(mode=0o600)
    runner = runners.start(live)
    while runner.poll() is None:
        live.folder.locked()
    assert live.folder.ending() is not None


def test_term_ends_agent_and_family_for_certain_and_leaves_the_reason(runners: Runners, tmp_path: Path) -> None:
    code = (
        "import signal, subprocess, sys, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "subprocess.Popen(['sleep', '300'], start_new_session=True)\n"
        "subprocess.Popen(['env', '-i', 'sleep', '301'], start_new_session=True)\n"
        "print('up', flush=True)\n"
        "while True: print('x' * 1000, flush=True)\n"
    )
    live = session_for(tmp_path, python(code))
    runner = runners.start(live)
    until(lambda: live.folder.output.exists() and live.folder.output.stat().st_size > 0)
    record = live.folder.record()
    assert record is not None and record.agent_pid is not None and record.agent_start is not None
    live.folder.ask_to_stop("cancel")
    live.folder.ask_to_stop("operator")
    runner.terminate()
    assert runner.wait(30) == 0
    ending = live.folder.ending()
    assert ending is not None and ending.stopped == "cancel" and ending.failure is None and live.folder.swept()
    assert start_of(record.agent_pid) != record.agent_start
    assert bearers(live.spec.session) == []


def test_time_over_ends_the_agent(runners: Runners, tmp_path: Path) -> None:
    ending = runners.run(session_for(tmp_path, ["sh", "-c", "echo begun; exec sleep 300"], task_timeout=1))
    assert ending.timed_out and ending.stopped is None and "1 s" in (ending.failure or "")
    assert ending.tail == "begun\n"


def test_a_server_that_an_agent_leaves_behind_is_ended(runners: Runners, tmp_path: Path) -> None:
    left = (
        "echo done; (setsid sleep 300 &) ; env -i sleep 300 & exit 0"
        if sys.platform == "linux"
        else "sleep 300 & exit 0"
    )
    live = session_for(tmp_path, ["sh", "-c", left])
    assert runners.run(live).exit_code == 0
    assert live.folder.swept()


def test_a_locked_blackboard_delays_the_start_and_never_hurts_a_running_agent(runners: Runners, tmp_path: Path) -> None:
    live = session_for(tmp_path, ["sh", "-c", "echo begun; sleep 2.5; echo over"])
    db = live.open()
    with write(db):
        runner = runners.start(live)
        until(lambda: live.folder.record() is not None)
        assert runner.poll() is None and not live.folder.output.read_text()
    until(lambda: "begun" in live.folder.output.read_text())
    with write(db):
        assert runner.wait(20) == 0
    db.close()
    ending = live.folder.ending()
    assert ending is not None and ending.exit_code == 0 and ending.tail == "begun\nover\n"


def test_a_lease_is_renewed_and_busy_silence_is_a_word(runners: Runners, tmp_path: Path) -> None:
    live = session_for(tmp_path, python("import time\nend = time.time() + 60\nwhile time.time() < end: pass"), lease=1)
    before = live.session()
    runner = runners.start(live)
    until(lambda: live.session().status is SessionStatus.RUNNING)
    began = live.session()
    until(lambda: live.session().lease_until not in (before.lease_until, None), what="a renewal")
    until(lambda: (live.session().last_word_at or 0) > (began.last_word_at or 0), what="a word")
    assert live.session().last_line is None
    runner.terminate()
    assert runner.wait(20) == 0


def test_an_idle_agent_gives_no_word(runners: Runners, tmp_path: Path) -> None:
    live = session_for(tmp_path, ["sleep", "4"])
    runner = runners.start(live)
    until(lambda: live.session().status is SessionStatus.RUNNING)
    began = live.session().last_word_at
    assert runner.wait(20) == 0
    assert live.session().last_word_at == began


def test_a_runner_killed_while_its_agent_works_leaves_a_free_lock_and_enough_to_sweep(
    runners: Runners, tmp_path: Path
) -> None:
    live = session_for(tmp_path, ["sh", "-c", "sleep 300 & echo up; wait"])
    runner = runners.start(live)
    until(lambda: live.folder.output.exists() and live.folder.output.read_text() == "up\n")
    until(live.folder.noted_tree, what="a noted tree")
    runner.kill()
    runner.wait()
    assert live.folder.locked() is False and live.folder.ending() is None
    record = live.folder.record()
    assert record is not None and record.agent_pid is not None
    assert {pid for pid, _ in live.folder.noted_tree()} >= {record.agent_pid}
    assert {p.pid for p in bearers(live.spec.session)} >= {record.agent_pid}


@pytest.mark.parametrize(
    "point",
    [
        "before_lock",
        "after_record",
        "after_running",
        "after_agent_start",
        "before_exit_record",
        "after_exit_record",
    ],
)
def test_a_crash_at_any_point_frees_the_lock_and_leaves_no_half_file(
    runners: Runners, tmp_path: Path, point: str
) -> None:
    live = session_for(tmp_path, ["sh", "-c", "echo hi"])
    runner = runners.start(live, MOZIPLUS_CRASH_AT=f"runner.{point}")
    assert runner.wait(20) == -signal.SIGKILL
    assert not live.folder.locked()
    assert (live.folder.ending() is not None) == (point == "after_exit_record")
    assert (live.folder.record() is not None) == (point != "before_lock")
    for path in (live.folder.runner, live.folder.exit, live.folder.tree):
        assert not path.exists() or json.loads(path.read_text())


def test_what_an_agent_says_is_in_its_transcript_while_it_works_and_how_it_ended_after(
    runners: Runners, tmp_path: Path
) -> None:
    live = session_for(tmp_path, ["sh", "-c", "echo at work; until test -e go; do sleep 0.05; done; exit 3"])
    runner = runners.start(live)
    until(lambda: [entry.text for entry in read_transcript(live.folder.path)] == ["at work"])
    (Path(live.spec.cwd) / "go").touch()
    assert runner.wait(30) == 0
    *_, last = read_transcript(live.folder.path)
    assert last.fields == {"ended": True, "exit_code": 3}
