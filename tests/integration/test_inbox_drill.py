"""Promises that no line is lost and none takes effect twice: eight shells write, the inbox rotates, the consumer is killed."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from tests.inboxes import CRASH_POINTS, comments_of, expected, home_db, kill_until_done, team_home, write_from_shells


def drill(folder: Path, writers: int, lines: int, max_size: int, rest: float, patience: float) -> str:
    """One whole drill; gives a line of figures."""
    team = team_home(folder / "home", max_size=max_size)
    try:
        team.task()
        began = time.monotonic()
        writing = write_from_shells(team.home, writers, lines, rest)
        stop = folder / "stop"
        named, at_random = kill_until_done(team.home, writing, stop, lines, folder / "crashes", patience)
        took = time.monotonic() - began
        found = comments_of(team.db())
        wanted = expected(writers, lines)
        assert (wanted - found, found - wanted) == ({}, {}), "lost, doubled"
        assert named == len(CRASH_POINTS), "every named instant was met"
        with home_db(team.home) as home:
            (bad,) = home.execute("SELECT count(*) FROM messages WHERE status <> 'done'").fetchone()
            (rotated,) = home.execute("SELECT count(*) FROM segments WHERE name LIKE 'segments/%'").fetchone()
        assert bad == 0
        assert rotated >= 3
        return (
            f"{writers} writers, {writers * lines} lines, {took:.1f} s, {rotated} rotations, {named}+{at_random} kills"
        )
    finally:
        team.close()


def test_nothing_is_lost_or_doubled_over_kills_and_rotations(tmp_path: Path) -> None:
    drill(tmp_path, writers=8, lines=1_250, max_size=40_000, rest=1.5, patience=120.0)


@pytest.mark.soak
def test_two_hundred_thousand_lines_over_kills_and_rotations(tmp_path: Path) -> None:
    sys.stderr.write(drill(tmp_path, writers=8, lines=25_000, max_size=1_048_576, rest=0.1, patience=600.0) + "\n")
