"""Promises of experiences in use: the best few with a reason, each use counted once, old ones deprecated once."""

from __future__ import annotations

import pytest

from console.blackboard.reads.experiences import experiences_for, get_experience, list_experiences, tag_counts, uses_of
from console.blackboard.reads.learning import learning
from console.blackboard.writes.experience_upkeep import index_changed
from console.blackboard.writes.experiences import count_uses, expire_experiences, record_experience
from console.errors import NotFound, UsageError
from console.records.actor import SCHEDULER
from console.records.experience import Attached, ExperienceStatus
from console.records.task import Task, TaskKind
from tests.boards import BOSS, Board

DAY = 24 * 3600 * 1000


def learn(
    board: Board, title: str, *tags: str, body: str = "do it", at: int | None = None, task: int | None = None
) -> int:
    return record_experience(
        board.db, title=title, body=body, tags=tags, task_id=task, by=BOSS, now=board.now() if at is None else at
    )


def attached(board: Board, task: Task, **how: int) -> list[tuple[int, str]]:
    return [(one.experience.id, one.reason) for one in experiences_for(board.db, task, **how)]


def test_the_same_experience_recorded_twice_is_one(board: Board) -> None:
    assert learn(board, "t", "a") == learn(board, "t", "a")
    assert len(list_experiences(board.db)) == 1
    with pytest.raises(UsageError):
        learn(board, " ")
    with pytest.raises(NotFound, match="experience list"):
        get_experience(board.db, 99)


def test_more_tags_in_common_come_first_and_the_reason_names_them(board: Board) -> None:
    one, two = learn(board, "one", "csv"), learn(board, "two", "backtest", "csv")
    learn(board, "other", "parquet")
    task = board.task("load", tags=("backtest", "csv", "x"))
    assert attached(board, task) == [(two, "same tags: backtest, csv"), (one, "same tags: csv")]


def test_without_tags_two_rare_words_in_common_are_needed(board: Board) -> None:
    near = learn(board, "Encoding of the broker's export", body="utf-8 with a mark")
    learn(board, "Something else", body="the broker and you with this that")
    task = board.task("Read the export of the broker", body="Mind the encoding.")
    assert attached(board, task) == [(near, "same words: export, broker, encoding")]
    assert attached(board, board.task("the and with")) == []


def test_chinese_words_count_as_words(board: Board) -> None:
    near = learn(board, "回测时数据缺失", body="先补齐缺失的数据")
    learn(board, "别的经验", body="没有关系")
    assert attached(board, board.task("补齐缺失数据")) == [(near, "same words: 补齐缺失, 数据")]


def test_a_tag_counts_more_than_words_and_words_more_than_how_recent(board: Board) -> None:
    tagged = learn(board, "nothing in common", "csv")
    wordy = learn(board, "read broker export encoding", body="broker export")
    both = learn(board, "read broker export", "csv")
    newest = learn(board, "nothing in common either", "csv")
    task = board.task("read broker export encoding", tags=("csv",))
    assert [number for number, _ in attached(board, task)] == [both, newest, tagged, wordy]


def test_the_best_few_and_the_same_each_time(board: Board) -> None:
    numbers = [learn(board, f"n{n}", "csv", at=1000) for n in range(9)]
    task = board.task("load", tags=("csv",))
    found = attached(board, task)
    assert [number for number, _ in found] == numbers[:3:-1]
    assert found == attached(board, task)
    assert len(attached(board, task, limit=2)) == 2


def test_what_is_not_active_or_of_the_task_itself_is_left_out(board: Board) -> None:
    task = board.task("load", tags=("csv",))
    learn(board, "its own", "csv", task=task.id)
    old, taken = learn(board, "old", "csv"), learn(board, "taken", "csv")
    board.db.execute("UPDATE experiences SET status = 'deprecated' WHERE id = ?", (old,))
    board.db.execute("UPDATE experiences SET status = 'distilled' WHERE id = ?", (taken,))
    assert attached(board, task) == []
    active = learn(board, "active", "csv")
    assert [number for number, _ in attached(board, task)] == [active]
    assert attached(board, board.task("distil", tags=("csv",), kind=TaskKind.DISTIL)) == []


def test_a_use_is_counted_once_a_session_however_often_it_is_told(board: Board) -> None:
    number = learn(board, "t", "csv")
    task = board.task("load", tags=("csv",))
    session = board.claim(task.id)
    chosen = experiences_for(board.db, task)
    assert [count_uses(board.db, session.id, chosen, by=SCHEDULER, now=5_000_000 + n) for n in range(3)] == [1, 0, 0]
    found = get_experience(board.db, number)
    assert (found.uses, found.last_use_at) == (1, 5_000_000)
    assert uses_of(board.db, session.id) == ((number, "same tags: csv"),)
    assert found.created_by == "operator", "who uses it is not who learnt it"
    gone = Attached(experience=found, reason="x")
    board.db.execute("DELETE FROM experiences")
    assert count_uses(board.db, session.id, [gone], by=SCHEDULER, now=1) == 0


def test_what_nobody_referred_to_for_so_long_is_deprecated_once(board: Board) -> None:
    idle, used, young = learn(board, "idle", at=DAY), learn(board, "used", at=DAY), learn(board, "young", at=20 * DAY)
    task = board.task("x")
    session = board.claim(task.id)
    once = [Attached(experience=get_experience(board.db, used), reason="why")]
    count_uses(board.db, session.id, once, by=SCHEDULER, now=15 * DAY)
    assert learning(board.db).idle_since == DAY
    now = 40 * DAY
    assert expire_experiences(board.db, before=now - 30 * DAY, by=SCHEDULER, now=now) == (idle,)
    assert expire_experiences(board.db, before=now - 30 * DAY, by=SCHEDULER, now=now) == ()
    assert learning(board.db).idle_since == 15 * DAY
    assert {found.id for found in list_experiences(board.db)} == {used, young}
    assert get_experience(board.db, idle).status == ExperienceStatus.DEPRECATED
    assert len(list_experiences(board.db, every=True)) == 3
    told = board.db.execute("SELECT * FROM events WHERE entity = 'experience' AND kind = 'status'").fetchall()
    assert [(row["actor"], row["id"], row["new"], row["at"]) for row in told] == [
        ("scheduler", str(idle), "deprecated", now)
    ]


def test_the_tags_say_how_many_count_towards_a_skill(board: Board) -> None:
    for n in range(3):
        learn(board, f"n{n}", "csv", "backtest" if n else "csv")
    old = learn(board, "old", "csv")
    board.db.execute("UPDATE experiences SET status = 'deprecated' WHERE id = ?", (old,))
    assert [(t.tag, t.active, t.waiting) for t in tag_counts(board.db)] == [("csv", 3, 3), ("backtest", 2, 2)]
    assert learning(board.db).tags == (("csv", 3), ("backtest", 2))


def test_the_tags_are_counted_anew_only_after_an_event_that_can_have_changed_them(board: Board) -> None:
    learn(board, "one", "csv")
    index_changed(board.db)
    board.db.execute("DELETE FROM experiences_unwritten")
    known = learning(board.db)
    board.db.execute("DELETE FROM experience_tags")  # behind everybody's back, to see who looks
    board.task("something else happened")
    assert learning(board.db, known).tags == (("csv", 1),)
    board.db.execute("UPDATE experiences SET status = 'deprecated'")
    assert learning(board.db, known).tags == ()
    learn(board, "two", "csv")
    board.db.execute("DELETE FROM experiences_unwritten")
    board.db.execute("UPDATE project SET epoch = 'restored'")
    assert learning(board.db, known).tags == (("csv", 1),)
    assert learning(board.db, known).behind, "the files are those of before the restore"
