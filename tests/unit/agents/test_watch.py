"""Promises of the runner's look at its agent's processes: what computes is busy, what only polls is not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import psutil

from console.agents.folder import SessionFolder
from console.agents.watch import Watch
from tests.fakes.clock import VirtualClock

POLLS = """\
import sys, time
end = time.process_time() + 0.1
while time.process_time() < end: pass
print(flush=True); sys.stdin.read()
"""


def test_a_tenth_of_a_second_in_five_is_polling_and_in_one_is_work(tmp_path: Path) -> None:
    for passed, busy in ((5.0, False), (1.0, True)):
        clock = VirtualClock(0)
        watch = Watch(SessionFolder(tmp_path), clock)
        watch.look()  # what else lives below this process has computed before
        child = subprocess.Popen([sys.executable, "-c", POLLS], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert child.stdout is not None and child.stdout.readline()
        spent = sum(psutil.Process(child.pid).cpu_times()[:2])
        clock.move_to(round(passed * 1000 * spent / 0.1))
        assert watch.look() is busy, spent
        child.communicate()
