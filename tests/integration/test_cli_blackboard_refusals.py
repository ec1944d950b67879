"""Promises of `blackboard` where it refuses: stale claims, wrong input, hostile text, blackboards that cannot be used."""

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
from console.blackboard.connection import open_home
from console.blackboard.writes.home import set_flag
from console.blackboard.writes.tasks import cancel_task, hold_task
from console.cli.blackboard import COMMANDS
from tests.agent import BOSS, Desk, blackboard
from tests.repository import ROOT


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


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


def test_a_claim_from_outside_must_fit_the_role_and_the_needs_of_the_task(desk: Desk) -> None:
    agents = {"dev": {"role": "developer", "capabilities": ["python"]}, "rev": {"role": "reviewer"}}
    (desk.home.config / "default.yaml").write_text(json.dumps({"agents": agents}))
    role, needs = desk.task(role="developer"), desk.task(needs=("python",))
    for task in (role, needs):
        for agent in ("rev", "guest"):
            assert desk("claim", "--task", str(task), "--agent", agent).code == 4
        assert desk("claim", "--task", str(task), "--agent", "dev").code == 0


def test_control_characters_markup_and_secrets_are_stored_harmless(desk: Desk) -> None:
    secret = "ghp_" + "a1B2" * 10
    desk("create", "--title", f"a\x1b]52;c;x\x07b\x1b[31m [red]c[/red]\n{secret}", "--body", f"\x9b2Jx\u202e {secret}")
    (row,) = desk.rows("SELECT title, body FROM tasks")
    assert row["title"] == "ab [red]c[/red] [redacted]"
    assert row["body"] == "x [redacted]"
    text = desk("read", "--task", "1").out
    assert "\x1b" not in text and secret not in text


def test_help_of_every_command_fits_the_page(desk: Desk) -> None:
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


def test_a_second_submit_is_harmless_when_it_says_the_same_and_refused_when_it_does_not(desk: Desk) -> None:
    desk.claim("--task", str(desk.task()))
    assert desk("submit", "--summary", "the sum is 42").code == 0
    again = desk("submit", "--summary", "the sum is 42")
    assert (again.code, "that stands" in again.out) == (0, True)
    other = desk("submit", "--summary", "the sum is 43")
    assert (other.code, other.err.count("\n"), "'the sum is 42'" in other.err) == (4, 1, True)


def test_the_same_file_recorded_as_something_else_is_another_version(desk: Desk) -> None:
    desk.claim("--task", str(desk.task()))
    (desk.folder / "f.txt").write_text("x")
    for kind, version in (("file", 1), ("file", 1), ("report", 2)):
        made = desk("output", "f.txt", "--copy", "--kind", kind, "--json").record
        assert (made["kind"], made["version"]) == (kind, version)
