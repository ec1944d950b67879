"""Promises of what is read of a board: a window of each column, and every task that has the words, wherever it stands."""

from __future__ import annotations

import re

import pytest

from console.blackboard.connection import write
from console.blackboard.reads.board import found_on_board
from console.blackboard.reads.conditions import conditions
from console.blackboard.writes.tasks import NewTask, create_task
from console.errors import UsageError
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
    return [
        task.id for column in found_on_board(board.db, BoardWish(words=words), AGENTS, NOW).columns for task in column
    ]


def test_windows_that_follow_each_other_have_every_task_of_a_column_once_and_in_its_order(board: Board) -> None:
    ids = made(board, MORE)
    with write(board.db):
        board.db.execute("UPDATE tasks SET status = 'held', held_from = 'pending' WHERE id % 3 = 0")
    seen: list[int] = []
    for start in range(0, MORE, WINDOW):
        page = found_on_board(board.db, BoardWish(starts=(start, 0, 0, 0)), {}, NOW)
        seen += [task.id for task in page.columns[0]]
        assert sum(n for _status, n in page.counts) == MORE
    assert seen == [n for n in ids if n % 3] + [n for n in ids if n % 3 == 0]


def test_ended_tasks_are_counted_by_how_they_ended(board: Board) -> None:
    made(board, 10)
    with write(board.db):
        board.db.execute("UPDATE tasks SET status = 'done' WHERE id <= 7")
        board.db.execute("UPDATE tasks SET status = 'failed' WHERE id = 8")
        board.db.execute("UPDATE tasks SET status = 'cancelled' WHERE id = 9")
    counts = dict(found_on_board(board.db, BoardWish(), {}, NOW).counts)
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


CONDITIONS = {
    "status=review,held": "review held",
    "status=ready": "plain dear young tagged",
    "status==blocked": "blocked",
    "status!=ready and cost<1": "blocked held review",
    "cost>2": "dear",
    "cost > 2 tokens>=500": "dear",
    "agent~张": "young",
    "agent=zhangfei-dev": "young",
    "tag=因子": "tagged",
    'title~"a tagged"': "tagged",
    "priority<=P1": "dear",
    "age>3d": "plain dear blocked held review tagged",
    "age<1h dear": "",
    "age<1h": "young",
    "id=1": "plain",
    "x=1": "",
    "age>soon": "",
}


@pytest.mark.parametrize(("asked", "names"), CONDITIONS.items())
def test_a_condition_is_asked_of_every_task_beside_plain_words(board: Board, asked: str, names: str) -> None:
    long_ago = NOW - 5 * 86_400_000
    ids = {}
    for name, at, fields in (
        ("plain", long_ago, {}),
        ("dear", long_ago, {"priority": 1}),
        ("young", NOW - 60_000, {"assignee": "zhangfei-dev"}),
        ("blocked", long_ago, {"after": (1,)}),
        ("held", long_ago, {}),
        ("review", long_ago, {}),
        ("tagged", long_ago, {"tags": ("因子",)}),
    ):
        ids[name] = create_task(board.db, NewTask(title=f"a {name}", **fields), by=BOSS, now=at).id
    with write(board.db):
        board.db.execute("UPDATE tasks SET status = 'held', held_from = 'pending' WHERE id = ?", (ids["held"],))
        board.db.execute("UPDATE tasks SET status = 'review' WHERE id = ?", (ids["review"],))
        board.db.execute(
            "INSERT INTO sessions (id, task_id, agent, backend, status, fence, created_at, updated_at, tokens, cost, ended_at)"
            " VALUES (?, ?, 'dev', 'command', 'succeeded', 1, ?, ?, 500, 2.5, ?)",
            ("s" * 36, ids["dear"], long_ago, long_ago, long_ago),
        )
    assert sorted(found(board, asked)) == sorted(ids[name] for name in names.split())


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ("cst>2", "no field 'cst'; did you mean cost?"),
        ("cost>much", "cost>much: this field takes a number"),
        ("cost>nan", "cost>nan: this field takes a number"),
        ("cost~2", "cost~2: this field takes =, !=, <, <=, > and >="),
        ("status=open", "a status is one of pending, working"),
        ("title>a", "this field takes =, !=, ~ and !~"),
        ("age>soon", "'soon' is no span of time"),
        ("created>now", "this field takes a day"),
    ],
)
def test_a_door_that_asks_for_conditions_alone_is_told_what_is_wrong(asked: str, says: str) -> None:
    with pytest.raises(UsageError, match=re.escape(says)):
        conditions(asked, NOW, strict=True)
