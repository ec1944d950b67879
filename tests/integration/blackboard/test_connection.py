"""Databases as files: private, recognised, set aside when unfit, never half-made, never lost to a kill."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from console.blackboard.changes import head
from console.blackboard.connection import BUSY_MS, create_home, create_project, open_home, open_project, write
from console.blackboard.gate import Gate, closed_for_moving
from console.blackboard.reads.tasks import list_tasks
from console.errors import Conflict, DatabaseSetAside, MoziError, Unavailable
from tests.boards import BOSS, Board, recount

ROOT = Path(__file__).parents[3]


@pytest.fixture
def open_umask() -> object:
    old = os.umask(0)
    yield
    os.umask(old)


@pytest.mark.usefixtures("open_umask")
def test_all_three_files_are_private_whatever_the_umask(tmp_path: Path) -> None:
    board = Board(tmp_path / "quant")
    board.task()
    modes = {path.name: path.stat().st_mode & 0o777 for path in board.folder.glob("blackboard.db*")}
    assert modes == {"blackboard.db": 0o600, "blackboard.db-wal": 0o600, "blackboard.db-shm": 0o600}
    board.close()


def test_nothing_is_created_over_data(board: Board) -> None:
    board.task()
    with pytest.raises(Conflict, match="exists already"):
        create_project(board.folder, "quant", 1)
    assert board.status(1) == "pending"
    assert [p.name for p in board.folder.iterdir() if p.name.startswith(".blackboard")] == []


def _missing(path: Path) -> None:
    path.unlink()


def _text(path: Path) -> None:
    path.write_text("not a database, and long enough to be read as one" * 40)


def _foreign(path: Path) -> None:
    path.unlink()
    with sqlite3.connect(path) as db:  # a database of somebody else's
        db.execute("CREATE TABLE t (x)")


def _newer(path: Path) -> None:
    db = sqlite3.connect(path)
    db.execute("PRAGMA user_version = 99")
    db.close()


def _delete_mode(path: Path) -> None:
    db = sqlite3.connect(path)
    db.execute("PRAGMA journal_mode = DELETE")
    db.close()


def _torn(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[4096:12288] = os.urandom(8192)
    path.write_bytes(data)


@pytest.mark.parametrize(
    ("harm", "cause"),
    [
        (_missing, "missing"),
        (_text, "not_a_database"),
        (_foreign, "not_ours"),
        (_newer, "newer"),
        (_delete_mode, "journal_mode"),
        (_torn, "corrupt"),
    ],
)
def test_an_unfit_database_is_set_aside_with_its_cause_and_left_as_it_is(
    tmp_path: Path, harm: object, cause: str
) -> None:
    board = Board(tmp_path / "quant")
    board.task()
    board.close()
    path = board.folder / "blackboard.db"
    assert callable(harm)
    harm(path)
    before = path.read_bytes() if path.exists() else None
    with pytest.raises(DatabaseSetAside) as caught:
        db = open_project(board.folder)
        list_tasks(db)
        head(db)
    assert caught.value.cause == cause
    assert (path.read_bytes() if path.exists() else None) == before


def test_a_homes_database_is_not_taken_for_a_blackboard(tmp_path: Path) -> None:
    create_home(tmp_path / "blackboard.db")
    with pytest.raises(DatabaseSetAside, match="not a moziplus database of this kind"):
        open_project(tmp_path)
    open_home(tmp_path / "blackboard.db").close()


def test_a_full_database_says_so_and_loses_nothing(board: Board) -> None:
    board.task("before")
    (pages,) = board.db.execute("PRAGMA page_count").fetchone()
    board.db.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(Unavailable, match="full"):
        for _ in range(200):
            board.task("x", body="y" * 5000)
    board.db.execute("PRAGMA max_page_count = 1073741823")
    (kept,) = board.db.execute("SELECT count(*) FROM tasks WHERE title = 'before'").fetchone()
    assert kept == 1 and recount(board.db) == []
    board.task("after")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_is_unavailable(board: Board) -> None:
    board.close()
    board.folder.chmod(0o500)
    try:
        with pytest.raises(MoziError):
            Board(board.folder).task()
    finally:
        board.folder.chmod(0o700)


def test_a_lock_that_is_held_too_long_is_unavailable_not_a_traceback(
    board: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = open_project(board.folder)
    monkeypatch.setenv("MOZIPLUS_LOCK_PATIENCE", "0.2")
    with write(other), pytest.raises(Unavailable, match="locked by another program"):
        board.task()
    other.close()
    assert BUSY_MS >= 5000
    board.task()


def test_a_folder_that_is_being_moved_lets_nobody_in_and_waits_for_those_inside(board: Board) -> None:
    with pytest.raises(Conflict, match="still open in another program"), closed_for_moving(board.folder, patience=0.1):
        pytest.fail("the gate closed while a connection was inside")
    board.close()
    with closed_for_moving(board.folder):
        with pytest.raises(Conflict, match="being archived or moved"):
            open_project(board.folder)
        board.folder.rename(board.folder.with_name("moved"))
    open_project(board.folder.with_name("moved")).close()


def test_a_mover_that_was_killed_leaves_an_open_gate(board: Board) -> None:
    script = textwrap.dedent(f"""
        import os, signal
        from pathlib import Path
        from console.blackboard.gate import closed_for_moving
        with closed_for_moving(Path({str(board.folder)!r}), patience=5):
            os.kill(os.getpid(), signal.SIGKILL)
    """)
    board.close()
    assert subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False).returncode == -signal.SIGKILL
    Gate.shared(board.folder).release()


WRITER = textwrap.dedent("""
    import sys
    from pathlib import Path
    from console.blackboard.connection import open_project
    from console.blackboard.writes.tasks import NewTask, create_task
    from console.records.actor import SCHEDULER
    while True:
        db = open_project(Path(sys.argv[1]))
        for _ in range(5):
            task = create_task(db, NewTask(title=sys.argv[2]), by=SCHEDULER, now=1)
            print(task.id, flush=True)
        db.close()
""")


def test_writers_killed_at_any_instant_lose_nothing_that_was_acknowledged(board: Board, tmp_path: Path) -> None:
    rng = random.Random(7)
    acknowledged: set[int] = set()
    for number in range(12):
        log = tmp_path / f"ack{number}"
        with log.open("w") as out:
            writer = subprocess.Popen([sys.executable, "-c", WRITER, str(board.folder), "w"], stdout=out, cwd=ROOT)
            until = time.monotonic() + 20
            while not log.stat().st_size and time.monotonic() < until:
                time.sleep(0.005)
            time.sleep(rng.uniform(0, 0.05))
            writer.kill()
            writer.wait()
        text = log.read_text()
        acknowledged |= {int(line) for line in text[: text.rfind("\n") + 1].split()}
    stored = {row["id"] for row in board.db.execute("SELECT id FROM tasks")}
    assert len(acknowledged) > 12
    assert acknowledged <= stored
    assert board.db.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    assert recount(board.db) == []


@pytest.mark.skipif(not Path("/proc/locks").exists(), reason="the lock table is Linux's")
def test_no_command_drops_the_locks_of_a_connection_that_stays_open(board: Board) -> None:
    def locks() -> set[str]:
        inode = (board.folder / "blackboard.db-shm").stat().st_ino
        mine = str(os.getpid())
        rows = [line.split() for line in Path("/proc/locks").read_text().splitlines()]
        return {" ".join(row[1:4]) + row[-2] for row in rows if row[4] == mine and row[5].endswith(f":{inode}")}

    board.task()
    held = locks()
    assert held
    second = open_project(board.folder)
    second.execute("SELECT count(*) FROM tasks").fetchone()
    second.close()
    board.work(1)
    os.stat(board.folder / "blackboard.db")
    assert locks() == held
    assert board.task("still writing", reviews=()).id and BOSS.name == "operator"
