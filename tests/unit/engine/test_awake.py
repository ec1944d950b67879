"""Promises what holds off sleep on which machine, that it lasts as long as agents work, and never outlives the scheduler."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from console.engine.awake import KeepAwake, sleep_guard
from tests.homes import eventually
from tests.repository import ROOT


def test_each_system_has_its_own_guard() -> None:
    def found(name: str) -> str | None:
        return f"/bin/{name}"

    assert sleep_guard("darwin", 77, found) == ["/bin/caffeinate", "-i", "-w", "77"]
    linux = sleep_guard("linux", 77, found)
    assert linux is not None and linux[0] == "/bin/systemd-inhibit" and linux[-1] == "cat"
    assert sleep_guard("linux", 77, lambda name: None) is None
    assert sleep_guard("darwin", 77, lambda name: None) is None


def guard_writing(file: Path) -> list[str]:
    return ["sh", "-c", f"echo $$ >'{file}'; exec cat"]


def test_it_lasts_while_agents_work_and_begins_again(tmp_path: Path) -> None:
    file = tmp_path / "pid"
    awake = KeepAwake(guard_writing(file))
    awake.follow(False)
    assert not file.exists()
    for _ in range(2):
        awake.follow(True)
        awake.follow(True)
        eventually(lambda: file.exists() and file.read_text().strip().isdigit())
        pid = int(file.read_text())
        assert psutil.pid_exists(pid)
        awake.follow(False)
        assert not psutil.pid_exists(pid)
        file.unlink()
    awake.close()


def test_it_ends_with_a_scheduler_that_is_killed(tmp_path: Path) -> None:
    file = tmp_path / "pid"
    script = (
        "import sys, time\n"
        "from console.engine.awake import KeepAwake\n"
        "awake = KeepAwake(sys.argv[1:]); awake.follow(True); time.sleep(60)\n"
    )
    scheduler = subprocess.Popen(
        [sys.executable, "-c", script, *guard_writing(file)], env=os.environ | {"PYTHONPATH": str(ROOT)}
    )
    eventually(lambda: file.exists() and file.read_text().strip().isdigit())
    pid = int(file.read_text())
    scheduler.send_signal(signal.SIGKILL)
    scheduler.wait()
    eventually(lambda: not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)


def test_a_machine_without_a_guard_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    awake = KeepAwake(["/nowhere/guard"])
    with caplog.at_level(logging.WARNING, "moziplus.engine"):
        for _ in range(3):
            awake.follow(True)
    assert len(caplog.records) == 1
    awake.close()
    gone = KeepAwake(["false"])
    gone.follow(True)
    with caplog.at_level(logging.WARNING, "moziplus.engine"):
        eventually(lambda: gone.follow(True) is None and len(caplog.records) == 2)  # type: ignore[func-returns-value]
    gone.close()
