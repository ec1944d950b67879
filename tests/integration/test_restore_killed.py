"""Promises of a restore that is killed with -9 anywhere: all of the old or all of the new, and the next one finishes it."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.blackboard.reads.tasks import state
from console.keeping.backup import back_up
from console.keeping.restore import find_copy, restore
from console.settings import Backup
from tests.homes import CLOCK, SUBMITS, TeamHome
from tests.program import moziplus


@pytest.fixture
def team(tmp_path: Path) -> Iterator[TeamHome]:
    made = TeamHome(tmp_path / "home", {"dev": SUBMITS})
    yield made
    made.close()


@pytest.mark.parametrize(
    "point", ["restore.drafted", "restore.before_copy_into", "restore.after_copy_into", "restore.done"]
)
def test_a_restore_into_a_live_file_that_is_killed_leaves_all_of_the_old_or_all_of_the_new(
    team: TeamHome, point: str
) -> None:
    team.task("kept")
    back_up(team.home, Backup(), now=CLOCK.now())
    team.task("since")
    epoch = state(team.db()).epoch
    team.close()
    died = moziplus("restore", "quant", home=team.home.path, MOZIPLUS_CRASH_AT=point)
    assert died.code == -signal.SIGKILL
    titles = [row["title"] for row in team.db().execute("SELECT title FROM tasks")]
    assert (titles, state(team.db()).epoch == epoch) in ((["kept", "since"], True), (["kept"], False))
    team.close()
    restore(team.home, "quant", find_copy(team.home, "quant", now=CLOCK.now()).path, now=CLOCK.now())
    assert [row["title"] for row in team.db().execute("SELECT title FROM tasks")] == ["kept"]
    assert not list(team.home.project_folder("quant").glob(".restoring-*"))


@pytest.mark.parametrize("point", ["restore.drafted", "restore.moving_aside", "restore.set_aside", "restore.done"])
def test_a_restore_of_a_damaged_file_that_is_killed_is_finished_by_the_next_with_one_quarantine(
    team: TeamHome, point: str
) -> None:
    team.task("kept")
    back_up(team.home, Backup(), now=CLOCK.now())
    team.close()
    folder = team.home.project_folder("quant")
    (folder / "blackboard.db").write_bytes(b"something else entirely\n" * 1000)
    died = moziplus("restore", "quant", home=team.home.path, MOZIPLUS_CRASH_AT=point)
    assert died.code == -signal.SIGKILL
    cut_off = not (folder / "blackboard.db").exists()
    if cut_off:
        (folder / "blackboard.db-wal").write_bytes(b"its log, not moved yet")
    restore(team.home, "quant", find_copy(team.home, "quant", now=CLOCK.now()).path, now=CLOCK.now())
    assert [row["title"] for row in team.db().execute("SELECT title FROM tasks")] == ["kept"]
    (place,) = (folder / "quarantine").iterdir()
    assert sorted(p.name for p in place.iterdir()) == ["blackboard.db", *(["blackboard.db-wal"] if cut_off else [])]
