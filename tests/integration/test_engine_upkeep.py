"""Only the scheduler in charge moves a log into its database, and it does so before the log grows without end."""

from __future__ import annotations

from pathlib import Path

from console.blackboard.connection import open_home, open_project
from console.blackboard.upkeep import WAL_CAP, outgrown
from console.blackboard.writes.notes import observe
from console.engine.host import EmbeddedScheduler
from tests.homes import BOSS, CLOCK, SUBMITS, TeamHome, eventually

TEXT = "x" * 90_000


def test_a_log_that_nobody_writes_back_grows_and_a_scheduler_cuts_it(tmp_path: Path) -> None:
    team = TeamHome(tmp_path, {"dev": SUBMITS})
    paths = [team.home.state_db, team.home.project_folder("quant") / "blackboard.db"]
    held = [open_home(paths[0]), open_project(paths[1].parent)]
    for db, path in zip(held, paths, strict=True):
        for _ in range(60):
            observe(db, TEXT, by=BOSS, now=CLOCK.now())
        assert outgrown(path), "without a scheduler the log waits"
    scheduler = EmbeddedScheduler(team.home)
    scheduler.start()
    try:
        eventually(lambda: scheduler.in_charge)
        team.task()  # something to tick and to publish for
        eventually(lambda: not any(outgrown(path) for path in paths))
    finally:
        scheduler.stop()
    for db in held:
        (kept,) = db.execute("SELECT count(*) FROM observations WHERE body = ?", (TEXT,)).fetchone()
        assert kept == 60 and WAL_CAP
        db.close()
    team.close()
