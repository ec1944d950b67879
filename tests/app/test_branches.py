"""Promises of the console about git branches: a kept worktree is named with the way on, and a merge holds nothing else up."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from console.app.app import Console
from console.app.screens.work import WorkScreen
from console.blackboard.writes.worktrees import note_kept
from console.git.worktree import Worktree, remove_worktree, repository_of, targets_of
from tests.app.conftest import Opener
from tests.app.world import settle, until
from tests.branches import done_task, git, operators_repository
from tests.homes import BOSS, CLOCK, SUBMITS, TeamHome
from widgets.bars import FooterLine
from widgets.text_pane import TextPane


@pytest.fixture
def top(tmp_path: Path) -> Path:
    return operators_repository(tmp_path / "src")


@pytest.fixture
def team(tmp_path: Path, top: Path) -> Iterator[TeamHome]:
    made = TeamHome(tmp_path / "home", {"a": SUBMITS}, workdir=str(top), worktrees=True)
    yield made
    made.close()


def waits_for(team: TeamHome, gate: Path) -> None:
    """A check that says that it began, with its pid, and goes on until somebody writes into the gate."""
    os.mkfifo(gate)
    file = team.home.project_folder("quant") / "config" / "project.yaml"
    line = f"echo $$ > {gate}.pid.new; mv {gate}.pid.new {gate}.pid; read x < {gate}; exit $x"
    file.write_text(file.read_text() + f'worktree: {{checks: ["{line}"]}}\n')


def process_of(gate: Path) -> psutil.Process:
    """The check itself."""
    return psutil.Process(int(Path(f"{gate}.pid").read_text()))


def aside(app: Console) -> str:
    """The remark at the right edge of the footer."""
    return app.screen.query_one(FooterLine)._aside


def told(app: Console) -> list[str]:
    return [notice.message for notice in app._notifications]


async def merge(app: Console, pilot: object) -> None:
    """As the operator does: the board, the done task, M, yes."""
    await pilot.press("2")  # type: ignore[attr-defined]
    await settle(app, pilot)  # type: ignore[arg-type]
    await pilot.press("M")  # type: ignore[attr-defined]
    await settle(app, pilot)  # type: ignore[arg-type]
    await pilot.press("y")  # type: ignore[attr-defined]


async def test_a_check_that_takes_long_holds_up_nothing_and_its_end_is_told(
    team: TeamHome, top: Path, opened: Opener, tmp_path: Path
) -> None:
    gate = tmp_path / "gate"
    done_task(team, top)
    waits_for(team, gate)
    async with opened(team.home) as (app, pilot):
        await merge(app, pilot)
        await until(pilot, Path(f"{gate}.pid").exists, "the check has begun")
        found: list[str] = []
        app.errands.fetch("quant", lambda db: db.path.name, found.append)
        await until(pilot, lambda: found, "a page is read meanwhile")
        assert "under way: merge quant#1" in aside(app)
        await merge(app, pilot)
        await until(pilot, lambda: any("goes on already" in said for said in told(app)))
        gate.write_text("0\n")
        await until(pilot, lambda: any("#1 is merged into main" in said for said in told(app)), "its end is told")
        assert aside(app) == ""
    assert (top / "a.txt").read_text() == "one\n2\n3\n"


async def test_a_check_that_goes_on_when_the_console_ends_is_ended_and_nothing_is_merged(
    team: TeamHome, top: Path, opened: Opener, tmp_path: Path
) -> None:
    gate, before = tmp_path / "gate", git(top, "rev-parse", "main")
    done_task(team, top)
    waits_for(team, gate)
    async with opened(team.home) as (app, pilot):
        await merge(app, pilot)
        await until(pilot, Path(f"{gate}.pid").exists, "the check has begun")
        check = process_of(gate)
    check.wait(10)
    assert git(top, "rev-parse", "main") == before and not git(top, "for-each-ref", "refs/moziplus/merging")


async def test_the_page_of_a_task_names_a_kept_worktree_its_size_and_what_to_type(
    team: TeamHome, top: Path, opened: Opener
) -> None:
    folder = done_task(team, top)
    tree = Worktree(repository=top, folder=folder, branch="moziplus/quant/1")
    kept = remove_worktree(tree, targets_of(repository_of(top), "main", tree.branch))
    note_kept(team.db(), 1, repository=str(top), kept=kept, size=1_234_567, by=BOSS, now=CLOCK.now())
    async with opened(team.home, size=(160, 40)) as (app, pilot):
        await pilot.press("2")
        await settle(app, pilot)
        await pilot.press("enter")
        await settle(app, pilot)
        text = app.screen.query_one(TextPane).text
    for said in (
        str(folder),
        "1.2 MB",
        "1 commits are not in main",
        "moziplus task merge 1 --project quant",
        "discard 1",
    ):
        assert said in text, text


async def test_what_stands_on_a_branch_is_read_as_a_tree_whether_it_is_committed_or_not(
    team: TeamHome, top: Path, opened: Opener
) -> None:
    folder = done_task(team, top)
    (folder / "pkg").mkdir()
    (folder / "pkg" / "new.py").write_text("def f():\n    return 1\n")
    async with opened(team.home) as (app, pilot):
        await pilot.press("2")
        await settle(app, pilot)
        await pilot.press("o")
        shown = await branch_in(app, pilot)
        assert [row.strip().split("  ")[0] for row in shown.text.splitlines()] == ["a.txt", "pkg/", "new.py"]
        await pilot.press("j", "j", "enter")
        await until(pilot, lambda: "+     return 1" in shown.text)
        (folder / "pkg" / "new.py").write_text("def f():\n    return 2\n")
        await pilot.press("r")
        await until(pilot, lambda: "+     return 2" in shown.text, "what is on the disk now")
    assert git(folder, "status", "--porcelain").strip() == "?? pkg/"


async def branch_in(app: Console, pilot: Any) -> TextPane:
    """The text of the page of the work, once it shows the branch."""
    await until(pilot, lambda: isinstance(app.screen, WorkScreen) and "a.txt" in app.screen.query_one(TextPane).text)
    return app.screen.query_one(TextPane)
