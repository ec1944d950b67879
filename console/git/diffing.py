"""Owns the diff of a worktree against where its branch began: committed, uncommitted and new files.

Never changes the worktree, its index or its branch, and runs nothing that the repository configures.
"""

from __future__ import annotations

from console.errors import MoziError
from console.git.pointers import is_filled_in
from console.git.repository import Git, Repository, own_config
from console.git.worktree import Worktree

__all__ = ("diff_against_base",)

DIFF_MAX = 2_000_000
"""Bytes of a diff before it is cut."""


def diff_against_base(tree: Worktree) -> bytes:
    """Everything that the task changed, as a diff: committed, uncommitted and new files. Leaves the agent's index alone."""
    with own_config(tree.tree, tree=tree.folder, trust=False) as git:
        left_out = _stage_all(tree.tree, git)
        text = git.raw("diff", "--cached", "--no-color", "--no-ext-diff", "--no-textconv", tree.base)
    if left_out and text:
        text += "".join(f"[a repository of its own, not in this diff: {name}]\n" for name in left_out).encode(
            "utf-8", "surrogateescape"
        )
    if len(text) <= DIFF_MAX:
        return text
    cut = text.rfind(b"\n", 0, DIFF_MAX) + 1
    return text[:cut] + f"[cut: {len(text) - cut} of {len(text)} bytes are left out here]\n".encode()


def _stage_all(tree: Repository, git: Git) -> list[str]:
    """Everything of the checkout into the index of `git`; repositories of their own stay out and are given back."""
    links = [
        entry.partition("\t")[2] for entry in git.names("ls-files", "--stage", "-z") if entry.startswith("160000 ")
    ]
    nested = [name.rstrip("/") for name in git.names("ls-files", "--others", "-z") if name.endswith("/")]
    git.told("update-index", "-q", "--refresh", "--ignore-submodules")
    raw = iter(git.names("diff-files", "--raw", "--no-abbrev", "-z", "--no-renames", "--ignore-submodules=all"))
    filled = [
        name for entry, name in zip(raw, raw, strict=True) if is_filled_in(git, entry.split()[2], tree.top / name)
    ]
    apart = [f":(exclude,literal){name}" for name in (*links, *nested, *filled)]
    git.raw("add", "--all", "--", ".", *apart)
    for path in links:
        try:
            commit = Repository.at(tree.top / path).commit()
        except MoziError:
            continue
        if commit:
            git.raw("update-index", "--add", "--cacheinfo", f"160000,{commit},{path}")
    return nested
