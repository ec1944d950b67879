"""Promises of `blackboard`: an agent's whole work with it, and what it refuses, as an agent in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from console.artifacts import OUTPUTS
from console.blackboard.writes.rounds import prepare_round
from console.blackboard.writes.worktrees import set_worktree
from console.records.actor import SCHEDULER
from console.reviews.terms import Terms
from tests.agent import Desk

RUBRIC = {"correct": 2.0, "clear": 1.0}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def round_for(desk: Desk, *reviewers: str, **terms: Any) -> int:
    """Seats for the open round of review 1; the id of the first."""
    db = desk.open()
    (number,) = db.execute("SELECT round FROM reviews WHERE id = 1").fetchone()
    prepare_round(db, 1, number, reviewers=reviewers, terms=Terms(rubric=RUBRIC, **terms), by=SCHEDULER, now=desk.now())
    (seat,) = db.execute("SELECT min(id) FROM seats WHERE round = ?", (number,)).fetchone()
    db.close()
    return int(seat)


# --- one agent's work


def test_an_agent_works_from_claim_to_submit(desk: Desk) -> None:
    task = desk.task("量化回测", body="do it", reviews=("output_review",))
    claimed = desk.claim("--task", f"quant#{task}")
    assert set(claimed) == {
        *("project", "task", "seat", "agent", "session", "fence"),
        *("backend", "status", "attempt", "lease_until"),
    }
    assert (claimed["backend"], claimed["status"], claimed["fence"]) == ("external", "running", 1)
    assert desk("claim", "--json").record["session"] == claimed["session"]
    assert "量化回测" in desk("read").out
    out = desk.folder / "artifacts" / str(task) / OUTPUTS
    out.mkdir(parents=True)
    (out / "report.md").write_text("fine\n")
    recorded = desk("output", "report.md", "--kind", "report", "--json", cwd=out).record
    assert (recorded["path"], recorded["kind"], recorded["version"], recorded["size"]) == (
        *("outputs/report.md", "report", 1, 5),
    )
    assert desk("comment", "half done", "--type", "handoff", "--json").record["type"] == "handoff"
    assert desk("decide", "use parquet", "--reason", "smaller", "--json").record["decision"] == 1
    assert desk("usage", "--tokens", "7", "--cost", "0.5", "--json").record["tokens"] == 7
    assert desk("usage", "--tokens", "3", "--json").record["tokens"] == 10
    assert desk("experience", "--title", "t", "--body", "b", "--tag", "x,y", "--json").record["tags"] == ["x", "y"]
    part = desk("create", "--title", "a part", "--no-review", "--json").record
    assert (part["parent"], part["reviews"]) == (task, [])
    first = desk("submit", "--summary", "all done", "--json")
    assert first.record == {"project": "quant", "task": task, "status": "review"}
    assert desk("submit", "--summary", "all done", "--json").record == first.record


def test_a_reviewer_asks_for_changes_and_the_author_answers(desk: Desk) -> None:
    task = desk.task(reviews=("output_review",))
    desk.claim("--task", str(task))
    assert desk("submit", "--summary", "all done").code == 0
    desk.leave()
    desk.claim("--seat", str(round_for(desk, "rev")), agent="rev")
    assert "You review this work" in desk("read").out
    assert desk("review", "--verdict", "approve", "--score", "correct=0.9").code == 2
    given = desk(
        *("review", "--verdict", "request-changes", "--comment", "close", "--json"),
        *("--finding", "outputs/report.md:3: the sum is wrong", "--finding", "no chart"),
    )
    assert given.record["status"] == "changes_requested"
    (verdict,) = desk.rows("SELECT findings FROM verdicts")
    assert json.loads(verdict["findings"]) == [
        {"text": "the sum is wrong", "path": "outputs/report.md", "line": 3},
        {"text": "no chart"},
    ]
    desk.leave()

    desk.claim("--task", str(task))
    assert "the sum is wrong" in desk("read").out
    assert desk("submit", "--summary", "again", "--rebuttal", "no chart was asked for").code == 0
    assert desk.rows("SELECT rebuttal FROM submissions WHERE round = 2") == [{"rebuttal": "no chart was asked for"}]


def test_an_approval_below_a_gate_counts_as_changes_and_is_answered_by_its_number(desk: Desk) -> None:
    task = desk.task(reviews=("output_review",))
    desk.claim("--task", str(task))
    assert desk("submit", "--summary", "all done").code == 0
    desk.leave()
    desk.claim("--seat", str(round_for(desk, "rev", gates={"correct": 0.6}, debate=True)), agent="rev")
    assert "correct (weight 2, gate 0.6)" in desk("read").out
    given = desk("review", "--verdict", "approve", "--score", "correct=0.5", "--score", "clear=1")
    assert "it counts as request changes (correct 0.50 is below its gate 0.60)" in given.out
    desk.leave()

    desk.claim("--task", str(task))
    assert "1. correct 0.50 is below its gate" in desk("read").out
    for wrong in ("x", "1", "1=", "0=x", "a=x"):
        assert desk("submit", "--summary", "again", "--answer", wrong).code == 2
    assert "no answer to finding 1" in desk("submit", "--summary", "again").err
    assert desk("submit", "--summary", "again", "--answer", "1=it is right now").code == 0
    (stored,) = desk.rows("SELECT answers FROM submissions WHERE round = 2")
    assert json.loads(stored["answers"]) == [{"finding": 1, "text": "it is right now"}]


def test_release_gives_the_task_back_and_renew_keeps_it(desk: Desk) -> None:
    task = desk.task()
    before = desk.claim("--task", str(task), "--lease", "60")["lease_until"]
    assert desk("renew", "--lease", "600", "--json").record["lease_until"] > before
    assert desk("release", "--reason", "no data", "--json").record["status"] == "pending"
    assert desk("renew").code == 4


def test_reading_needs_no_claim_and_lists_the_open_tasks(desk: Desk) -> None:
    desk.task("first", body="secret body")
    desk.task("第二", role="developer")
    listed = desk("read", "--json").records
    assert [(t["id"], t["title"], "body" in t) for t in listed] == [(1, "first", False), (2, "第二", False)]
    text = desk("read").out.splitlines()
    assert [line.split()[0] for line in text] == ["TASK", "#1", "#2"]
    assert desk("read", "--task", "2", "--json").record["task"]["title"] == "第二"
    assert desk("read", "--task", "9").code == 3


def test_long_texts_may_come_by_stdin(desk: Desk) -> None:
    task = desk.task()
    desk.claim("--task", str(task))
    assert desk("comment", "-", stdin="line 1\nline 2\n").code == 0
    assert desk.rows("SELECT body FROM comments") == [{"body": "line 1\nline 2"}]


def test_the_same_key_creates_one_task(desk: Desk) -> None:
    first = desk("create", "--title", "x", "--key", "k1", "--json").record
    assert desk("create", "--title", "x", "--key", "k1", "--json").record == first
    assert len(desk.rows("SELECT id FROM tasks")) == 1


# --- outputs


def test_a_path_that_leaves_is_refused_and_the_reason_recorded(desk: Desk, tmp_path: Path) -> None:
    task = desk.task()
    desk.claim("--task", str(task))
    folder = desk.folder / "artifacts" / str(task)
    (folder / OUTPUTS).mkdir(parents=True)
    (tmp_path / "secret.txt").write_text("s")
    (folder / OUTPUTS / "link").symlink_to(tmp_path / "secret.txt")
    for path in ("../../../../../secret.txt", "outputs/link"):
        done = desk("output", path, cwd=folder)
        assert (done.code, done.err.count("\n")) == (2, 1), path
    notes = desk.rows("SELECT body, task_id, session FROM observations")
    assert [(n["task_id"], n["session"]) for n in notes] == [(task, desk.context["MOZIPLUS_SESSION"])] * 2
    assert all("was refused" in n["body"] for n in notes)
    assert desk.rows("SELECT * FROM outputs") == []
    assert desk("output", str(tmp_path / "secret.txt"), "--copy").code == 0


def test_a_device_a_pipe_and_a_database_are_refused_at_once(desk: Desk) -> None:
    task = desk.task()
    desk.claim("--task", str(task))
    folder = desk.folder / "artifacts" / str(task)
    folder.mkdir(parents=True)
    os.mkfifo(folder / "pipe")
    for path in ("pipe", "/dev/zero", "../../blackboard.db", "missing", "."):
        done = desk("output", path, "--copy", cwd=folder)
        assert (done.code, done.err.count("\n")) == (2, 1), path


def test_a_file_of_the_folder_that_the_session_works_in_is_copied(desk: Desk, tmp_path: Path) -> None:
    task = desk.task()
    claimed = desk.claim("--task", str(task))
    work, session = tmp_path / "work", tmp_path / "session"
    (work / "src").mkdir(parents=True)
    session.mkdir()
    (work / "src" / "a.py").write_text("pass\n")
    (session / "start.json").write_text(json.dumps({"cwd": str(work)}))
    db = desk.open()
    db.execute("UPDATE sessions SET folder = ? WHERE id = ?", (str(session), claimed["session"]))
    db.close()
    made = desk("output", "a.py", "--json", cwd=work / "src").record
    assert (made["path"], made["copied"]) == ("outputs/src/a.py", True)
    assert (desk.folder / "artifacts" / str(task) / made["path"]).read_text() == "pass\n"
    (work / "src" / "a.py").write_text("again\n")
    assert desk("output", "a.py", "--json", cwd=work / "src").record["version"] == 2


def test_a_submit_from_a_git_worktree_brings_its_diff(desk: Desk, tmp_path: Path) -> None:
    task = desk.task()
    main, tree = tmp_path / "main", tmp_path / "tree"
    main.mkdir()
    (main / "a.txt").write_text("one\n")
    branch = f"moziplus/quant/{task}"
    for command in (
        ["init", "-q"],
        ["add", "."],
        ["commit", "-qm", "x"],
        ["worktree", "add", "-qb", branch, str(tree)],
    ):
        subprocess.run(["git", *command], cwd=main, check=True, capture_output=True)
    db = desk.open()
    base = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=main, check=True, capture_output=True, text=True
    ).stdout.strip()
    where: dict[str, Any] = {
        "folder": str(tree),
        "branch": branch,
        "repository": str(main),
        "base": base,
        "target": None,
    }
    set_worktree(db, task, **where, ready=True, by=SCHEDULER, now=desk.now())
    db.close()
    desk.claim("--task", str(task))
    (tree / "a.txt").write_text("two\n")
    (tree / "新.txt").write_text("new\n")
    assert desk("submit", "--summary", "changed", cwd=tree).code == 0
    (output,) = desk.rows("SELECT path, kind FROM outputs")
    assert output["kind"] == "diff"
    text = (desk.folder / "artifacts" / str(task) / output["path"]).read_text()
    assert "+two" in text and "+new" in text and "b/新.txt" in text


def test_a_worktree_that_git_cannot_read_never_stops_a_submit(desk: Desk, tmp_path: Path) -> None:
    task = desk.task()
    db = desk.open()
    where: dict[str, Any] = {
        "folder": str(tmp_path),
        "branch": "b",
        "repository": str(tmp_path),
        "base": "",
        "target": None,
    }
    set_worktree(db, task, **where, ready=True, by=SCHEDULER, now=desk.now())
    db.close()
    desk.claim("--task", str(task))
    assert desk("submit", "--summary", "done").code == 0
    assert "could not be recorded" in desk.rows("SELECT body FROM observations")[0]["body"]
