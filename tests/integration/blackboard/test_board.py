"""Promises of what is read of a board: a window of each column, and every task that has the words, wherever it stands."""

from __future__ import annotations

import pytest

from console.blackboard.connection import write
from console.blackboard.reads.board import found_on_board
from console.blackboard.writes.tasks import NewTask, create_task
from console.records.board import WINDOW, BoardWish
from console.records.task import TaskStatus
from tests.boards import BOSS, Board

NOW = 1_700_000_000_000
MORE = WINDOW + 70
AGENTS = {"zhangfei-dev": "张飞"}


def made(board: Board, count: int, **fields: object) -> list[int]:
    with write(board.db):
        return [
            create_task(board.db, NewTask(title=f"part {n}", **fields), by=BOSS, now=NOW + n).id  # type: ignore[arg-type]
            for n in range(count)
        ]


def found(board: Board, words: str) -> list[int]:
    return [task.id for column in found_on_board(board.db, BoardWish(words=words), AGENTS).columns for task in column]


def test_windows_that_follow_each_other_have_every_task_of_a_column_once_and_in_its_order(board: Board) -> None:
    ids = made(board, MORE)
    with write(board.db):
        board.db.execute("UPDATE tasks SET status = 'held', held_from = 'pending' WHERE id % 3 = 0")
    seen: list[int] = []
    for start in range(0, MORE, WINDOW):
        page = found_on_board(board.db, BoardWish(starts=(start, 0, 0, 0)), {})
        seen += [task.id for task in page.columns[0]]
        assert sum(n for _status, n in page.counts) == MORE
    assert seen == [n for n in ids if n % 3] + [n for n in ids if n % 3 == 0]


def test_ended_tasks_are_counted_by_how_they_ended(board: Board) -> None:
    made(board, 10)
    with write(board.db):
        board.db.execute("UPDATE tasks SET status = 'done' WHERE id <= 7")
        board.db.execute("UPDATE tasks SET status = 'failed' WHERE id = 8")
        board.db.execute("UPDATE tasks SET status = 'cancelled' WHERE id = 9")
    counts = dict(found_on_board(board.db, BoardWish(), {}).counts)
    assert [counts[status] for status in (TaskStatus.DONE, TaskStatus.FAILED, TaskStatus.CANCELLED)] == [7, 1, 1]


def test_a_word_is_found_in_number_title_tags_assignee_role_and_what_people_call_the_agent(board: Board) -> None:
    plain, tagged, given, asked = (
        create_task(board.db, NewTask(title=title, **fields), by=BOSS, now=NOW).id
        for title, fields in (
            ("Планы ÉTÉ", {}),
            ("tagged", {"tags": ("因子", "fast")}),
            ("given", {"assignee": "zhangfei-dev"}),
            ("asked", {"role": "analyst"}),
        )
    )
    assert (found(board, f"#{plain}"), found(board, "планы été")) == ([plain], [plain])
    assert (found(board, "FAST 因子"), found(board, "fast слово")) == ([tagged], [])
    assert (found(board, "张飞"), found(board, "zhangfei")) == ([given], [given])
    assert found(board, "@analyst") == [asked]


@pytest.mark.parametrize("word", ["%", "_", "'", "x'or'1", "\\", ":word0"])
def test_a_word_means_itself(board: Board, word: str) -> None:
    made(board, 3)
    with write(board.db):
        board.db.execute("UPDATE tasks SET title = 'a ' || ? || ' b' WHERE id = 2", (word,))
    assert found(board, word) == [2]
