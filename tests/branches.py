"""Sets up what promises about git worktrees begin with: an operator's repository, a task that was done in a worktree."""

from __future__ import annotations

import subprocess
from pathlib import Path

from console.agents.workplace import make_workplace
from console.blackboard.writes.worktrees import set_worktree
from tests.homes import BOSS, CLOCK, TeamHome


def git(folder: Path, *arguments: str) -> str:
    """Real git, as the operator or an agent would call it."""
    return subprocess.run(["git", "-C", str(folder), *arguments], check=True, capture_output=True, text=True).stdout


def commit(folder: Path, message: str = "work") -> str:
    """Everything that is there; the commit."""
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", message)
    return git(folder, "rev-parse", "HEAD").strip()


def operators_repository(folder: Path) -> Path:
    """With one commit on `main`."""
    folder.mkdir(parents=True)
    git(folder, "init", "-q", "-b", "main")
    (folder / "a.txt").write_text("1\n2\n3\n")
    commit(folder, "first")
    return folder


def done_task(
    team: TeamHome, top: Path, content: str = "one\n2\n3\n", name: str = "a.txt", *, committed: bool = True
) -> Path:
    """A done task in whose worktree `content` was written; the folder of the worktree."""
    task, folder = team.task(), team.home.project_folder("quant")
    tree = make_workplace("quant", folder, task, workdir=top, worktrees=True).worktree
    assert tree is not None
    set_worktree(
        team.db(), task.id, folder=str(tree.folder), branch=tree.branch, repository=str(tree.repository),
        base=tree.base, target=tree.target, ready=True, by=BOSS, now=CLOCK.now(),
    )  # fmt: skip
    (tree.folder / name).write_text(content)
    if committed:
        commit(tree.folder, f"work {task.id}")
    team.db().execute("UPDATE tasks SET status = 'done' WHERE id = ?", (task.id,))
    return tree.folder
