"""Promises of the distillation: a full tag becomes one task, each experience is taken once, whoever asks and dies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap

import pytest

from console.blackboard.reads.experiences import get_experience, list_experiences, members_of, tag_counts
from console.blackboard.reads.learning import distillation_of_task, learning
from console.blackboard.reads.notes import open_causes
from console.blackboard.reads.reviews import list_reviews
from console.blackboard.reads.tasks import get_task, list_tasks
from console.blackboard.writes.distillations import (
    begin_distillation,
    drop_distillation,
    finish_distillation,
    refuse_skill,
)
from console.blackboard.writes.experiences import expire_experiences, record_experience
from console.blackboard.writes.outputs import record_output
from console.blackboard.writes.tasks import cancel_task, retry_task
from console.blackboard.writes.verdicts import operator_verdict
from console.errors import Conflict
from console.prompts.distil import SKILL_FILES
from console.records.actor import SCHEDULER, Actor, Origin
from console.records.learning import DistillationStatus
from console.records.review import Verdict
from console.records.task import Task, TaskKind
from tests.boards import BOSS, Board
from tests.repository import ROOT


def learn(board: Board, count: int, *tags: str) -> list[int]:
    return [
        record_experience(
            board.db, title=f"{tags} {n}", body=f"body {board.now()}", tags=tags, by=BOSS, now=board.now()
        )
        for n in range(count)
    ]


def begin(board: Board, tag: str = "csv", threshold: int = 5, role: str | None = None) -> Task | None:
    return begin_distillation(board.db, tag, threshold=threshold, role=role, by=SCHEDULER, now=board.now())


def begun(board: Board, tag: str = "csv") -> Task:
    task = begin(board, tag)
    assert task is not None
    return task


def done(board: Board, task: Task) -> None:
    """The distillation's task is worked on and approved."""
    session = board.claim(task.id)
    who = Actor(name=session.agent, origin=Origin.AGENT, session=session.id)
    for path in task.expect:
        record_output(board.db, task.id, path=path, sha256="0" * 64, size=1, by=who, now=board.now())
    board.submit(session)
    (review,) = [found.id for found, _ in list_reviews(board.db) if found.task_id == task.id and found.status == "open"]
    operator_verdict(board.db, review, verdict=Verdict.APPROVE, by=BOSS, now=board.now())


def statuses(board: Board) -> list[str]:
    return [str(found.status) for found in reversed(list_experiences(board.db, every=True))]


def test_a_full_tag_becomes_one_task_that_says_what_is_wanted(board: Board) -> None:
    numbers = learn(board, 5, "csv")
    task = begin(board, role="lead")
    assert task is not None
    assert (task.kind, task.role, task.reviews, task.expect) == (
        TaskKind.DISTIL,
        "lead",
        ("output_review",),
        SKILL_FILES,
    )
    assert task.title == "Distil 5 experiences on csv into a skill"
    assert all(f"## Experience {number}:" in task.body for number in numbers)
    distillation = distillation_of_task(board.db, task.id)
    assert [found.id for found in members_of(board.db, distillation.id)] == numbers
    assert learning(board.db).distillations == (distillation,)
    assert begin(board) is None


def test_below_the_threshold_and_for_an_unknown_tag_nothing_happens(board: Board) -> None:
    learn(board, 4, "csv")
    assert begin(board) is None and begin(board, "other") is None
    assert list_tasks(board.db) == ()


def test_what_one_distillation_took_counts_for_no_other(board: Board) -> None:
    learn(board, 5, "csv", "io")
    begun(board)
    assert [(t.tag, t.active, t.waiting) for t in tag_counts(board.db)] == [("csv", 5, 0), ("io", 5, 0)]
    assert learning(board.db).tags == ()
    assert begin(board, "io") is None
    learn(board, 4, "csv")
    assert begin(board) is None, "the first is still open, and there are only four"


def test_many_are_taken_in_portions_oldest_first(board: Board) -> None:
    numbers = learn(board, 27, "csv")
    first = begun(board)
    assert [m.id for m in members_of(board.db, distillation_of_task(board.db, first.id).id)] == numbers[:20]
    assert begin(board) is None, "one at a time"
    done(board, first)
    finish_distillation(board.db, first.id, skill="csv@1.0", by=SCHEDULER, now=board.now())
    second = begun(board)
    assert [m.id for m in members_of(board.db, distillation_of_task(board.db, second.id).id)] == numbers[20:]


def test_when_the_skill_is_installed_its_experiences_are_distilled_once(board: Board) -> None:
    learn(board, 6, "csv")
    task = begun(board)
    done(board, task)
    assert finish_distillation(board.db, task.id, skill="csv@1.0", by=SCHEDULER, now=board.now())
    before = board.db.execute("SELECT count(*) FROM events").fetchone()[0]
    assert not finish_distillation(board.db, task.id, skill="csv@1.0", by=SCHEDULER, now=board.now())
    assert board.db.execute("SELECT count(*) FROM events").fetchone()[0] == before
    assert statuses(board) == ["distilled"] * 6
    settled = distillation_of_task(board.db, task.id)
    assert (settled.status, settled.skill) == (DistillationStatus.DONE, "csv@1.0")
    assert get_task(board.db, task.id).applied_at is not None
    assert learning(board.db).distillations == ()
    told = board.db.execute(
        "SELECT actor, old, new FROM events WHERE entity = 'experience' AND kind = 'status'"
    ).fetchall()
    assert [tuple(row) for row in told] == [("scheduler", "active", "distilled")] * 6


def test_nothing_is_distilled_before_the_task_is_done(board: Board) -> None:
    learn(board, 5, "csv")
    task = begun(board)
    assert not finish_distillation(board.db, task.id, skill="csv@1.0", by=SCHEDULER, now=board.now())
    assert not refuse_skill(board.db, task.id, reason="x", by=SCHEDULER, now=board.now())
    assert not drop_distillation(board.db, task.id, by=SCHEDULER, now=board.now())
    assert statuses(board) == ["active"] * 5


def test_a_cancelled_one_is_dropped_and_its_tag_waits_for_new_experiences(board: Board) -> None:
    learn(board, 5, "csv")
    task = begun(board)
    cancel_task(board.db, task.id, by=BOSS, now=board.now())
    assert drop_distillation(board.db, task.id, by=SCHEDULER, now=board.now())
    assert not drop_distillation(board.db, task.id, by=SCHEDULER, now=board.now())
    learn(board, 4, "csv")
    assert begin(board) is None
    fresh = learn(board, 1, "csv")
    second = begun(board)
    members = [m.id for m in members_of(board.db, distillation_of_task(board.db, second.id).id)]
    assert len(members) == 5 and members[-1] == fresh[0]


def test_a_dropped_one_that_is_retried_makes_its_skill_after_all(board: Board) -> None:
    learn(board, 5, "csv")
    task = begun(board)
    cancel_task(board.db, task.id, by=BOSS, now=board.now())
    drop_distillation(board.db, task.id, by=SCHEDULER, now=board.now())
    retry_task(board.db, task.id, by=BOSS, now=board.now())
    done(board, task)
    assert [d.task_id for d in learning(board.db).distillations] == [task.id]
    assert finish_distillation(board.db, task.id, skill="csv@1.0", by=SCHEDULER, now=board.now())
    assert statuses(board) == ["distilled"] * 5


def test_a_bad_skill_is_told_and_waits_for_the_operator_until_a_good_one_comes(board: Board) -> None:
    learn(board, 5, "csv")
    task = begun(board)
    done(board, task)
    for _ in range(2):
        refuse_skill(board.db, task.id, reason="SKILL.md has no steps", by=SCHEDULER, now=board.now())
    assert board.status(task.id) == "review"
    assert open_causes(board.db) == {f"skill:{task.id}"}
    (review,) = [found for found, _ in list_reviews(board.db) if found.status == "escalated"]
    assert (review.escalated_to, review.reason) == (
        "operator",
        f"task #{task.id} handed in no skill that can be used: SKILL.md has no steps",
    )
    operator_verdict(
        board.db, review.id, verdict=Verdict.REQUEST_CHANGES, comment="add steps", by=BOSS, now=board.now()
    )
    done(board, task)
    assert finish_distillation(board.db, task.id, skill="csv@1.0", by=SCHEDULER, now=board.now())
    assert open_causes(board.db) == frozenset()


def test_a_bad_skill_that_something_was_built_upon_is_told_and_not_tried_for_ever(board: Board) -> None:
    learn(board, 5, "csv")
    task = begun(board)
    after = board.task(after=(task.id,))
    done(board, task)
    board.claim(after.id)
    assert refuse_skill(board.db, task.id, reason="no steps", by=SCHEDULER, now=board.now())
    assert open_causes(board.db) == {f"skill:{task.id}"}
    assert learning(board.db).distillations == ()
    assert distillation_of_task(board.db, task.id).status == DistillationStatus.DROPPED


def test_what_is_being_distilled_counts_as_referred_to(board: Board) -> None:
    numbers = learn(board, 5, "csv")
    recorded = get_experience(board.db, numbers[0]).at
    begun(board)
    assert expire_experiences(board.db, before=recorded + 4000, by=SCHEDULER, now=board.now()) == ()


def test_an_archived_project_distils_nothing(board: Board) -> None:
    learn(board, 5, "csv")
    board.db.execute("UPDATE project SET archived = 1")
    with pytest.raises(Conflict):
        begin(board)
    assert tag_counts(board.db)[0].waiting == 5


RACER = textwrap.dedent("""
    import sys
    from pathlib import Path
    from console.blackboard.connection import open_project
    from console.blackboard.writes.distillations import begin_distillation, finish_distillation
    from console.blackboard.writes.experiences import expire_experiences
    from console.records.actor import SCHEDULER

    db, what, task = open_project(Path(sys.argv[1])), sys.argv[2], int(sys.argv[3])
    print("ready", flush=True)
    sys.stdin.readline()
    for n in range(5):
        if what == "begin":
            for tag in ("csv", "io", "all"):
                begin_distillation(db, tag, threshold=5, role=None, by=SCHEDULER, now=9_000_000)
        elif what == "finish":
            finish_distillation(db, task, skill="csv@1.0", by=SCHEDULER, now=9_000_000)
        else:
            expire_experiences(db, before=9_000_000, by=SCHEDULER, now=9_000_001)
""")


def race(board: Board, what: str, task: int = 0, count: int = 4, **environ: str) -> list[int]:
    """So many processes that do `what` at once; how each ended."""
    command = [sys.executable, "-c", RACER, str(board.folder), what, str(task)]
    env = {**os.environ, "PYTHONPATH": str(ROOT), **environ}
    racers = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=env)
        for _ in range(count)
    ]
    for racer in racers:
        assert racer.stdout is not None and racer.stdout.readline() == "ready\n"
    for racer in racers:
        racer.communicate("go\n", timeout=60)
    return [racer.returncode for racer in racers]


def test_whoever_races_to_distil_an_experience_is_taken_once(board: Board) -> None:
    learn(board, 7, "csv", "io", "all")
    learn(board, 7, "io", "all")
    assert race(board, "begin") == [0] * 4
    taken = [found.distillation for found in list_experiences(board.db)]
    tasks = list_tasks(board.db)
    assert len(tasks) == len({t.title for t in tasks}) == 2
    assert None not in taken and len(taken) == 14


def test_whoever_races_to_finish_or_to_deprecate_does_it_once(board: Board) -> None:
    learn(board, 5, "csv")
    task = begun(board)
    done(board, task)
    learn(board, 5, "other")
    assert race(board, "finish", task.id) == [0] * 4
    assert race(board, "expire") == [0] * 4
    rows = board.db.execute(
        "SELECT new, count(*) FROM events WHERE entity = 'experience' AND kind = 'status' GROUP BY id, new"
    )
    assert sorted(tuple(row) for row in rows) == [("deprecated", 1)] * 5 + [("distilled", 1)] * 5


@pytest.mark.parametrize("point", ["distil.before_commit", "distil.after_commit"])
def test_a_kill_while_the_task_is_made_leaves_all_or_nothing(board: Board, point: str) -> None:
    learn(board, 5, "csv")
    assert race(board, "begin", count=1, MOZIPLUS_CRASH_AT=point) == [-signal.SIGKILL]
    made = len(list_tasks(board.db))
    assert made == (1 if point == "distil.after_commit" else 0)
    assert tag_counts(board.db)[0].waiting == (0 if made else 5)
    race(board, "begin", count=2)
    assert len(list_tasks(board.db)) == 1


@pytest.mark.parametrize(("what", "point"), [("finish", "distilled.before_commit"), ("expire", "expire.before_commit")])
def test_a_kill_before_the_commit_of_an_end_changes_nothing(board: Board, what: str, point: str) -> None:
    learn(board, 5, "csv")
    task = begun(board)
    done(board, task)
    assert race(board, what, task.id, count=1, MOZIPLUS_CRASH_AT=point) == [-signal.SIGKILL]
    assert statuses(board) == ["active"] * 5
    race(board, what, task.id, count=1)
    assert statuses(board) == [{"finish": "distilled", "expire": "deprecated"}[what]] * 5
