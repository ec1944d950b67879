"""Promises of outputs as agents, reviewers and the operator meet them: in processes of their own, over real files."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from console.blackboard.writes.rounds import prepare_round
from console.records.actor import SCHEDULER
from console.reviews.terms import Terms
from tests.agent import Desk
from tests.program import moziplus
from tests.repository import ROOT


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def outputs(desk: Desk, task: int) -> Path:
    """The folder for outputs of a task."""
    folder = desk.folder / "artifacts" / str(task) / "outputs"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def seat(desk: Desk, round_: int) -> str:
    """A seat for rev in the open round of review 1."""
    db = desk.open()
    prepare_round(db, 1, round_, reviewers=["rev"], terms=Terms(rubric={"ok": 1.0}), by=SCHEDULER, now=desk.now())
    (found,) = db.execute("SELECT id FROM seats WHERE round = ?", (round_,)).fetchone()
    db.close()
    return str(found)


def test_a_submit_is_held_to_what_is_expected_and_names_each_thing_to_mend(desk: Desk) -> None:
    task = desk.task(expect=("report.md", "outputs/data.csv"))
    desk.claim("--task", str(task))
    assert "## Expected outputs" in desk("read").out
    folder = outputs(desk, task)
    (folder / "data.csv").write_text("1\n")
    refused = desk("submit", "--summary", "done")
    assert refused.code == 1 and refused.out == ""
    first, second = refused.err.splitlines()
    assert f"outputs/report.md is expected of this task and was not recorded: write it to {folder}/report.md" in first
    assert "outputs/data.csv is expected" in second and "it is there, so record it" in second
    (folder / "report.md").write_text("fine\n")
    for name in ("report.md", "data.csv"):
        assert desk("output", name, cwd=folder).code == 0
    (folder / "report.md").write_text("changed\n")
    refused = desk("submit", "--summary", "done")
    assert refused.code == 1 and "changed since it was recorded: record it again" in refused.err
    assert desk.rows("SELECT status FROM tasks") == [{"status": "working"}]
    assert desk("output", "report.md", cwd=folder).code == 0
    assert desk("submit", "--summary", "done", "--json").record["status"] == "done"
    assert desk("submit", "--summary", "done", "--json").record["status"] == "done"


def in_its_second_round(desk: Desk) -> None:
    """A task whose a.md changed since round 1 and whose old.bin went; rev has the seat of round 2."""
    task = desk.task(reviews=("output_review",))
    folder = outputs(desk, task)
    desk.claim("--task", str(task))
    assert desk("read", "--diff").code == 2
    (folder / "a.md").write_text("one\ntwo\n")
    (folder / "old.bin").write_bytes(b"\0" * 2000)
    for name in ("a.md", "old.bin"):
        desk("output", name, cwd=folder)
    desk("submit", "--summary", "first")
    desk.leave()
    desk.claim("--seat", seat(desk, 1), agent="rev")
    assert desk("read", "--json").record["changes"] is None
    whole = desk("read", "--diff")
    assert "outputs of round 1 against the beginning: 2 of 2 changed" in whole.out and "+two" in whole.out
    desk("review", "--verdict", "request_changes", "--finding", "more")
    desk.leave()
    desk.claim("--task", str(task))
    (folder / "a.md").write_text("one\n2 \x1b[31m\u202e\n")
    (folder / "old.bin").unlink()
    desk("output", "a.md", cwd=folder)
    assert desk("submit", "--summary", "second").code == 0
    desk.leave()
    desk.claim("--seat", seat(desk, 2), agent="rev")


def test_the_changes_between_two_rounds_are_shown_to_the_reviewer(desk: Desk) -> None:
    in_its_second_round(desk)
    plain = desk("read")
    assert "- outputs/a.md: changed, 8 B → " in plain.out and "- outputs/old.bin: removed, 2.0 kB" in plain.out
    assert "+2" not in plain.out
    lines = desk("read", "--diff").out
    assert "    -two\n    +2 \\x1b[31m\\u202e\n" in lines and "\x1b" not in lines and "\u202e" not in lines
    record = desk("read", "--diff", "--json").record["changes"]
    assert (record["from"], record["to"]) == (1, 2)
    changed, removed = record["outputs"]
    assert changed["diff"].splitlines()[0] == "@@ -1,2 +1,2 @@" and changed["after"]["version"] == 2
    assert removed["after"] is None and removed["note"] == "removed, 2.0 kB: binary" and removed["diff"] is None


def test_an_output_that_was_withdrawn_counts_no_more_and_its_file_stays(desk: Desk) -> None:
    task = desk.task(reviews=("output_review",), expect=("report.md",))
    folder = outputs(desk, task)
    desk.claim("--task", str(task))
    for name in ("report.md", "draft.md"):
        (folder / name).write_text("fine\n")
        assert desk("output", name, cwd=folder).code == 0
    for asked in (("draft.md",), ("outputs/report.md", "--json")):
        assert desk("output", *asked, "--withdraw").code == 0
    assert (folder / "draft.md").read_text() == "fine\n"
    assert desk("read", "--json").record["outputs"] == []
    refused = desk("submit", "--summary", "done")
    assert refused.code == 1 and "outputs/report.md is expected of this task" in refused.err
    assert desk("output", "report.md", cwd=folder).code == 0
    assert desk("submit", "--summary", "done").code == 0
    again = desk("output", "draft.md", "--withdraw", "--task", str(task))
    assert again.code != 0 and again.out == ""


def test_what_is_new_since_a_moment_is_read_alone(desk: Desk) -> None:
    task = desk.task()
    desk.claim("--task", str(task))
    desk("comment", "at first")
    at = desk("read", "--json").record["comments"][0]["at"]
    assert f"(info, {at[:16]}Z):\n> at first" in desk("read").out.replace("  ", " ") or at[:16] in desk("read").out
    later = "2999-01-01"
    assert desk("read", "--since", later).code == 2
    news = desk("read", "--since", at[:16] + "Z").out
    assert "at first" in news and "Since " in news
    assert "Nothing new." not in news
    assert "at first" in desk("read", "--since", "1h").out


def test_the_operator_sees_the_changes_between_any_two_rounds(desk: Desk) -> None:
    in_its_second_round(desk)
    home = desk.home.path
    shown = moziplus("review", "show", "1", home=home)
    assert "outputs of round 2 against round 1: 2 of 2 changed" in shown.out and "-two" not in shown.out
    assert "    -two\n" in moziplus("review", "show", "1", "--diff", home=home).out
    asked = moziplus("review", "show", "1", "--rounds", "0..1", "--diff", "--json", home=home).record["changes"]
    assert [(o["path"], o["change"]) for o in asked["outputs"]] == [
        *(("outputs/a.md", "added"), ("outputs/old.bin", "added")),
    ]
    for wrong in ("2..1", "x", "1..9"):
        assert moziplus("review", "show", "1", "--rounds", wrong, home=home).code == 2


def test_a_task_says_of_its_end_what_every_door_lets_it_say(desk: Desk) -> None:
    home = desk.home.path
    made = moziplus(
        *("task", "create", "--project", "quant", "--title", "t", "--expect", "a.md", "--expect", "b/c.md"),
        *("--on-failure", "undo", "--undo", "take it back", "--json"),
        home=home,
    ).record
    assert (made["expect"], made["on_failure"], made["undo"]) == (
        *(["outputs/a.md", "outputs/b/c.md"], "undo", "take it back"),
    )
    assert "expects" in moziplus("task", "show", "1", home=home).out
    edited = moziplus("task", "edit", "1", "--expect", "none", "--on-failure", "cancel", "--json", home=home).record
    assert (edited["expect"], edited["on_failure"]) == ([], "cancel")
    for wrong in (("--expect", "../x"), ("--on-failure", "undo")):
        assert moziplus("task", "create", "--project", "quant", "--title", "t", *wrong, home=home).code == 2
    part = desk("create", "--title", "part", "--expect", "p.md", "--on-failure", "cancel", "--json").record["task"]
    (row,) = desk.rows(f"SELECT expect, on_failure FROM tasks WHERE id = {part}")
    assert (json.loads(row["expect"]), row["on_failure"]) == (["outputs/p.md"], "cancel")


def test_a_name_is_the_same_however_its_accents_are_stored(desk: Desk) -> None:
    composed, apart = "r\xe9sum\xe9.md", "re\u0301sume\u0301.md"
    task = desk.task(expect=(composed,))
    desk.claim("--task", str(task))
    folder = outputs(desk, task)
    (folder / apart).write_text("fine\n")
    assert desk("output", composed, cwd=folder).code == 0
    assert desk("submit", "--summary", "done", "--json").record["status"] == "done"


def test_words_in_gbk_are_stored_readable(desk: Desk) -> None:
    task = desk.task()
    desk.claim("--task", str(task))
    environ = {**os.environ, **desk.context, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    for words, given in (([b"-"], "第一句"), (["第二句".encode("gbk")], "")):
        subprocess.run(
            [sys.executable, "-m", "console.cli.blackboard", "comment", *words],
            input=given.encode("gbk"),
            env=environ,
            cwd=desk.folder,
            check=True,
        )
    assert [row["body"] for row in desk.rows("SELECT body FROM comments ORDER BY id")] == ["第一句", "第二句"]
