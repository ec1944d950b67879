"""Promises of `blackboard`: an agent's whole work with it, and what it refuses, as an agent in a process of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from console.artifacts import OUTPUTS
from console.blackboard.writes.reviews import prepare_round
from console.blackboard.writes.tasks import cancel_task, hold_task, set_workplace
from console.records.actor import SCHEDULER
from tests.agent import BOSS, Desk, blackboard
from tests.repository import ROOT

RUBRIC = {"correct": 2.0, "clear": 1.0}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def round_for(desk: Desk, *reviewers: str) -> int:
    """Seats for the open round of review 1; the id of the first."""
    db = desk.open()
    (number,) = db.execute("SELECT round FROM reviews WHERE id = 1").fetchone()
    prepare_round(
        db, 1, number, reviewers=list(reviewers), max_rounds=3, threshold=0.7, rubric=RUBRIC, by=SCHEDULER, now=desk.now()
    )  # fmt: skip
    (seat,) = db.execute("SELECT min(id) FROM seats WHERE round = ?", (number,)).fetchone()
    db.close()
    return int(seat)


# --- one agent's work


def test_an_agent_works_from_claim_to_submit_and_a_reviewer_answers(desk: Desk) -> None:
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
    set_workplace(db, task, folder=str(tree), branch=branch, by=SCHEDULER, now=desk.now())
    db.close()
    desk.claim("--task", str(task))
    (tree / "a.txt").write_text("two\n")
    (tree / "新.txt").write_text("new\n")
    assert desk("submit", "--summary", "changed", cwd=tree).code == 0
    (output,) = desk.rows("SELECT path, kind FROM outputs")
    assert output["kind"] == "diff"
    text = (desk.folder / "artifacts" / str(task) / output["path"]).read_text()
    assert "+two" in text and "+new" in text


def test_a_worktree_that_git_cannot_read_never_stops_a_submit(desk: Desk, tmp_path: Path) -> None:
    task = desk.task()
    db = desk.open()
    set_workplace(db, task, folder=str(tmp_path), branch="b", by=SCHEDULER, now=desk.now())
    db.close()
    desk.claim("--task", str(task))
    assert desk("submit", "--summary", "done").code == 0
    assert "could not be recorded" in desk.rows("SELECT body FROM observations")[0]["body"]


# --- refusals


def test_a_stale_fence_ends_with_4_and_names_the_holder(desk: Desk) -> None:
    task = desk.task()
    desk.claim("--task", str(task))
    stale = dict(desk.context)
    assert desk("release", "--reason", "x").code == 0
    desk.leave()
    desk.claim("--task", str(task), agent="lead")
    (desk.folder / "f.txt").write_text("x")
    for words in (
        ("claim",), ("renew",), ("comment", "x"), ("submit", "--summary", "x"), ("output", "f.txt", "--copy"),
        ("create", "--title", "x"), ("decide", "x"), ("observe", "x"), ("experience", "--title", "t", "--body", "b"),
        ("release",),
    ):  # fmt: skip
        done = blackboard(*words, cwd=desk.folder, **stale)
        assert (done.code, done.err.count("\n")) == (4, 1), words
        assert "lead holds it" in done.err, words
    assert len(desk.rows("SELECT id FROM tasks")) == 1
    assert not (desk.folder / "artifacts" / str(task) / OUTPUTS / "f.txt").exists()


def test_a_second_claim_names_the_holder_and_eight_at_once_give_one_session(desk: Desk) -> None:
    task = desk.task()
    words = ["claim", "--task", str(task), "--agent", "dev", "--home", str(desk.home.path), "--project", "quant"]
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "console.cli.blackboard", *words]
    running = [subprocess.Popen(command, env=environ, stdout=-3, stderr=-1, text=True) for _ in range(8)]
    ends = [(p.communicate(timeout=60)[1], p.returncode) for p in running]
    assert sorted(code for _, code in ends) == [0, 4, 4, 4, 4, 4, 4, 4]
    assert all("claimed by dev" in said for said, code in ends if code == 4)
    assert len(desk.rows("SELECT id FROM sessions")) == 1


def test_what_may_not_be_claimed_is_refused_with_4(desk: Desk) -> None:
    held, gone, mine = desk.task(), desk.task(), desk.task(assignee="lead")
    db = desk.open()
    hold_task(db, held, reason="wait for data", by=BOSS, now=desk.now())
    cancel_task(db, gone, by=BOSS, now=desk.now())
    free = desk.task()
    for task, says in ((held, "wait for data"), (gone, "cancelled"), (mine, "lead")):
        done = desk("claim", "--task", str(task), "--agent", "dev")
        assert (done.code, says in done.err) == (4, True), done.err
    db.execute("UPDATE project SET archived = 1")
    assert desk("claim", "--task", str(free), "--agent", "dev").code == 4
    db.execute("UPDATE project SET archived = 0, paused_at = 1")
    assert "paused" in desk("claim", "--task", str(free), "--agent", "dev").err
    db.execute("UPDATE project SET paused_at = NULL")
    db.close()
    from console.blackboard.connection import open_home
    from console.blackboard.writes.home import set_flag

    state = open_home(desk.home.state_db)
    set_flag(state, "estop", by=BOSS, now=1)
    state.close()
    assert "the home is paused" in desk("claim", "--task", str(free), "--agent", "dev").err


WRONG: tuple[tuple[str, ...], ...] = (
    (),
    ("nothing",),
    ("submit",),
    ("submit", "--summary", "x"),
    ("claim", "--task", "1"),
    ("claim", "--task", "1", "--agent", "../x"),
    ("read", "--task", "x#1x"),
    ("comment", "x", "--fence", "1"),
    ("create", "--title", " "),
    ("create", "--title", "t" * 501),
    ("create", "--title", "x", "--priority", "9"),
    ("create", "--title", "x", "--assignee", "nobody"),
    ("create", "--title", "x", "--review", "nope"),
    ("create", "--title", "x", "--deadline", "soon"),
    ("create", "--title", "x", "--review", "plan_review", "--no-review"),
    ("comment", "x" * 100_001, "--task", "1"),
    ("comment", "\x1b[2J\x07", "--task", "1"),
    ("observe", "x", "--level", "loud"),
    ("read", "--project", "../../etc"),
)


def test_wrong_input_ends_with_2_and_one_line(desk: Desk) -> None:
    desk.task()
    for words in WRONG:
        done = desk(*words)
        assert (done.code, done.out, done.err.count("\n")) == (2, "", 1), words


def test_control_characters_markup_and_secrets_are_stored_harmless(desk: Desk) -> None:
    secret = "ghp_" + "a1B2" * 10
    desk("create", "--title", f"a\x1b]52;c;x\x07b\x1b[31m [red]c[/red]\n{secret}", "--body", f"\x9b2Jx\u202e {secret}")
    (row,) = desk.rows("SELECT title, body FROM tasks")
    assert row["title"] == "ab [red]c[/red] [redacted]"
    assert row["body"] == "x [redacted]"
    text = desk("read", "--task", "1").out
    assert "\x1b" not in text and secret not in text


def test_help_of_every_command_fits_the_page(desk: Desk) -> None:
    from console.cli.blackboard import COMMANDS

    assert all(name in blackboard("--help").out for name in COMMANDS)
    for name in ("review", "create"):
        assert blackboard(name, "--help").out.startswith(f"usage: blackboard {name} ")


# --- faults


def test_a_locked_blackboard_ends_with_5(desk: Desk) -> None:
    desk.task()
    db = desk.open()
    db.execute("BEGIN IMMEDIATE")
    done = desk("comment", "x", "--task", "1", MOZIPLUS_LOCK_PATIENCE="0.2")
    assert (done.code, "locked" in done.err, done.err.count("\n")) == (5, True, 1)
    assert desk("read", "--task", "1").code == 0
    db.execute("ROLLBACK")
    db.close()


def test_a_missing_damaged_newer_or_foreign_blackboard_ends_with_5_and_says_which(desk: Desk) -> None:
    desk.task()
    file = desk.folder / "blackboard.db"
    db = desk.open()
    db.execute("PRAGMA user_version = 99")
    db.close()
    assert "update moziplus" in desk("read").err
    file.rename(desk.folder / "kept")
    assert (desk("read").code, "missing" in desk("read").err) == (5, True)
    file.write_bytes(b"not a database at all" * 100)
    assert desk("read").code == 5
    content = bytearray((desk.folder / "kept").read_bytes())
    content[4096 * 2 : 4096 * 20] = b"\xff" * (4096 * 18)
    file.write_bytes(content)
    done = desk("comment", "x", "--task", "1")
    assert (done.code, done.err.count("\n")) == (5, 1)


def test_a_folder_that_may_not_be_written_ends_with_5() -> None:
    place = Path(tempfile.mkdtemp(prefix="moziplus-"))  # pytest's own folder is closed to the user taken below
    place.chmod(0o755)
    desk = Desk(place)
    desk.task()
    nobody = os.geteuid() == 0  # root may write everywhere, so it becomes somebody else once all is imported
    for path in (place / "home", *(place / "home").rglob("*")):
        os.chown(path, 65534 if nobody else -1, -1)
    desk.folder.chmod(0o500)
    (desk.folder / "blackboard.db").chmod(0o400)
    script = (
        "import os; from console.blackboard.reads import sessions; from console.cli.blackboard_commands import comment\n"
        "from console.cli.blackboard import main, parser_of\nparser_of('comment')\n"
        f"if {nobody}: os.setuid(65534)\nmain(['comment', 'x', '--task', '1'])"
    )
    environ = {**os.environ, **desk.context, "PYTHONPATH": str(ROOT)}
    try:
        done = subprocess.run([sys.executable, "-c", script], env=environ, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr.count("\n")) == (5, 1), done
    finally:
        desk.folder.chmod(0o700)
        shutil.rmtree(place)


def test_no_home_and_no_project_end_with_3_and_make_nothing(desk: Desk, tmp_path: Path) -> None:
    away = tmp_path / "away"
    away.mkdir()
    assert blackboard("read", "--project", "x", "--home", str(away)).code == 3
    assert blackboard("read", "--project", "x", cwd=away, HOME=str(away)).code == 3
    assert list(away.iterdir()) == []
    assert desk("read", "--project", "nope").code == 3
