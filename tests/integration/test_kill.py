"""Promises of the killer, with real processes: nothing of a session survives, no stranger is hit."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from console.agents.identity import alive, boot_id, start_of
from console.agents.kill import MARKER, Target, find, kill_for_certain
from tests.live_sessions import bearers, until

STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(300)"
)
FAMILY = """
import os, subprocess, sys, time
name = sys.argv[1]
sleeper = [sys.executable, "-c", "import sys, time; time.sleep(300)", name]
subprocess.Popen(sleeper)                                       # a child
subprocess.Popen(sleeper, start_new_session=True)               # one in a session of its own
stubborn = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(300)"
subprocess.Popen([sys.executable, "-c", stubborn, name])        # one that does not listen
if os.fork() == 0:                                              # one that forks twice and belongs to nobody
    os.setsid()
    if os.fork() == 0:
        os.execv(sys.executable, sleeper)
    os._exit(0)
os.wait()
print("up", flush=True)
time.sleep(300)
"""

Start = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts processes in groups of their own; what a failed test leaves is killed."""
    begun: list[subprocess.Popen[bytes]] = []

    def one(code: str, *arguments: str, marker: str | None = None) -> subprocess.Popen[bytes]:
        env = {**os.environ, **({MARKER: marker} if marker else {})}
        command = [sys.executable, "-c", code, *arguments]
        begun.append(subprocess.Popen(command, env=env, stdout=subprocess.PIPE, start_new_session=True))
        return begun[-1]

    yield one
    for process in begun:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def said_up(process: subprocess.Popen[bytes]) -> None:
    """Wait until it says that it is up."""
    assert process.stdout is not None
    assert process.stdout.readline() == b"up\n"


def target(session: str, leader: subprocess.Popen[bytes] | None = None) -> Target:
    """All that is known of a session."""
    known = (leader.pid, start_of(leader.pid) or 0.0) if leader else None
    return Target(session=session, boot=boot_id(), leader=known)


def test_a_whole_family_is_gone_also_who_left_the_group_forked_twice_or_does_not_listen(start: Start) -> None:
    session = str(uuid.uuid4())
    agent = start(FAMILY, session, marker=session)
    said_up(agent)
    assert len(bearers(session)) >= 5
    assert kill_for_certain(target(session, agent), grace=0.3)
    assert bearers(session) == []


def test_the_marker_alone_finds_everybody(start: Start) -> None:
    session = str(uuid.uuid4())
    said_up(start(FAMILY, session, marker=session))
    assert kill_for_certain(target(session), grace=0.3)
    assert bearers(session) == []


def test_noted_processes_are_found_without_marker_or_parent(start: Start) -> None:
    session = str(uuid.uuid4())
    stray = start(STUBBORN, session)
    said_up(stray)
    noted = Target(session=session, boot=boot_id(), noted=((stray.pid, start_of(stray.pid) or 0.0),))
    assert kill_for_certain(noted, grace=0.1)
    assert stray.wait(5) == -signal.SIGKILL


def test_whoever_has_the_pid_of_a_dead_agent_is_not_hit(start: Start) -> None:
    stranger = start(STUBBORN)
    said_up(stranger)
    real = start_of(stranger.pid) or 0.0
    wrong = (stranger.pid, real - 100.0)
    reused = Target(session=str(uuid.uuid4()), boot=boot_id(), leader=wrong, noted=(wrong,))
    assert find(reused) == {}
    assert kill_for_certain(reused, grace=0.1)
    other_boot = Target(
        session=str(uuid.uuid4()), boot="another", leader=(stranger.pid, real), noted=((stranger.pid, real),)
    )
    assert find(other_boot) == {}
    assert stranger.poll() is None
    assert alive(stranger.pid, real, boot_id()) and not alive(stranger.pid, real, "another")


def test_neither_we_nor_our_parents_are_hit_even_when_the_marker_says_so() -> None:
    session = str(uuid.uuid4())
    mine = (
        (os.getpid(), start_of(os.getpid()) or 0.0),
        (os.getppid(), start_of(os.getppid()) or 0.0),
        (1, start_of(1) or 0.0),
    )
    found = find(Target(session=session, boot=boot_id(), leader=mine[0], noted=mine))
    assert {os.getpid(), os.getppid(), 1}.isdisjoint(found)


def test_one_that_starts_others_while_it_is_hunted_is_gone_with_all_of_them(start: Start) -> None:
    session = str(uuid.uuid4())
    code = (
        "import subprocess, sys, time, signal\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "print('up', flush=True)\n"
        "while True:\n"
        "    subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(300)', sys.argv[1]], start_new_session=True)\n"
        "    time.sleep(0.02)\n"
    )
    agent = start(code, session, marker=session)
    said_up(agent)
    until(lambda: len(bearers(session)) > 3)
    assert kill_for_certain(target(session, agent), grace=0.2)
    assert bearers(session) == []


def test_fifty_cycles_leave_nothing(start: Start) -> None:
    """A smaller family, so that fifty of them stay quick: a shell, its child, and one that left the group."""
    everybody = str(uuid.uuid4())
    code = (
        "import subprocess, sys, time\n"
        "subprocess.Popen(['sleep', '300'], start_new_session=True)\n"
        "subprocess.Popen(['sh', '-c', 'sleep 300 & wait'])\n"
        "print('up', flush=True); time.sleep(300)\n"
    )
    sessions = [f"{everybody[:-2]}{n:02d}" for n in range(50)]
    for session in sessions:
        agent = start(code, session, marker=session)
        said_up(agent)
        assert kill_for_certain(target(session, agent), grace=0.5)
    left = [p for session in sessions for p in bearers(session)]
    assert left == []


def test_a_zombie_counts_as_gone(start: Start, tmp_path: Path) -> None:
    agent = start("print('up', flush=True)")
    said_up(agent)
    began = start_of(agent.pid) or 0.0
    until(lambda: psutil.Process(agent.pid).status() == psutil.STATUS_ZOMBIE)
    assert not alive(agent.pid, began, boot_id())
    assert find(Target(session=str(uuid.uuid4()), boot=boot_id(), leader=(agent.pid, began))) == {}
