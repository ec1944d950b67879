"""Promises who is in charge of a home: one at a time, by a lock that dies with its holder."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from console.engine.in_charge import holder, take, take_or_conflict
from console.errors import Conflict
from console.home import Home
from tests.homes import CLOCK, eventually
from tests.repository import ROOT


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home").create()


def test_only_one_is_in_charge_and_everybody_can_see_who(home: Home) -> None:
    assert holder(home) is None
    held = take(home, mode="headless", clock=CLOCK)
    assert held is not None
    assert take(home, mode="console") is None
    who = holder(home)
    assert who is not None
    assert (who.pid, who.mode) == (os.getpid(), "headless")
    held.release()
    held.release()
    assert holder(home) is None


def test_who_wants_it_all_the_same_is_told_who_has_it(home: Home) -> None:
    held = take(home, mode="headless")
    assert held is not None
    with pytest.raises(Conflict, match=f"pid {os.getpid()}"):
        take_or_conflict(home, mode="headless")
    held.release()


def test_looking_takes_nothing_away(home: Home) -> None:
    for _ in range(50):
        assert holder(home) is None
        held = take(home, mode="headless")
        assert held is not None
        held.release()


def test_the_lock_dies_with_its_holder_and_its_file_stays(home: Home) -> None:
    other = _other(home, "import time; time.sleep(60)")
    eventually(lambda: holder(home) is not None)
    assert take(home, mode="headless") is None
    other.kill()
    other.wait()
    held = take(home, mode="headless")
    assert held is not None
    assert home.in_charge_lock.exists()
    held.release()


def test_a_child_of_the_holder_does_not_inherit_the_lock(home: Home) -> None:
    child = "import subprocess; print(subprocess.Popen(['sleep', '60'], close_fds=False).pid, flush=True)"
    other = _other(home, child)
    assert other.stdout is not None
    sleeper = int(other.stdout.readline())
    other.wait()
    try:
        assert holder(home) is None
    finally:
        os.kill(sleeper, 9)


def _other(home: Home, then: str) -> subprocess.Popen[bytes]:
    script = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r})\n"
        "from pathlib import Path\n"
        "from console.engine.in_charge import take\n"
        "from console.home import Home\n"
        f"held = take(Home(Path({str(home.path)!r})), mode='headless')\n{then}"
    )
    return subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE)
