"""Promises of the log: it tells of sessions, verdicts, rebuttals and holds whoever did them, and is silent otherwise."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from console.blackboard.writes.tasks import hold_task, release_task
from console.engine.chronicle import Chronicle, meanwhile, news, write_down
from console.records.review import Verdict
from console.records.session import SessionStatus
from tests.boards import BOSS, Board


@pytest.fixture
def told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> list[str]:
    """What the log says of a task that was changed, argued about, approved; and of one that failed and was held."""
    board = Board(tmp_path / "quant")
    cursor, nothing = news(board.db, None)
    assert nothing == []
    board.task("judged", reviews=("output_review",))
    board.work(1)
    board.verdict(Verdict.REQUEST_CHANGES)
    board.work(1, rebuttal="it is right")
    board.verdict(Verdict.APPROVE)
    board.task("fails {project}")
    board.gone(board.claim(2), SessionStatus.FAILED, counted=True, failure="exit code 3")
    hold_task(board.db, 2, rule="no-rm", reason="ask {first}", by=BOSS, now=board.now())
    cursor, lines = news(board.db, cursor)
    release_task(board.db, 2, by=BOSS, now=board.now())
    cursor, more = news(board.db, cursor)
    lines += more
    with caplog.at_level(logging.INFO, "moziplus"):
        write_down("quant", lines)
    assert news(board.db, cursor)[1] == [], "nothing happened, nothing is said"
    board.close()
    return [record.getMessage() for record in caplog.records]


def test_a_grep_finds_what_the_seed_promises(told: list[str]) -> None:
    text = "\n".join(told)
    assert sum(line.startswith("Spawning dev on quant#1, attempt 1, session ") for line in told) == 2
    assert "review 1 (output_review) of quant#1: opened" in text
    assert "of quant#1: rebuttal of dev for round 2" in text
    assert "says request_changes in round 1" in text and "says approve in round 2" in text
    assert "quant#2: pending → held by operator (no-rm: ask {first})" in text
    assert "quant#2: held → pending by operator" in text


def test_each_session_has_its_start_its_end_and_the_reason(told: list[str]) -> None:
    ends = [line for line in told if line.startswith("session ") and " ended after " in line]
    assert len(ends) == 5 and any(line.endswith(": failed (exit code 3)") for line in ends)


def test_what_happened_while_no_scheduler_was_in_charge_is_one_line_with_whoever_did_it(tmp_path: Path) -> None:
    board = Board(tmp_path)
    board.task(title="before")
    since = board.now()
    assert meanwhile(board.db, since) == ""
    for title in ("a", "b"):
        board.task(title=title)
    hold_task(board.db, 2, reason="wait", by=BOSS, now=board.now())
    told = meanwhile(board.db, since)
    board.close()
    assert told.startswith("{project}: meanwhile, since ") and "\n" not in told
    assert "2 tasks made" in told and "1 tasks held" in told and told.endswith(f"(by {BOSS.name})")


async def test_a_look_for_the_log_that_fails_fails_nothing_else_and_is_said_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def broken(*_: object) -> object:
        raise RuntimeError("no such table: events")

    chronicle = Chronicle("quant", since=1)
    with caplog.at_level(logging.WARNING, "moziplus"):
        await chronicle.follow(broken)
        await chronicle.follow(broken)
    assert [record.getMessage() for record in caplog.records] == [
        "quant: what happens there cannot be told in this log: no such table: events"
    ]
