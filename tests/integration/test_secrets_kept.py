"""Promises about secrets in a real run: no agent and no blackboard gets one of ours, and nobody else can enter a home."""

from __future__ import annotations

import json
import sqlite3
import stat
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from console.home import Home
from console.own_python import python_command
from tests.program import moziplus

TOKEN, LOGIN, KEY = "gw-9f8e7d6c5b4a3210", "svc-login-Zq81", "plain.looking-key-7"
_AGENT = r"""#!/bin/sh
env > "$MOZIPLUS_TASK_DIR/env.txt"
printf 'key: \033[01;31m\033[Ksk-ant\033[m\033[K-api03-AAAABBBBCCCCDDDDEEEE1234\n'
printf 'gw-9f8e\033[0m7d6c5b4a3210 and %s\n' "$MY_LOGIN"
blackboard comment "the token is gw-9f8e7d6c5b4a3210, the login $MY_LOGIN, the key $SOME_API_KEY"
blackboard decide "use gw-9f8e7d6c5b4a3210" --reason "login=$MY_LOGIN"
blackboard observe "saw $MY_LOGIN" --level attention
blackboard experience "on $MY_LOGIN" "the key is $SOME_API_KEY" || true
blackboard submit --summary "done with $MY_LOGIN and gw-9f8e7d6c5b4a3210"
"""
_FAILS = """#!/bin/sh
echo "cannot log in as $MY_LOGIN with gw-9f8e7d6c5b4a3210"
exit 3
"""


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home in which one agent has said every secret that it could, and another failed with them on its lips."""
    folder = tmp_path_factory.mktemp("secrets")
    home = folder / "home"
    for name, text in (("says", _AGENT), ("fails", _FAILS)):
        (folder / name).write_text(text)
        (folder / name).chmod(0o755)
    env: dict[str, Any] = {
        "OPENCLAW_GATEWAY_TOKEN": TOKEN,
        "MY_LOGIN": LOGIN,
        "SOME_API_KEY": KEY,
        "GIT_DIR": "/nowhere",
    }
    assert moziplus("init", str(home)).code == 0
    agent = "{{backend: command, command: [{}], env_required: [MY_LOGIN]}}"
    (home / "config" / "default.yaml").write_text(
        f"daemon: {{free_disk_floor_bytes: 1MB, tick_interval: 1}}\nretry: {{max_attempts: 1}}\nagents:\n"
        f"  a: {agent.format(folder / 'says')}\n  b: {agent.format(folder / 'fails')}\n"
    )
    (home / "prompt_templates").mkdir(exist_ok=True)
    (home / "prompt_templates" / "bootstrap.md").write_text(f"The gateway's token is {TOKEN}.\n")
    moziplus("project", "create", "--id", "p", "--agents", "a,b", home=home, **env)
    (home / "projects/p/config/project.yaml").open("a").write(f"context: {{login: {LOGIN}, api_key: something-else}}\n")
    for who in ("a", "b"):
        moziplus(
            "task",
            "create",
            "--project",
            "p",
            "--title",
            f"for {LOGIN}",
            "--assignee",
            who,
            "--no-review",
            home=home,
            **env,
        )
    done = moziplus("run", "--until-idle", home=home, **env)
    assert done.code == 0, done.err
    yield home


def test_an_agent_gets_no_secret_of_ours_and_what_it_requires(lived: Path) -> None:
    env = dict(
        line.split("=", 1)
        for line in (lived / "projects/p/artifacts/1/env.txt").read_text().splitlines()
        if "=" in line
    )
    assert not [name for name in env if name.startswith(("OPENCLAW_GATEWAY_", "GIT_"))]
    assert (env["MY_LOGIN"], env["SOME_API_KEY"]) == (LOGIN, KEY)
    assert TOKEN not in json.dumps(env)


def test_no_secret_is_on_a_blackboard_in_a_log_a_prompt_or_a_bootstrap(lived: Path) -> None:
    leaks = []
    for path in [p for p in lived.rglob("*") if p.is_file() and p.name != "env.txt"]:
        if path.suffix in (".db",):
            with closing(sqlite3.connect(path)) as db:
                text = "\n".join(db.iterdump())
        elif path.name.endswith(("-wal", "-shm")) or path.name == "project.yaml":
            continue
        else:
            text = path.read_text("utf-8", "replace")
            if path.name == "bootstrap.md":
                continue
        leaks += [(path.relative_to(lived).as_posix(), s) for s in (TOKEN, LOGIN, KEY, "AAAABBBB") if s in text]
    assert leaks == []


def test_the_words_around_a_secret_stay(lived: Path) -> None:
    with closing(sqlite3.connect(lived / "projects/p/blackboard.db")) as db:
        (said,) = db.execute("SELECT body FROM comments").fetchone()
        (failure, tail) = db.execute("SELECT failure, tail FROM sessions WHERE agent = 'b'").fetchone()
    assert said == "the token is [redacted], the login [redacted], the key [redacted]"
    assert "cannot log in as [redacted] with [redacted]" in f"{failure} {tail}"


@pytest.mark.drill
@pytest.mark.parametrize("umask", [0o000, 0o077, 0o277])
def test_nobody_else_can_enter_a_home_or_read_a_file_of_it_under_any_umask(tmp_path: Path, umask: int) -> None:
    home = tmp_path / "home"
    command = [*python_command("console.cli.main"), "demo", "--headless", "--until-idle", "--home", str(home)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path, timeout=240, umask=umask)
    assert done.returncode == 0, done.stderr
    moziplus("backup", home=home)
    made = [home, *home.rglob("*")]
    open_ = [
        (oct(stat.S_IMODE(p.lstat().st_mode)), str(p.relative_to(home))) for p in made if p.lstat().st_mode & 0o077
    ]
    assert [found for found in open_ if not (home / found[1]).is_symlink()] == []
    assert len(made) > 200 and Home(home).state_db.exists()
