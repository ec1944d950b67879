"""Promises of a scheduler whose disk is full: it goes on, says each trouble in one line, and is not called hung."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.homes import TeamHome, developer, eventually

pytestmark = [
    pytest.mark.drill,
    pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="it mounts a small disk of its own"),
]
SECONDS = 20
LINES = 25
"""Of the log in that time, far fewer than one for each try."""


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "disk"
    place.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=12m", "none", str(place)], check=False).returncode:
        pytest.skip("nothing can be mounted here")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=False)


def test_a_full_disk_makes_few_lines_and_ends_no_scheduler(disk: Path, tmp_path: Path) -> None:
    settings = {"daemon": {"free_disk_floor_bytes": "100KB", "tick_interval": 1}}
    team = TeamHome(disk / "home", {"dev": developer("sleep 600")}, settings=settings)
    team.task()
    log = tmp_path / "log"
    with log.open("wb") as out:
        scheduler = subprocess.Popen(team.command("run"), stdin=subprocess.DEVNULL, stdout=out, stderr=out)
    try:
        eventually(lambda: team.present() == 1 and b"Spawning" in log.read_bytes())
        with (disk / "fill").open("wb") as fill:
            try:
                while True:
                    os.write(fill.fileno(), b"x" * 512)
            except OSError:
                pass
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            assert scheduler.poll() is None, log.read_text()
            told = team.cli("status")
            assert "kill -9" not in told.stderr
        assert len(log.read_text().splitlines()) < LINES, log.read_text()
        (disk / "fill").unlink()
    finally:
        scheduler.terminate()
        scheduler.wait(60)
        team.cli("estop")
        team.close()
