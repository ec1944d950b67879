"""Promises that git obeys our own config only: nothing that somebody configured in a repository runs, hides or renames."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from console.agents.spec import StartSpec, environment
from console.git.diffing import diff_against_base
from console.git.furnish import furnish
from console.git.run import run_git
from console.git.standing import what_stands
from console.git.worktree import (
    Worktree,
    make_worktree,
    remove_worktree,
    repository_of,
    targets_of,
)

BRANCH = "moziplus/quant/1"


def git(folder: Path, *arguments: str) -> str:
    """Real git, as an agent would call it."""
    return subprocess.run(["git", "-C", str(folder), *arguments], check=True, capture_output=True, text=True).stdout


@pytest.fixture
def top(tmp_path: Path) -> Path:
    """A repository with one commit."""
    folder = tmp_path / "src"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    (folder / "a.txt").write_text("one\n")
    (folder / "b.bin").write_bytes(b"\0\1")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "first")
    return folder


@pytest.fixture
def trap(tmp_path: Path) -> Path:
    """A program that leaves a note where it ran, and then fails."""
    program = tmp_path / "trap.sh"
    program.write_text(f'#!/bin/sh\necho "$0 $@ $OPENCLAW_GATEWAY_TOKEN" >> "{tmp_path}/ran"\ncat\nexit 1\n')
    program.chmod(0o755)
    return program


def all_of_it(top: Path, tree: Worktree) -> bytes:
    """Everything that is ever asked of a task's worktree."""
    found = diff_against_base(tree)
    repository = repository_of(top)
    targets = targets_of(repository, "main", BRANCH)
    what_stands(repository, tree.folder, BRANCH, targets)
    furnish(tree.tree, top)
    git_dir = tree.folder / ".git"
    assert git_dir.exists()
    remove_worktree(tree, targets)
    make_worktree(top, tree.folder.with_name("other"), "moziplus/quant/2")
    return found


def programs(trap: Path) -> dict[str, str]:
    """Every setting by which git runs a program."""
    return {
        "core.fsmonitor": str(trap),
        "core.hooksPath": str(trap.parent / "hooks"),
        "core.pager": str(trap),
        "core.sshCommand": str(trap),
        "core.askPass": str(trap),
        "filter.x.clean": str(trap),
        "filter.x.smudge": str(trap),
        "filter.x.process": str(trap),
        "filter.x.required": "true",
        "diff.external": str(trap),
        "diff.x.textconv": str(trap),
        "diff.x.command": str(trap),
        "merge.x.driver": str(trap),
        "log.showSignature": "true",
        "gpg.program": str(trap),
        "credential.helper": f"!{trap}",
        "alias.diff": f"!{trap}",
        "uploadpack.packObjectsHook": str(trap),
    }


@pytest.mark.parametrize("where", ["shared", "worktree", "included"])
def test_no_program_of_a_repositorys_config_is_ever_run(
    tmp_path: Path, top: Path, trap: Path, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENCLAW_GATEWAY_TOKEN", "secret")
    tree = make_worktree(top, tmp_path / "tree", BRANCH)
    settings = programs(trap)
    hooks = trap.parent / "hooks"
    hooks.mkdir()
    for name in ("post-checkout", "reference-transaction", "post-index-change", "pre-commit"):
        (hooks / name).symlink_to(trap)
        (top / ".git" / "hooks").mkdir(exist_ok=True)
        (top / ".git" / "hooks" / name).symlink_to(trap)
    if where == "shared":
        target = ["--file", str(top / ".git" / "config")]
    elif where == "worktree":
        git(top, "config", "extensions.worktreeConfig", "true")
        target = ["--file", str(tree.tree.gitdir / "config.worktree")]
    else:
        target = ["--file", str(tmp_path / "more")]
        git(top, "config", "include.path", str(tmp_path / "more"))
    for name, value in settings.items():
        run_git(["config", *target, name, value])
    (tree.folder / ".gitattributes").write_text("* filter=x diff=x merge=x\n")
    (tree.folder / "a.txt").write_text("two\n")
    (tree.folder / "新.txt").write_text("new\n")
    found = all_of_it(top, tree)
    assert b"-one" in found and b"+two" in found and b"+new" in found
    assert not (tmp_path / "ran").exists(), (tmp_path / "ran").read_text()


def odd_tastes(tmp_path: Path, top: Path) -> dict[str, str]:
    """Settings that change how git prints or what it shows."""
    return {
        "core.quotePath": "true",
        "diff.noprefix": "true",
        "diff.mnemonicPrefix": "true",
        "diff.ignoreSubmodules": "all",
        "diff.context": "0",
        "diff.interHunkContext": "9",
        "diff.orderFile": str(top / "a.txt"),
        "diff.renames": "copies",
        "diff.algorithm": "histogram",
        "color.ui": "always",
        "color.diff": "always",
        "core.autocrlf": "true",
        "core.whitespace": "cr-at-eol",
        "core.ignoreCase": "true",
        "core.fileMode": "false",
        "core.excludesFile": str(tmp_path / "excludes"),
        "core.attributesFile": str(tmp_path / "attributes"),
    }


def test_a_recorded_diff_is_the_same_whatever_is_configured(
    tmp_path: Path, top: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree = make_worktree(top, tmp_path / "tree", BRANCH)
    (tree.folder / "a.txt").write_text("two\n")
    (tree.folder / "新 文件.txt").write_text("new\n")
    plain = diff_against_base(tree)
    assert "diff --git a/新 文件.txt b/新 文件.txt".encode() in plain
    git(top, "config", f"branch.{BRANCH}.moziplusbase", "0" * 40)
    for name, value in odd_tastes(tmp_path, top).items():
        git(top, "config", name, value)
    (tmp_path / "excludes").write_text("*\n")
    (tmp_path / "attributes").write_text("* -diff\n")
    (top / ".git" / "info").mkdir(exist_ok=True)
    (top / ".git" / "info" / "exclude").write_text("*\n")
    (top / ".git" / "info" / "attributes").write_text("* -diff\n")
    for n, (name, value) in enumerate(
        {"GIT_DIR": "/nowhere", "GIT_EXTERNAL_DIFF": "false", "GIT_CONFIG_COUNT": "1"}.items()
    ):
        monkeypatch.setenv(name, value)
        assert n < 3
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "core.bare")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "true")
    assert diff_against_base(tree) == plain


def test_an_attribute_of_the_agents_hides_no_line_of_its_diff(tmp_path: Path, top: Path) -> None:
    tree = make_worktree(top, tmp_path / "tree", BRANCH)
    (tree.folder / ".gitattributes").write_text("* -diff -text\n")
    (tree.folder / "a.txt").write_text("two\n")
    assert b"+two" in diff_against_base(tree)


def test_the_names_of_a_diff_are_those_of_the_files_also_where_they_are_no_text(tmp_path: Path, top: Path) -> None:
    tree = make_worktree(top, tmp_path / "tree", BRANCH)
    (tree.folder / "股票.csv").write_bytes("价格".encode("gbk") + b"\n")
    found = diff_against_base(tree)
    assert "+++ b/股票.csv".encode() in found and "价格".encode("gbk") in found


def test_git_gets_nothing_of_ours_and_an_agent_no_git_variable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("OPENCLAW_GATEWAY_TOKEN", "secret")
    monkeypatch.setenv("MOZIPLUS_HOME", "somewhere")
    monkeypatch.setenv("GIT_INDEX_FILE", "elsewhere")
    said = run_git(["-c", "alias.e=!env", "e"]).stdout.decode()
    assert "secret" not in said and "MOZIPLUS" not in said and "elsewhere" not in said
    spec = StartSpec(
        home="h", project="p", project_folder="f", task=1, task_dir="d", agent="a", session="s", fence=1,
        backend="command", prompt_file=str(tmp_path / "p.md"), cwd=str(tmp_path),
    )  # fmt: skip
    inherited = {"GIT_DIR": "x", "GIT_CONFIG_COUNT": "1", "GIT_AUTHOR_NAME": "n", "PATH": os.environ["PATH"], "K": "v"}
    given = environment(spec, inherited)
    assert not [name for name in given if name.startswith("GIT_")] and given["K"] == "v"
