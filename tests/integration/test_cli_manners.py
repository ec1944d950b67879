"""Promises of how the command line meets people: local times, words that complete in the shell, a page for `man`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from console.cli.main import COMMANDS
from tests.agent import Desk
from tests.program import moziplus
from tests.repository import ROOT


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_times_are_local_with_their_offset_in_text_and_utc_in_json(desk: Desk) -> None:
    add = ("schedule", "add", "x", "--project", "quant", "--every", "4h", "--start", "2099-01-01T08:00:00Z")
    shown = moziplus(*add, home=desk.home.path, TZ="Asia/Shanghai").out
    assert "next at 2099-01-01 16:00:00+08:00" in shown
    listed = moziplus("schedule", "list", home=desk.home.path, TZ="America/New_York").out
    assert "2099-01-01 03:00:00-05:00" in listed
    record = moziplus("schedule", "list", "--json", home=desk.home.path, TZ="America/New_York").record
    assert record["next_at"] == "2099-01-01T08:00:00.000Z"
    desk.task("work")
    events = moziplus("events", home=desk.home.path, TZ="Asia/Shanghai").out
    assert "+08:00" in events and ".000Z" not in events


def offered(desk: Desk, line: str, shell: str = "bash") -> list[str]:
    """What the shell is offered for the last word of a line."""
    words = line.split(" ")
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "MOZIPLUS_HOME": str(desk.home.path)}
    environ |= {"_MOZIPLUS_COMPLETE": f"{shell}_complete", "COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1)}
    code = "import sys; sys.argv = ['moziplus']; from console.cli.main import main; main()"
    done = subprocess.run([sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return [row.split(",", 1)[1] for row in done.stdout.splitlines() if "," in row]


def test_ids_of_projects_tasks_agents_and_skills_complete(desk: Desk) -> None:
    task = desk.task("work")
    assert offered(desk, "moziplus task create --project q") == ["quant"]
    assert offered(desk, "moziplus project archive ") == ["quant"]
    assert offered(desk, "moziplus task show ") == [str(task)]
    assert offered(desk, "moziplus task create --project quant --assignee r") == ["rev"]
    assert offered(desk, "moziplus skill show code") == ["code_review"]
    assert "create" in offered(desk, "moziplus task c")


def test_where_there_is_nothing_to_offer_nothing_is_made_and_nothing_said(desk: Desk, tmp_path: Path) -> None:
    desk.home.path.rename(tmp_path / "away")
    assert offered(desk, "moziplus task show ") == []
    assert not desk.home.path.exists()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_one_line_switches_completion_on(desk: Desk, shell: str) -> None:
    done = moziplus(home=desk.home.path, _MOZIPLUS_COMPLETE=f"{shell}_source")
    assert (done.code, "_MOZIPLUS_COMPLETE" in done.out) == (0, True)
    assert f"_MOZIPLUS_COMPLETE={shell}_source" in (ROOT / "docs" / "commands.md").read_text("utf-8").replace(
        "zsh_source in", "_MOZIPLUS_COMPLETE=zsh_source"
    )


def test_the_manual_page_has_every_command_and_is_rendered_without_a_warning(tmp_path: Path) -> None:
    page = moziplus("man").out
    assert [name for name in COMMANDS if f".SS moziplus {name}" not in page] == []
    assert "\\-\\-not\\-before" in page and page.startswith(".TH MOZIPLUS 1 ")
    file = tmp_path / "moziplus.1"
    file.write_text(page, encoding="utf-8")
    if shutil.which("mandoc"):
        lint = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", str(file)], capture_output=True, check=False)
        assert lint.stdout + lint.stderr == b""
    if shutil.which("groff"):
        done = subprocess.run(
            ["groff", "-man", "-ww", "-Tutf8", "-K", "utf8", str(file)], capture_output=True, check=True
        )
        assert done.stderr == b"" and done.stdout.count(b"--not-before") + done.stdout.count(b"-\x08--\x08-n") > 0
