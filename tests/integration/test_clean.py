"""Promises of `moziplus clean`: what is old goes, what may still be needed or alive stays, and readers notice."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from console.blackboard.changes import Cursor, changes, head
from console.blackboard.connection import open_archived, open_home
from console.blackboard.reads.sessions import present_sessions
from console.blackboard.writes.claims import Start, claim_task
from console.blackboard.writes.inbox import register_segment, set_segment
from console.blackboard.writes.retention import BATCH, forget_events
from console.keeping.archive import archive
from console.keeping.retention import clean
from console.records.inbox import SegmentState
from console.settings import Retention
from tests.homes import BOSS, CLOCK, SUBMITS, TeamHome
from tests.program import moziplus

DAY = 86_400_000
KEEP = Retention()


@pytest.fixture
def team(tmp_path: Path) -> Iterator[TeamHome]:
    made = TeamHome(tmp_path / "home", {"dev": SUBMITS}, projects=("quant", "other"))
    yield made
    made.close()


def freed(team: TeamHome, days: int, policy: Retention = KEEP, **how: object) -> dict[str, int]:
    """What a clean `days` from now removes, by kind; only what is not nothing."""
    found: dict[str, int] = {}
    inbox = team.home.inbox / "daemon.jsonl"
    for entry in clean(team.home, policy, inbox=inbox, now=CLOCK.now() + days * DAY, **how):  # type: ignore[arg-type]
        found[entry.kind] = found.get(entry.kind, 0) + entry.count
    return {kind: count for kind, count in found.items() if count}


def only(**days: int) -> Retention:
    """A policy that keeps everything else for ever."""
    none = dict.fromkeys(Retention.__slots__, 0)
    return Retention(**{**none, **days})


def a_session(team: TeamHome, run: str = "20200101_000000", name: str = "s1", project: str = "quant") -> Path:
    folder = team.home.runs / run / "agents" / "dev" / name
    folder.mkdir(parents=True)
    (team.home.runs / run / "state").mkdir(exist_ok=True)
    (team.home.runs / run / "state" / "runtime_state.json").write_text("{}")
    (folder / "start.json").write_text(json.dumps({"project": project, "session": name}))
    (folder / "output.log").write_text("said\n" * 100)
    (folder / "transcript.json").write_text("{}")
    (folder / "alive.lock").write_text("")
    return folder


def test_a_young_home_loses_nothing_and_zero_keeps_for_ever(team: TeamHome) -> None:
    task = team.task()
    assert team.run() == 0
    assert team.status(task) == "done"
    assert freed(team, 0) == {}
    assert freed(team, 20_000, only()) == {}
    done = moziplus("clean", "--json", home=team.home.path)
    assert done.code == 0
    assert {row["kind"] for row in done.records} >= {"transcripts", "runs", "events", "inbox", "logs"}
    assert "nothing is old enough" in moziplus("clean", home=team.home.path).out


def test_what_was_said_goes_first_and_the_run_later_but_never_the_newest_run(team: TeamHome) -> None:
    team.task()
    assert team.run() == 0
    old = a_session(team)
    real = next(folder for folder in team.home.runs.glob("*/agents/dev/*") if folder != old)
    assert freed(team, 31, only(transcripts_days=30), dry_run=True)["transcripts"] >= 4
    assert (old / "output.log").exists(), "a dry run removes nothing"
    assert freed(team, 31, only(transcripts_days=30))["transcripts"] >= 4
    assert sorted(path.name for path in old.iterdir()) == ["alive.lock", "start.json"]
    assert not (real / "output.log").exists()
    assert (real / "prompt.md").exists()
    assert freed(team, 91, only(runs_days=90)) == {"runs": 1}
    assert (old.exists(), real.exists()) == (False, True)
    assert moziplus("session", "list", "--project", "quant", home=team.home.path).code == 0


def test_a_session_that_is_present_or_has_a_runner_keeps_its_folder_and_its_run(team: TeamHome) -> None:
    a_session(team, run="20990101_000000", name="newest")
    present = a_session(team, name="00000000-0000-4000-8000-000000000001")
    task = team.task()
    start = Start(session=present.name, agent="dev", backend="command", folder=str(present))
    claim_task(team.db(), task.id, start, by=BOSS, now=CLOCK.now())
    running = a_session(team, run="20200202_000000", name="s2")
    descriptor = os.open(running / "alive.lock", os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    try:
        policy = only(transcripts_days=1, runs_days=1)
        assert freed(team, 400, policy) == {"transcripts": 2}, "only of the one that has ended"
        assert (present / "output.log").exists()
        assert (running / "output.log").exists()
    finally:
        os.close(descriptor)
    assert len(present_sessions(team.db())) == 1
    assert freed(team, 400, policy) == {"transcripts": 2, "runs": 1}
    assert (present.exists(), running.exists()) == (True, False)


def test_sessions_of_a_project_that_cannot_be_read_are_left_alone(team: TeamHome) -> None:
    mine, others = a_session(team), a_session(team, run="20200202_000000", name="s2", project="other")
    a_session(team, run="20990101_000000", name="newest", project="other")
    (team.home.project_folder("quant") / "blackboard.db").write_bytes(b"no database" * 1000)
    freed(team, 400, only(transcripts_days=1, runs_days=1))
    assert (mine.exists(), others.exists()) == (True, False)
    (row,) = [r for r in moziplus("clean", "--json", home=team.home.path).records if r["kind"] == "sessions"]
    assert (row["project"], "left alone" in row["problem"]) == ("quant", True)


def test_a_reader_that_fell_behind_a_cut_feed_reads_all_anew_and_no_other(team: TeamHome) -> None:
    beginning = head(team.db())
    for n in range(10):
        team.task(f"task {n}")
    newest = head(team.db())
    behind = Cursor(epoch=newest.epoch, seq=newest.seq - 3)
    assert freed(team, 100, dry_run=True)["events"] >= newest.seq - 1
    assert len(changes(team.db(), behind).events) == 3
    assert freed(team, 100)["events"] >= newest.seq - 1
    assert head(team.db()) == newest
    assert changes(team.db(), behind).reload
    assert changes(team.db(), beginning).reload
    up_to_date = changes(team.db(), newest)
    assert (up_to_date.reload, up_to_date.events) == (False, ())
    team.task("next")
    told = changes(team.db(), newest)
    assert (told.reload, {event.seq > newest.seq for event in told.events}) == (False, {True})
    assert moziplus("events", "--project", "quant", home=team.home.path).code == 0


def test_a_long_feed_is_cut_in_steps_and_young_events_stay(team: TeamHome) -> None:
    db = team.db()
    db.execute("BEGIN")
    row = "INSERT INTO events (at, actor, origin, kind, entity, id) VALUES (?, 'a', 'cli', 'created', 'task', '1')"
    db.executemany(row, [(n,) for n in range(2 * BATCH + 10)])
    db.execute("COMMIT")
    (young,) = db.execute("SELECT count(*) FROM events WHERE at >= ?", (2 * BATCH,)).fetchone()
    db.execute("DELETE FROM events WHERE at > ?", (3 * BATCH,))
    assert forget_events(db, 2 * BATCH) == 2 * BATCH
    assert db.execute("SELECT count(*), min(at) FROM events").fetchone()[:] == (10, 2 * BATCH)
    assert young >= 10


def test_read_parts_of_the_inbox_go_and_unread_ones_stay(team: TeamHome) -> None:
    paths = []
    with closing(open_home(team.home.state_db)) as db:
        for name, state, offset in (
            ("read", SegmentState.CLOSED, 5), ("unread", SegmentState.RENAMED, 5), ("grown", SegmentState.CLOSED, 2)
        ):  # fmt: skip
            path = team.home.inbox / "segments" / f"{name}.jsonl"
            path.write_text("12345")
            status = path.stat()
            segment = register_segment(
                db, dev=status.st_dev, ino=status.st_ino, name=f"segments/{path.name}", state=SegmentState.LIVE, now=1
            )
            db.execute("UPDATE segments SET offset = ? WHERE id = ?", (offset, segment.id))
            set_segment(db, segment.id, name=f"segments/{path.name}", state=state)
            paths.append(path)
        assert freed(team, 0, only(inbox_days=1)) == {"inbox": 1}
        assert [path.exists() for path in paths] == [False, True, True]


def test_old_logs_go_and_the_one_in_use_stays(team: TeamHome) -> None:
    for name in ("moziplus.log", "moziplus.log.1", "crash-x.log", "mine.txt"):
        (team.home.logs / name).write_text("x")
    assert freed(team, 20, only(logs_days=30)) == {}
    assert freed(team, 31, only(logs_days=30)) == {"logs": 2}
    assert sorted(path.name for path in team.home.logs.iterdir()) == ["mine.txt", "moziplus.log"]


def test_artifacts_of_an_archived_project_go_when_they_are_old_or_named_and_the_blackboard_stays(
    team: TeamHome,
) -> None:
    outputs = team.home.project_folder("quant") / "artifacts" / "1" / "outputs"
    outputs.mkdir(parents=True)
    (outputs / "big.csv").write_text("x" * 1000)
    folder = archive(team.home, "quant", by=BOSS, now=CLOCK.now())
    assert freed(team, 20, only(archived_artifacts_days=30)) == {}
    assert freed(team, 31, only(archived_artifacts_days=30), dry_run=True) == {"artifacts": 1}
    assert moziplus("clean", "--artifacts-of", "other", home=team.home.path).code == 3
    done = moziplus("clean", "--artifacts-of", "quant", "--json", home=team.home.path)
    (row,) = [r for r in done.records if r["kind"] == "artifacts"]
    assert (row["project"], row["count"], row["size"]) == ("quant", 1, 1000)
    assert not (folder / "artifacts").exists()
    assert not folder.stat().st_mode & 0o222
    with closing(open_archived(folder)) as db:
        assert db.execute("SELECT archived FROM project").fetchone()[0] == 1
