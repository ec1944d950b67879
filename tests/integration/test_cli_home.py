"""Promises of the program itself: finding and making a home, options anywhere, exit codes, one line on stderr."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from console.cli.main import COMMANDS
from tests.program import moziplus
from tests.repository import ROOT


def test_init_makes_a_private_home_and_a_second_init_changes_nothing(tmp_path: Path) -> None:
    home = tmp_path / "new" / "home"
    made = moziplus("init", str(home), "--json").record
    assert (made["home"], made["created"], made["next"][0]) == (str(home), True, f"export MOZIPLUS_HOME={home}")
    mark = json.loads((home / "state" / "home.json").read_text())
    again = moziplus("--json", "init", str(home)).record
    assert (again["home"], again["created"]) == (str(home), False)
    assert json.loads((home / "state" / "home.json").read_text()) == mark
    assert {path.stat().st_mode & 0o077 for path in (home, *home.rglob("*"))} == {0}
    assert (home / "state" / "moziplus.db").stat().st_mode & 0o777 == 0o600


def test_git_sees_of_a_home_only_what_people_and_the_team_wrote(tmp_path: Path) -> None:
    home = tmp_path / "h"
    shown = moziplus("init", str(home)).out
    assert "Next:" in shown and f"export MOZIPLUS_HOME={home}" in shown and "moziplus project create" in shown
    moziplus("project", "create", "--id", "quant", "--agents", "dev", home=home)
    for kept in ("projects/quant/skills/fees/SKILL.md", "prompt_templates/role.md"):
        (home / kept).parent.mkdir(parents=True, exist_ok=True)
        (home / kept).write_text("x")
    live = (
        "blackboard.db-wal",
        "blackboard.db-shm",
        "artifacts/1/outputs/a.md",
        "worktrees/1/a.py",
        "experiences/1.md",
    )
    for out in (*(f"projects/quant/{name}" for name in live), "projects/_archived/old/artifacts/1/a", "runs/r/a", "logs/a",
                "backups/a", "inbox/inbox.jsonl", "state/x"):  # fmt: skip
        (home / out).parent.mkdir(parents=True, exist_ok=True)
        (home / out).write_text("x")
    subprocess.run(["git", "init", "-q", str(home)], check=True)
    seen = subprocess.run(
        ["git", "-C", str(home), "ls-files", "--others", "--exclude-standard"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert seen.stdout.split() == [
        ".gitignore", "config/default.yaml", "projects/_registry.yaml", "projects/quant/config/project.yaml",
        "projects/quant/skills/fees/SKILL.md", "prompt_templates/role.md",
    ]  # fmt: skip
    (home / ".gitignore").write_text("mine\n")
    moziplus("init", str(home))
    assert (home / ".gitignore").read_text() == "mine\n"


def test_the_first_use_makes_a_home_in_the_users_folder_and_nowhere_else(tmp_path: Path) -> None:
    done = moziplus("project", "list", cwd=tmp_path, HOME=str(tmp_path / "user"))
    assert (done.code, done.err) == (0, "")
    assert (tmp_path / "user" / ".moziplus" / "state" / "home.json").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["user"]


def test_a_home_that_does_not_exist_is_named_and_not_made(tmp_path: Path) -> None:
    done = moziplus("project", "list", home=tmp_path / "typo")
    assert (done.code, done.out) == (3, "")
    assert "moziplus init" in done.err and done.err.count("\n") == 1
    assert not (tmp_path / "typo").exists()


@pytest.mark.parametrize("before", [True, False])
def test_home_and_json_stand_before_or_after_the_command(tmp_path: Path, before: bool) -> None:
    moziplus("init", str(tmp_path / "h"))
    options = ("--home", str(tmp_path / "h"), "--json")
    command = ("config", "path")
    done = moziplus(*options, *command) if before else moziplus(*command, *options)
    assert done.record["home"] == str(tmp_path / "h")
    assert moziplus("config", *options, "path").record["home"] == str(tmp_path / "h")


def test_the_predecessors_home_is_refused_untouched(tmp_path: Path) -> None:
    folder = tmp_path / "projects" / "sanguo"
    folder.mkdir(parents=True)
    db = sqlite3.connect(folder / "blackboard.db")
    db.execute("CREATE TABLE t (x)")
    db.close()
    before = sorted((str(path), path.stat().st_mtime_ns) for path in tmp_path.rglob("*"))
    for done in (
        moziplus("init", str(tmp_path)),
        moziplus("project", "list", BLACKBOARD_ROOT=str(tmp_path / "projects")),
        moziplus("project", "list", home=tmp_path),
    ):
        assert (done.code, done.err.count("\n")) == (4, 1)
        assert "nothing was touched" in done.err
    assert sorted((str(path), path.stat().st_mtime_ns) for path in tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nonsense"], "no command 'nonsense'"),
        (["project"], "Missing command"),
        (["project", "create"], "--id"),
        (["--nonsense"], "--nonsense"),
        (["init"], "DIR"),
        (["--read-only", "project", "list"], "--read-only"),
        (["project", "nope"], "nope"),
    ],
)
def test_a_wrong_use_ends_with_2_and_one_line(arguments: list[str], says: str, tmp_path: Path) -> None:
    done = moziplus(*arguments, HOME=str(tmp_path))
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert done.err.startswith("moziplus: ") and says in done.err and "--help" in done.err


def test_hostile_arguments_do_not_act_on_the_terminal(tmp_path: Path) -> None:
    for arguments in (["\x1b[2J\nx"], ["project", "show", "\x1b]0;x\x07"], ["--home", "\x1b[31m", "status"]):
        done = moziplus(*arguments, HOME=str(tmp_path))
        assert done.code in (2, 3)
        assert "\x1b" not in done.err and done.err.count("\n") == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_home_that_cannot_be_written_ends_with_5_and_one_line(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    done = moziplus("init", str(tmp_path / "h"))
    tmp_path.chmod(0o700)
    assert (done.code, done.err.count("\n")) == (5, 1)


def test_the_list_of_commands_is_shown_without_importing_one() -> None:
    script = (
        "import sys\nfrom console.cli.main import main\ntry: main(['--help'])\nexcept SystemExit: pass\n"
        "print(*[m for m in sys.modules if m.startswith(('console.', 'yaml', 'psutil', 'sqlite3', 'asyncio', 'rich'))],"
        " file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert [name for name in COMMANDS if f"\n  {name} " not in done.stdout] == []
    heavy = {"console.settings", "console.blackboard", "console.making", "console.app", "console.engine"}
    assert set(done.stderr.split()) & (heavy | {"yaml", "psutil", "sqlite3", "asyncio", "rich"}) == set()


def test_an_unexpected_failure_is_one_line_and_a_private_report(tmp_path: Path) -> None:
    home = tmp_path / "h"
    moziplus("init", str(home))
    (home / "projects" / "_registry.yaml").unlink()
    (home / "projects" / "._registry.lock").unlink()
    (home / "projects" / "._registry.lock").mkdir()
    done = moziplus("project", "create", "--id", "quant", "--description", "password=hunter2", home=home)
    assert (done.code, done.err.count("\n")) == (1, 1)
    assert "Traceback" not in done.err and "hunter2" not in done.err
    (report,) = (home / "logs").glob("crash-*.log")
    assert report.stat().st_mode & 0o777 == 0o600
    assert str(report) in done.err and "hunter2" not in report.read_text()


def test_a_reader_that_goes_away_ends_the_command_quietly(tmp_path: Path) -> None:
    home = tmp_path / "h"
    moziplus("init", str(home))
    (home / "logs" / "moziplus.log").write_text('{"message": "x"}\n' * 50_000)
    command = f"{sys.executable} -m console log -n 50000 --home {home} | head -n 1"
    done = subprocess.run(
        command, shell=True, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    assert (done.stdout.count("\n"), done.stderr) == (1, "")


def test_the_log_is_read_searched_and_followed_over_a_rotation(tmp_path: Path) -> None:
    home = tmp_path / "h"
    moziplus("init", str(home))
    log = home / "logs" / "moziplus.log"
    line = '{{"at": "t", "level": "INFO", "component": "engine", "message": "{}"}}\n'
    (home / "logs" / "moziplus.log.1").write_text(line.format("oldest") + "not json \x1b[2J\n")
    log.write_text(line.format("tick one") + line.format("spawned") + '{"message": "unfinished')
    assert [r["message"] for r in moziplus("log", "--json", home=home).records] == [
        "oldest",
        "not json \x1b[2J",
        "tick one",
        "spawned",
    ]
    assert moziplus("log", "--grep", "TICK|old", home=home).out.count("\n") == 2
    assert moziplus("log", "-n", "1", home=home).out == "t INFO     engine     spawned\n"
    assert "\x1b" not in moziplus("log", home=home).out
    assert moziplus("log", "--grep", "(", home=home).code == 2
    command = [sys.executable, "-m", "console", "log", "--follow", "--json", "-n", "1", "--home", str(home)]
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environ) as follower:
        assert follower.stdout is not None
        watchdog = threading.Timer(120, follower.kill)
        watchdog.start()
        heard = [json.loads(follower.stdout.readline())["message"]]  # it has the file open now
        with log.open("a") as file:
            file.write(' now"}\n' + line.format("before"))
        log.rename(home / "logs" / "moziplus.log.1")
        log.write_text(line.format("after"))
        heard += [json.loads(follower.stdout.readline())["message"] for _ in range(3)]
        follower.send_signal(signal.SIGINT)
        assert follower.wait(60) == 130
        watchdog.cancel()
    assert heard == ["spawned", "unfinished now", "before", "after"]
