"""Promises of the mark that a session's processes bear on Linux: inherited by all of them, and by nobody else."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.agents import mark
from tests.live_sessions import until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has it")

BEARS = "from console.agents.mark import bear; bear('{session}'); import os, subprocess;"
HIDES = "subprocess.Popen(['/bin/sleep', '60'], env={}, start_new_session=True)"
HOPS = """
import os, sys, time
if not os.fork():
    os.setsid()
    for _ in range(3000):
        open(sys.argv[1], 'w').close()
        time.sleep(0.02)
        if os.fork(): os._exit(0)
        os.setsid()
"""


@pytest.fixture
def session() -> Iterator[str]:
    """A session of whose processes none outlives the test."""
    name = f"test-{os.getpid()}-{os.urandom(4).hex()}"
    yield name
    while not mark.none_left(name, ()):
        pass


def run(code: str, session: str, *arguments: str) -> None:
    script = BEARS.format(session=session) + code
    subprocess.run([sys.executable, "-c", script, *arguments], check=True, cwd=Path(__file__).parents[3])


def test_who_has_an_empty_environment_and_a_session_of_its_own_still_bears_it(session: str) -> None:
    run(HIDES, session)
    [pid] = mark.bearers(session)
    assert Path(f"/proc/{pid}/cmdline").read_bytes().startswith(b"/bin/sleep")
    assert mark.bearers(f"{session}-another") == []
    assert not mark.none_left(session, ())
    until(lambda: mark.none_left(session, ()), seconds=10)


def test_who_is_spared_is_seen_and_not_killed(session: str) -> None:
    run(HIDES, session)
    [pid] = mark.bearers(session)
    assert mark.none_left(session, {pid}) and mark.bearers(session) == [pid]


def test_who_is_replaced_by_its_child_again_and_again_is_met_all_the_same(session: str, tmp_path: Path) -> None:
    place = tmp_path / "hopping"
    run(HOPS, session, str(place))
    until(place.exists)
    until(lambda: mark.none_left(session, ()), seconds=10)
    place.unlink()
    assert mark.bearers(session) == [] and not place.exists()


def test_a_program_that_marks_itself_within_a_session_has_a_mark_of_its_own(session: str) -> None:
    inner = f"subprocess.run([{sys.executable!r}, '-c', {(BEARS.format(session=session + '-inner') + HIDES)!r}])"
    run(inner, session)
    assert len(mark.bearers(session)) == 0, "it bears the inner one"
