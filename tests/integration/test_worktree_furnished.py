"""Promises of what a fresh worktree is given beside its commits, and that none of it is taken for work later."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path

import pytest

from console.agents.workplace import Place, looked_into
from console.errors import MoziError
from console.git.diffing import diff_against_base
from console.git.furnish import COPIES_MAX, furnish
from console.git.furnished import note_furnished
from console.git.worktree import Worktree, make_worktree, remove_worktree, repository_of, targets_of
from console.prompts.facts import Facts, values
from tests.branches import commit, git, operators_repository


@pytest.fixture
def top(tmp_path: Path) -> Path:
    """The operator's repository, with much that git does not keep."""
    folder = operators_repository(tmp_path / "src")
    (folder / ".gitignore").write_text(".env*\n*.local\nbig/\nrun\n")
    for name in (".env", ".env.example", "配置 a.local", "big/1.bin", "big/deep/2.bin", "run"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    (folder / "run").chmod(0o755)
    (folder / "shared.local").symlink_to("big/1.bin")
    commit(folder, "ignores")
    return folder


def fresh(top: Path, tmp_path: Path, *copy: str) -> Worktree:
    tree = make_worktree(top, tmp_path / "tree", "moziplus/quant/1")
    furnish(tree.tree, top, copy=copy)
    note_furnished(tree.tree)
    return tree


def given(tree: Worktree) -> set[str]:
    return set(git(tree.folder, "ls-files", "-o", "-z").split("\0")) - {""}


def lacks(tree: Worktree) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The submodules and the files of Git LFS that the prompt says are not filled in."""
    place = looked_into(Place(cwd=tree.folder, task_dir=tree.folder, worktree=tree))
    return place.empty, place.pointers


def tidied(tree: Worktree) -> list[str]:
    return [one.code for one in remove_worktree(tree, targets_of(repository_of(tree.repository), "main", tree.branch))]


def test_patterns_of_the_settings_and_of_the_repository_are_copied_with_mode_and_links(
    top: Path, tmp_path: Path
) -> None:
    (top / ".worktreeinclude").write_text("# what they need\n*.local\n.env*\n!.env.example\n\n")
    commit(top, "include")
    tree = fresh(top, tmp_path, "run", "big/", "a.txt", "../../outside", "/etc/passwd")
    assert given(tree) == {".env", "配置 a.local", "shared.local", "run", "big/1.bin", "big/deep/2.bin"}
    assert stat.S_IMODE((tree.folder / "run").stat().st_mode) == 0o755
    assert os.path.realpath(tree.folder / "shared.local") == str(top / "big" / "1.bin")
    (tree.folder / ".env").write_text("mine")
    furnish(tree.tree, top, copy=("run",))
    assert (tree.folder / ".env").read_text() == "mine", "what is there already is nobody's to write over"


def test_what_it_was_given_is_no_work_and_what_became_of_it_is(top: Path, tmp_path: Path) -> None:
    tree = fresh(top, tmp_path, ".env", "run")
    (tree.folder / ".env").write_text("a result")
    assert tidied(tree) == ["untracked"]
    (tree.folder / ".env").unlink()
    assert tidied(tree) == []


def test_an_include_file_that_leads_elsewhere_names_nothing(top: Path, tmp_path: Path) -> None:
    (tmp_path / "all").write_text("*\n")
    (top / ".worktreeinclude").symlink_to(tmp_path / "all")
    assert given(fresh(top, tmp_path)) == set()


def test_a_pattern_that_means_far_too_much_is_refused_in_words(top: Path, tmp_path: Path) -> None:
    for n in range(COPIES_MAX):
        (top / "big" / f"{n}").touch()
    with pytest.raises(MoziError, match=r"\d+ files of .* would be copied .* name fewer in `worktree.copy`"):
        fresh(top, tmp_path, "big/")


@pytest.fixture
def library(tmp_path: Path, top: Path) -> Path:
    """The repository of a submodule, somewhere else on this machine."""
    folder = operators_repository(tmp_path / "library")
    git(top, "-c", "protocol.file.allow=always", "submodule", "add", "-q", str(folder), "lib")
    commit(top, "submodule")
    return folder


@pytest.mark.parametrize("afar", ["https://nowhere.invalid/lib.git", "git@nowhere.invalid:lib.git", "../gone"])
def test_submodules_are_filled_in_from_this_machine_and_from_nowhere_else(
    top: Path, library: Path, tmp_path: Path, afar: str
) -> None:
    git(top, "config", "--file", ".gitmodules", "submodule.lib.url", afar)
    commit(top, "offline")
    tree = fresh(top, tmp_path)
    assert (tree.folder / "lib" / "a.txt").exists() and lacks(tree) == ((), ())
    assert tidied(tree) == []


def test_submodules_that_nobody_here_has_stay_empty_and_are_named(top: Path, library: Path, tmp_path: Path) -> None:
    git(top, "submodule", "deinit", "-f", "-q", "lib")
    library.rename(tmp_path / "unplugged")
    (top / ".git" / "modules" / "lib").rename(tmp_path / "modules")
    tree = fresh(top, tmp_path)
    assert lacks(tree) == (("lib",), ()) and list((tree.folder / "lib").iterdir()) == []
    assert diff_against_base(tree) == b"" and tidied(tree) == []


def test_an_agent_is_told_what_its_worktree_lacks() -> None:
    facts = Facts(
        agent_id="a", agent="a", role="developer", project="quant", task=1, cwd="/w", task_dir="/t", worktree="/w",
        branch="moziplus/quant/1", empty=("lib", "b`\n# ad"), pointers=("large.bin",),
    )  # fmt: skip
    place = values(facts)["place"]
    assert "Not filled in, because their commits are not on this machine: the submodules `lib`, `b` # ad`." in place
    assert "Only pointers, because Git LFS was not run here: `large.bin`." in place and "\n" not in place


def test_a_file_of_lfs_is_its_pointer_and_filled_in_it_is_no_change(top: Path, tmp_path: Path) -> None:
    content = b"large\n" * 1000
    pointer = (
        "version https://git-lfs.github.com/spec/v1\n"
        f"oid sha256:{hashlib.sha256(content).hexdigest()}\nsize {len(content)}\n"
    )
    (top / "large.bin").write_text(pointer)
    commit(top, "a pointer")
    (top / ".gitattributes").write_text("*.bin filter=lfs diff=lfs merge=lfs -text\n")
    commit(top, "lfs")
    git(top, "config", "filter.lfs.smudge", "exit 1")
    git(top, "config", "filter.lfs.clean", "exit 1")
    git(top, "config", "filter.lfs.required", "true")
    tree = fresh(top, tmp_path)
    assert (tree.folder / "large.bin").read_text() == pointer and lacks(tree) == ((), ("large.bin",))
    (tree.folder / "large.bin").write_bytes(content)
    assert lacks(tree) == ((), ())
    assert diff_against_base(tree) == b"" and tidied(tree) == []
