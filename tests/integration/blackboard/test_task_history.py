"""Promises of a task's history: where its time went adds up to its life, and of many events the newest are told quickly."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from console.blackboard.reads.task_history import LEFT, task_history
from console.blackboard.writes.asks import NewAsk, add_ask, answer_ask
from console.blackboard.writes.notes import add_comment
from console.blackboard.writes.rounds import escalate
from console.blackboard.writes.tasks import hold_task, release_task
from console.records.actor import OPERATOR, SCHEDULER, Actor, Origin
from console.records.ask import Answered
from console.records.task import FINAL, TaskStatus
from console.records.task_history import Spent, stretches, sums
from tests.boards import BOSS, Board

SECOND = 1_000


def test_the_life_of_a_task_is_waiting_running_review_and_what_waited_for_you(board: Board) -> None:
    task = board.task(reviews=("output_review",))
    session = board.claim(task.id)
    who = Actor(name="dev", origin=Origin.AGENT, session=session.id)
    ask = add_ask(board.db, NewAsk(task_id=task.id, body="A or B?"), by=who, now=board.now())
    answer_ask(board.db, ask.id, "A", how=Answered.PERSON, by=BOSS, now=board.now())
    board.submit(session)
    found = board.prepare("rev")
    escalate(board.db, found.review.id, 1, to=OPERATOR, reason="nobody", by=SCHEDULER, now=board.now())
    history = task_history(board.db, task.id, now=board.now())
    spent = [one.spent for one in history.stretches]
    assert spent == [Spent.WAITED, Spent.RAN, Spent.YOU, Spent.RAN, Spent.REVIEW, Spent.YOU]
    life = history.stretches[-1].end - task.created_at
    assert sum(sums(history.stretches).values()) == life and sums(history.stretches)[Spent.YOU] == 2 * SECOND
    told = [f"{event.entity} {event.kind} {event.new}" for event in history.events]
    assert told[0] == "task created pending" and "ask created question" in told and "submission created 1" in told
    assert history.left_out == 0 and history.used.sessions == 1


def test_a_held_task_waits_for_you_and_an_ended_one_for_nobody(board: Board) -> None:
    task = board.task()
    hold_task(board.db, task.id, reason="wait", by=BOSS, now=board.now())
    release_task(board.db, task.id, by=BOSS, now=board.now())
    board.work(task.id)
    history = task_history(board.db, task.id, now=10**9)
    assert [one.spent for one in history.stretches] == [Spent.WAITED, Spent.YOU, Spent.WAITED, Spent.RAN]


def test_of_a_thousand_events_the_newest_are_told_and_the_others_counted(board: Board) -> None:
    task = board.task()
    for n in range(1_000):
        add_comment(board.db, task.id, f"comment {n}", by=BOSS, now=board.now())
    history = task_history(board.db, task.id, now=board.now())
    assert len(history.events) == LEFT and history.left_out == 1_001 - LEFT
    assert history.events[-1].entity == "comment" and len(history.stretches) == 1


STATUSES = st.lists(st.tuples(st.integers(0, 50), st.sampled_from(TaskStatus)), min_size=1, max_size=8)
TIMES = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=5)


@given(statuses=STATUSES, yours=TIMES)
def test_stretches_never_overlap_and_are_as_long_as_the_task_was_open(
    statuses: list[tuple[int, TaskStatus]], yours: list[tuple[int, int]]
) -> None:
    changes = sorted(statuses, key=lambda one: one[0])
    now = 60
    found = stretches(changes, yours, now)
    ends = [at for at, _status in changes[1:]] + [now]
    opened = sum(
        end - at for (at, status), end in zip(changes, ends, strict=True) if status not in (*FINAL, TaskStatus.FAILED)
    )
    assert sum(one.ms for one in found) == opened
    assert all(a.end <= b.begin for a, b in zip(found, found[1:], strict=False)) and all(one.ms > 0 for one in found)
