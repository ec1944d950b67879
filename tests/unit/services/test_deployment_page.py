"""Promises that docs/deployment.md, doctor.md and seeds.md name only commands that exist, and that every row is answered."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path

import click
import pytest

from console.blackboard.connection import open_project
from console.cli import blackboard
from console.cli.doctor.command import CHECKS
from console.cli.main import moziplus
from console.home import Home
from console.making import NewProject, make_project, prepare_home
from tests.repository import ROOT

PAGES = ("deployment.md", "doctor.md", "seeds.md")


def commands(page: str) -> list[str]:
    """Every command line of ours in code blocks and in backticks."""
    text = (ROOT / "docs" / page).read_text("utf-8")
    blocks = re.findall(r"^```(?:sh)?\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    prose = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    found = [*lines, *re.findall(r"`([^`\n]+)`", prose)]
    ours = re.compile(r"(?:^|&& |\|\| |/)((?:moziplus|blackboard) [a-z].*?)(?= *(?:&&|\|\||>|#|$))")
    return [match for line in found for match in ours.findall(line) if not line.lstrip().startswith("#")]


@pytest.mark.parametrize("page", PAGES)
def test_every_command_on_the_page_exists_with_its_options(page: str) -> None:
    found = commands(page)
    assert len(found) > 2
    assert [line for line in found if (why := trouble(line)) is not None and why] == []


def test_a_command_that_does_not_exist_would_be_found() -> None:
    assert trouble("moziplus nonsense")
    assert trouble("moziplus service install pm2 --nonsense")
    assert trouble("moziplus service nonsense")
    assert trouble("blackboard nonsense")
    assert not trouble("moziplus service install pm2 --env API_KEY --now")


def test_every_row_of_the_handbook_and_of_the_delivery_list_is_answered() -> None:
    text = (ROOT / "docs" / "deployment.md").read_text("utf-8")
    rows = {
        "Rollback": 5,
        "§13.1": 4,
        "§13.2": 5,
        "§13.3": 4,
        "§13.4": 4,
        "Delivery list": 17,
    }
    for title, least in rows.items():
        section = re.split(r"^##+ ", text, flags=re.MULTILINE)
        (body,) = [part for part in section if part.startswith(title)]
        table = [line for line in body.splitlines() if line.startswith("| ")]
        assert len(table) - 1 >= least, title
        assert all(line.count("|") >= 3 and line.split("|")[2].strip() for line in table), title


def test_the_gitignore_that_the_page_names_keeps_databases_out_and_what_is_text_in(tmp_path: Path) -> None:
    assert "the `.gitignore` that `moziplus init` wrote" in (ROOT / "docs" / "deployment.md").read_text("utf-8")
    home = prepare_home(Home(tmp_path / "home"))
    folder = make_project(home, NewProject(id="quant", agents=("dev",)))
    open_project(folder).close()
    (home.config / "default.yaml").write_text("daemon: {tick_interval: 10}\n")
    for command in (["init", "-q"], ["add", "-A"]):
        subprocess.run(["git", *command], cwd=home.path, check=True, timeout=60)
    listed = subprocess.run(["git", "ls-files"], cwd=home.path, check=True, timeout=60, capture_output=True, text=True)
    kept = {".gitignore", "config/default.yaml", "projects/_registry.yaml", "projects/quant/config/project.yaml"}
    assert set(listed.stdout.split()) >= kept
    assert not [name for name in listed.stdout.split() if ".db" in name or name.startswith(("state", "inbox", "runs"))]
    assert len(listed.stdout.split()) < 30


def test_every_check_of_the_doctor_is_explained() -> None:
    text = (ROOT / "docs" / "doctor.md").read_text("utf-8")
    assert [name for name in CHECKS if f"| `{name}` |" not in text] == []


def trouble(line: str) -> str:
    """What does not exist in a command line; empty where all of it does."""
    program, *words = shlex.split(line)
    if program == "blackboard":
        return "" if words[0] in blackboard.COMMANDS else words[0]
    command: click.Command = moziplus
    while isinstance(command, click.Group):
        if not words or words[0].startswith("-"):
            break
        name = words.pop(0)
        context = click.Context(command)
        below = command.get_command(context, name)
        if below is None:
            return name
        command = below
    known = {flag for parameter in command.params for flag in (*parameter.opts, *parameter.secondary_opts)} | {"--help"}
    return " ".join(word for word in words if word.startswith("-") and word.split("=")[0] not in known)
