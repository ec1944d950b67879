"""What the blackboard keeps by itself, whoever writes: tally, blocked counts, the change feed, ids and fences."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
import textwrap
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from console.blackboard.changes import Cursor, changes, head
from console.blackboard.writes.dependencies import add_dependency
from console.blackboard.writes.tasks import edit_task
from console.errors import Conflict
from tests.boards import BOSS, Board, recount

STATUSES = ["pending", "review", "done", "failed", "cancelled"]


def test_a_bare_shell_is_seen_in_the_feed_as_unknown(board: Board) -> None:
    task = board.task()
    board.db.execute("UPDATE tasks SET title = 'changed by hand' WHERE id = ?", (task.id,))
    last = changes(board.db, Cursor(epoch=head(board.db).epoch, seq=0)).events[-1]
    assert (last.kind, last.new, last.actor, last.origin) == ("edited", "title", "unknown", "unknown")


def test_a_command_is_seen_in_the_feed_with_its_actor_and_door(board: Board) -> None:
    task = board.task()
    edit_task(board.db, task.id, {"priority": 0}, by=BOSS, now=77)
    last = changes(board.db, Cursor(epoch=head(board.db).epoch, seq=0)).events[-1]
    assert (last.kind, last.new, last.actor, last.origin, last.at) == ("edited", "priority", "operator", "cli", 77)


def test_an_edit_that_changes_nothing_writes_nothing(board: Board) -> None:
    task = board.task(priority=1)
    before = head(board.db)
    assert edit_task(board.db, task.id, {"priority": 1}, by=BOSS, now=9) == task
    assert head(board.db) == before


def test_rows_of_tasks_are_never_replaced(board: Board) -> None:
    task = board.task()
    for verb in ("INSERT OR REPLACE", "REPLACE", "INSERT OR IGNORE"):
        with pytest.raises(sqlite3.IntegrityError, match="never replaced"):
            board.db.execute(f"{verb} INTO tasks (id, title, created_at, updated_at) VALUES (?, 'x', 1, 1)", (task.id,))
    assert recount(board.db) == []


def test_an_id_is_never_used_again(board: Board) -> None:
    last = board.task()
    board.db.execute("DELETE FROM tasks WHERE id = ?", (last.id,))
    assert board.task().id == last.id + 1


@pytest.mark.parametrize("table", ["tasks", "seats"])
def test_a_fence_never_goes_back(board: Board, table: str) -> None:
    board.task(reviews=("output_review",))
    board.work(1)
    board.gone(board.seat())
    with pytest.raises(sqlite3.IntegrityError, match="never goes back"):
        board.db.execute(f"UPDATE {table} SET fence = fence - 1")


def test_the_feed_cannot_be_rewritten(board: Board) -> None:
    board.task()
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        board.db.execute("UPDATE events SET actor = 'nobody'")


def test_a_circle_of_dependencies_is_refused(board: Board) -> None:
    first = board.task()
    second = board.task(after=(first.id,))
    third = board.task(after=(second.id,))
    with pytest.raises(Conflict, match="circle"):
        add_dependency(board.db, first.id, third.id, by=BOSS, now=9)
    with pytest.raises(Conflict, match="circle"):
        add_dependency(board.db, first.id, first.id, by=BOSS, now=9)


def test_a_reader_of_another_epoch_is_told_to_reload(board: Board) -> None:
    board.task()
    old = head(board.db)
    board.db.execute("UPDATE project SET epoch = 'restored', rev = rev + 1")
    assert changes(board.db, old).reload


def test_a_reader_behind_a_cut_feed_is_told_to_reload(board: Board) -> None:
    start = head(board.db)
    board.task()
    board.task()
    board.db.execute("DELETE FROM events WHERE seq <= 1")
    assert changes(board.db, start).reload


step = st.one_of(
    st.tuples(st.just("create"), st.lists(st.integers(1, 12), max_size=3), st.sampled_from(STATUSES)),
    st.tuples(st.just("move"), st.integers(1, 12), st.sampled_from(STATUSES)),
    st.tuples(st.just("delete"), st.integers(1, 12), st.none()),
    st.tuples(st.just("cut"), st.integers(1, 12), st.integers(1, 12)),
    st.tuples(st.just("tie"), st.integers(1, 12), st.integers(1, 12)),
)


@settings(max_examples=60)
@given(steps=st.lists(step, max_size=40))
def test_tally_and_blocked_counts_survive_any_sequence_of_bare_writes(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, object, object]]
) -> None:
    board = Board(tmp_path_factory.mktemp("rules"))
    try:
        for verb, first, second in steps:
            _bare(board, verb, first, second)
        assert recount(board.db) == []
    finally:
        board.close()


def _bare(board: Board, verb: str, first: object, second: object) -> None:
    db = board.db
    if verb == "create":
        db.execute("INSERT INTO tasks (title, status, created_at, updated_at) VALUES ('t', ?, 1, 1)", (second,))
        (new,) = db.execute("SELECT last_insert_rowid()").fetchone()
        assert isinstance(first, list)
        for needed in set(first):
            _tie(board, new, needed)
    elif verb == "move":
        db.execute("UPDATE tasks SET status = ? WHERE id = ?", (second, first))
    elif verb == "delete":
        db.execute("DELETE FROM tasks WHERE id = ?", (first,))
    elif verb == "cut":
        db.execute("DELETE FROM dependencies WHERE task = ? AND needs = ?", (first, second))
    else:
        _tie(board, first, second)


def _tie(board: Board, task: object, needed: object) -> None:
    # No such task, itself, or there already: refused by the schema, which is what is asked for.
    with suppress(sqlite3.IntegrityError):
        board.db.execute("INSERT INTO dependencies (task, needs, at) VALUES (?, ?, 1)", (task, needed))


WRITER = textwrap.dedent("""
    import random, sqlite3, sys
    from pathlib import Path
    from console.blackboard.connection import open_project, write
    seed, folder = int(sys.argv[1]), Path(sys.argv[2])
    rng, db = random.Random(seed), open_project(folder)
    statuses = ["pending", "review", "done", "failed", "cancelled"]
    for _ in range(120):
        with write(db):
            (top,) = db.execute("SELECT coalesce(max(id), 0) FROM tasks").fetchone()
            pick = lambda: rng.randint(1, max(1, top))
            what = rng.random()
            if what < 0.35:
                db.execute("INSERT INTO tasks (title, status, created_at, updated_at) VALUES ('t', ?, 1, 1)",
                           (rng.choice(statuses),))
            elif what < 0.65:
                db.execute("UPDATE tasks SET status = ? WHERE id = ?", (rng.choice(statuses), pick()))
            elif what < 0.75:
                db.execute("DELETE FROM tasks WHERE id = ?", (pick(),))
            elif what < 0.85:
                db.execute("DELETE FROM dependencies WHERE task = ?", (pick(),))
            else:
                try:
                    db.execute("INSERT INTO dependencies (task, needs, at) VALUES (?, ?, 1)", (pick(), pick()))
                except sqlite3.IntegrityError:
                    pass
    db.close()
""")


def test_tally_and_blocked_counts_survive_four_processes_at_once(board: Board) -> None:
    seed = random.Random(20261120).randrange(10**6)
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(seed + i), str(board.folder)], cwd=_root())
        for i in range(4)
    ]
    assert [writer.wait(timeout=60) for writer in writers] == [0, 0, 0, 0]
    (tasks,) = board.db.execute("SELECT count(*) FROM tasks").fetchone()
    assert tasks > 50
    assert recount(board.db) == []


def _root() -> Path:
    return Path(__file__).parents[3]
