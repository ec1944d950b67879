"""Promises of the driver against programs that do not keep the protocol: bounded, said in words, nothing left."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil
import pytest

from console.blackboard.reads.asks import list_asks, open_asks
from console.blackboard.writes.asks import answer_ask
from console.own_python import python_command
from console.records.actor import OPERATOR, Actor, Origin
from console.records.ending import Ending
from tests.live_sessions import CLOCK, Live, bearers, session_for, until
from tests.repository import ROOT

BOSS = Actor(name=OPERATOR, origin=Origin.CLI)


def live_for(tmp_path: Path, fault: str, **changes: Any) -> Live:
    command = [sys.executable, str(ROOT / "tests" / "acp_hostile.py"), fault]
    return session_for(tmp_path, command, backend="acp", usage={"form": "moziplus"}, **changes)


def started(live: Live) -> subprocess.Popen[bytes]:
    return subprocess.Popen([*python_command("console.agents.runner"), str(live.folder.path)])


def ended(live: Live, runner: subprocess.Popen[bytes]) -> Ending:
    assert runner.wait(120) == 0
    ending = live.folder.ending()
    assert ending is not None and live.folder.swept()
    assert bearers(live.spec.session) == []
    return ending


def run(tmp_path: Path, fault: str, **changes: Any) -> tuple[Live, Ending]:
    live = live_for(tmp_path, fault, **changes)
    return live, ended(live, started(live))


def said(live: Live) -> list[dict[str, Any]]:
    return [json.loads(line) for line in live.folder.output.read_text().splitlines() if line.startswith("{")]


def texts(live: Live) -> list[str]:
    return [entry["text"] for entry in said(live) if entry["kind"] == "text"]


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ("dies", "its program ended by itself (exit 3): panic: no such luck"),
        ("not_json", "its program ended by itself (exit 0): Welcome to the agent!"),
        ("version", "its program speaks version 7 of ACP; this is 1"),
        ("no_session", "its program opened no session: its answer names none"),
        ("half_line", "its program ended by itself (exit 4)"),
        ("fake_end", "its program ended by itself (exit 5)"),
        ("refuses", "it refused to go on"),
    ],
)
def test_what_goes_wrong_is_said_in_words(tmp_path: Path, fault: str, told: str) -> None:
    _, ending = run(tmp_path, fault)
    assert ending.failed and (ending.failure or "").startswith(told)
    assert ending.tokens == 0


def test_what_is_no_message_is_left_out_and_what_is_not_offered_refused(tmp_path: Path) -> None:
    live, ending = run(tmp_path, "noise")
    assert not ending.failed and ending.words.endswith("the end")
    assert "refused with -32601" in "".join(texts(live))
    assert "answered nothing that was asked" in " ".join(e.get("text", "") for e in said(live) if e["kind"] == "status")
    assert "· [info] not JSON at all" in live.folder.output.read_text()


def test_a_line_that_is_too_long_is_left_out_and_the_next_one_counts(tmp_path: Path) -> None:
    live, ending = run(tmp_path, "long_line")
    assert not ending.failed and ending.words == "the end"
    assert "too long for a message" in live.folder.output.read_text()
    assert live.folder.output.stat().st_size < 10_000


def test_an_endless_line_takes_no_memory_and_ends_with_its_time(tmp_path: Path) -> None:
    live = live_for(tmp_path, "endless", task_timeout=6)
    runner = started(live)
    until(lambda: "too long" in (live.folder.output.read_text() if live.folder.output.exists() else ""))
    driver = psutil.Process(runner.pid).children()[0]
    assert driver.memory_full_info().uss < 60_000_000
    assert ended(live, runner).timed_out


def test_a_flood_of_updates_is_bounded_and_what_is_left_out_is_counted(tmp_path: Path) -> None:
    live, ending = run(tmp_path, "flood")
    assert not ending.failed and ending.words.endswith("the end")
    assert live.folder.output.stat().st_size < 1_500_000
    assert any("entries were left out" in e.get("text", "") for e in said(live) if e["kind"] == "status")


def answer_all(live: Live, choice: str) -> None:
    db = live.open()
    for ask in open_asks(db):
        answer_ask(db, ask.id, choice, by=BOSS, now=CLOCK.now())
    db.close()


def count(live: Live) -> int:
    db = live.open()
    try:
        return len(list_asks(db))
    finally:
        db.close()


def test_a_number_that_is_used_again_is_another_request_with_an_answer_of_its_own(tmp_path: Path) -> None:
    live = live_for(tmp_path, "same_number")
    runner = started(live)
    until(lambda: count(live) == 1)
    answer_all(live, "yes")
    until(lambda: count(live) == 2)
    answer_all(live, "no")
    ended(live, runner)
    assert '["yes", "no"]' in "".join(texts(live))
    db = live.open()
    assert [ask.about.get("command") for ask in list_asks(db)] == ["three", "one"]
    db.close()


def test_more_requests_than_anybody_can_answer_are_turned_down(tmp_path: Path) -> None:
    live = live_for(tmp_path, "many")
    runner = started(live)
    ended(live, runner)
    assert "turned down 30" in "".join(texts(live))
    assert count(live) == 20


def test_leave_for_a_path_outside_says_so_and_is_a_high_risk(tmp_path: Path) -> None:
    live = live_for(tmp_path, "outside")
    runner = started(live)
    until(lambda: count(live) == 1)
    db = live.open()
    (ask,) = open_asks(db)
    db.close()
    assert ask.risk == "high" and "outside of its folders: /etc/passwd" in ask.body
    answer_all(live, "no")
    ended(live, runner)


def test_a_request_that_gives_nothing_to_choose_is_turned_down(tmp_path: Path) -> None:
    live, _ = run(tmp_path, "no_options")
    assert "cancelled" in "".join(texts(live))


def test_a_program_that_ignores_its_end_and_leaves_a_child_is_ended_for_certain(tmp_path: Path) -> None:
    _, ending = run(tmp_path, "stays")
    assert not ending.failed and ending.words == "the end"


def test_a_silent_program_is_ended_by_a_stop(tmp_path: Path) -> None:
    live = live_for(tmp_path, "silent")
    runner = started(live)
    until(lambda: len(psutil.Process(runner.pid).children(recursive=True)) == 2)
    live.folder.ask_to_stop("operator")
    os.kill(runner.pid, 15)
    assert ended(live, runner).stopped == "operator"
