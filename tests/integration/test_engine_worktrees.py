"""Promises that each task works on a git worktree of its own, and that it goes away once its work is merged, not before."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.blackboard.reads.tasks import get_task
from tests.homes import TeamHome, developer, eventually


def _git(folder: Path, *arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True, text=True).stdout


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "src"
    folder.mkdir()
    _git(folder, "init", "-q", "-b", "main")
    (folder / "a.txt").write_text("one\n")
    _git(folder, "add", ".")
    _git(folder, "commit", "-q", "-m", "first")
    return folder


@pytest.fixture
def team(tmp_path: Path, repository: Path) -> Iterator[TeamHome]:
    script = 'echo mine > "new-$MOZIPLUS_TASK.txt"; git add . && git commit -q -m work; blackboard submit --summary ok'
    agents = {"a": developer(script), "b": developer(script)}
    made = TeamHome(tmp_path / "home", agents, workdir=str(repository), worktrees=True)
    yield made
    made.close()


def test_a_worktree_is_the_tasks_own_and_is_removed_when_merged(team: TeamHome, repository: Path) -> None:
    first, second = team.task(), team.task()
    assert team.run() == 0
    assert [team.status(t) for t in (first, second)] == ["done", "done"]
    assert not (repository / "new-1.txt").exists()
    merged, kept = (get_task(team.db(), t.id) for t in (first, second))
    assert merged.work_folder and kept.work_folder and merged.work_folder != kept.work_folder
    _git(repository, "merge", "-q", str(merged.branch))
    scheduler = team.start("run")
    eventually(lambda: get_task(team.db(), first.id).work_folder is None)
    scheduler.terminate()
    assert scheduler.wait(10) == 0
    assert not Path(merged.work_folder).exists()
    assert (Path(kept.work_folder) / "new-2.txt").exists(), "what is not merged is never removed"


def test_a_secret_in_a_file_is_not_in_the_diff_that_is_kept_and_every_other_byte_is(
    tmp_path: Path, repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DESK_LOGIN", "correct-horse-battery")
    key = "ghp_" + "AbCdEfGhIjKl0123456789" * 2
    script = (
        f"printf 'login %s\\nkey {key}\\nbytes \\344\\377 end\\n' \"$DESK_LOGIN\" >> a.txt;"
        " blackboard submit --summary ok"
    )
    team = TeamHome(
        tmp_path / "home",
        {"a": developer(script, env_required=["DESK_LOGIN"])},
        workdir=str(repository),
        worktrees=True,
    )
    task = team.task()
    assert team.run() == 0
    team.close()
    folder = team.home.project_folder("quant") / "artifacts" / str(task.id)
    kept = (folder / "outputs" / "changes.diff").read_bytes()
    assert b"correct-horse" not in kept and key.encode() not in kept
    assert b"+login [redacted]\n" in kept and b"+bytes \xe4\xff end\n" in kept
    work = get_task(team.db(), task.id).work_folder
    assert work is not None and key in (Path(work) / "a.txt").read_text("latin-1"), "the work itself stays as it is"
    team.close()
