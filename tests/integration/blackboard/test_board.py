"""Promises of what is read of a board: a window of each column, and every task that has the words, wherever it stands."""

from __future__ import annotations

import re

import pytest

from console.blackboard.connection import write
from console.blackboard.reads.board import found_on_board, links_of
from console.blackboard.reads.conditions import conditions
from console.blackboard.writes.tasks import NewTask, create_task
from console.errors import UsageError
from console.records.board import COLUMNS, WINDOW, Arrangement, BoardWish, Group, Order, Stand
from tests.boards import BOSS, Board

NOW = 1_700_000_000_000
MORE = WINDOW + 70
USUAL = Arrangement()
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


def windows(board: Board, column: int, arranged: Arrangement = USUAL) -> list[int]:
    """The tasks of a column, read window by window."""
    seen: list[int] = []
    for start in range(0, MORE, WINDOW):
        starts = tuple(start if n == column else 0 for n in range(len(COLUMNS)))
        page = found_on_board(board.db, BoardWish(starts=starts, arranged=arranged), {}, NOW)
        seen += [task.id for task in page.columns[column]]
        assert sum(n for _stand, n in page.counts) == MORE
    return seen


def test_windows_that_follow_each_other_have_every_task_of_a_column_once_and_in_its_order(board: Board) -> None:
    ids = made(board, MORE)
    with write(board.db):
        board.db.execute("UPDATE tasks SET status = 'held', held_from = 'pending' WHERE id % 3 = 0")
        board.db.execute("UPDATE tasks SET status = 'cancelled' WHERE id % 3 = 1")
    assert windows(board, 0) == [n for n in ids if n % 3 == 2]
    stopped = [n for n in ids if n % 3 == 0] + [n for n in reversed(ids) if n % 3 == 1]
    assert windows(board, 5) == stopped


@pytest.mark.parametrize("order", [*Order])
@pytest.mark.parametrize("group", [*Group])
def test_in_every_order_and_every_grouping_each_card_is_there_once(board: Board, order: Order, group: Group) -> None:
    ids = made(board, MORE, tags=("a", "b"))
    with write(board.db):
        board.db.execute("UPDATE tasks SET tags = '[]' WHERE id % 5 = 0")
        board.db.execute("UPDATE tasks SET assignee = 'dev' || (id % 4), parent = 1 WHERE id % 2 = 0")
    seen = windows(board, 0, Arrangement(order=order, group=group))
    assert len(seen) == MORE and set(seen) == set(ids)


def test_the_groups_of_a_column_are_counted_in_the_order_in_which_their_cards_lie(board: Board) -> None:
    parent, *_parts = made(board, 4)
    made(board, 2, parent=parent)
    made(board, 2, tags=("later",))
    for group, sizes in (
        (Group.PARENT, ((f"#{parent} part 0", 2), ("", 6))),
        (Group.TAG, (("later", 2), ("", 6))),
        (Group.AGENT, (("", 8),)),
    ):
        read = found_on_board(board.db, BoardWish(arranged=Arrangement(group=group)), {}, NOW)
        assert read.groups[0] == sizes
        names = [name for name, n in sizes for _card in range(n)]
        of = {
            Group.PARENT: lambda t: "" if t.parent is None else f"#{t.parent} part 0",
            Group.TAG: lambda t: "".join(t.tags),
        }
        if group in of:
            assert [of[group](task) for task in read.columns[0]] == names


def test_what_is_blocked_and_how_each_ended_is_counted_by_itself(board: Board) -> None:
    made(board, 10)
    with write(board.db):
        board.db.execute("UPDATE tasks SET status = 'done' WHERE id <= 6")
        board.db.execute("UPDATE tasks SET status = 'failed' WHERE id = 7")
        board.db.execute("UPDATE tasks SET status = 'cancelled' WHERE id = 8")
    waits = create_task(board.db, NewTask(title="waits", after=(9,)), by=BOSS, now=NOW).id
    every = found_on_board(board.db, BoardWish(), {}, NOW)
    counts = {stand: n for stand, n in every.counts if n}
    assert counts == {Stand.READY: 2, Stand.BLOCKED: 1, Stand.DONE: 6, Stand.FAILED: 1, Stand.CANCELLED: 1}
    assert [task.id for task in every.columns[1]] == [waits]
    some = found_on_board(board.db, BoardWish(words="waits"), {}, NOW)
    assert dict(some.counts) == {Stand.BLOCKED: 1}


def test_only_what_still_keeps_anything_waiting_ties_cards_together(board: Board) -> None:
    first, second, third = made(board, 3)
    after = create_task(board.db, NewTask(title="after", after=(first, second)), by=BOSS, now=NOW).id
    last = create_task(board.db, NewTask(title="last", after=(after,)), by=BOSS, now=NOW).id
    with write(board.db):
        board.db.execute("UPDATE tasks SET status = 'done' WHERE id = ?", (first,))
    assert links_of(board.db, [after]) == ((after, second), (last, after))
    assert links_of(board.db, [third]) == ()


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
