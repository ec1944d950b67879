"""Owns the commits that only a reflog of a worktree knows: an agent took them back, amended them, or deleted their branch.

They go with the worktree's reflogs, so they are kept under a ref of ours before. Never moves a ref of anybody else's.
"""

from __future__ import annotations

from console.git.merging import identity
from console.git.repository import Repository, own_config

__all__ = ("PREFIX", "keep", "left_behind")

PREFIX = "refs/moziplus/left"


def left_behind(tree: Repository, branch: str) -> list[str]:
    """The newest commits of each line that the worktree's HEAD or its branch once had, and that no ref has."""
    known, own = [], tree.gitdir != tree.common  # of the main checkout, HEAD is nobody's here
    for name in (*(("HEAD",) if own else ()), f"refs/heads/{branch}"):
        if tree.says("reflog", "exists", name):
            known += tree.plain("log", "--walk-reflogs", "--format=%H", name, "--").split()
    known += [commit] if own and (commit := tree.commit("ORIG_HEAD")) else []
    if not known:
        return []
    asked, flags = "\n".join(dict.fromkeys(known)).encode(), ("--parents", "--ignore-missing")
    lines = tree.plain("rev-list", *flags, "--not", "HEAD", "--all", "--not", "--stdin", given=asked).splitlines()
    parents = {parent for line in lines for parent in line.split()[1:]}
    return [commit for line in lines if (commit := line.split()[0]) not in parents]


def keep(repository: Repository, commits: list[str], branch: str, ref: str) -> None:
    """Under `ref`: the commit itself, or one with all of them as parents."""
    kept = commits[0]
    if len(commits) > 1:
        parents = [part for commit in commits for part in ("-p", commit)]
        said = f"Left behind in the reflogs of {branch}\n".encode()
        with own_config(repository) as git:
            tree = f"{kept}^{{tree}}"
            kept = git.text("commit-tree", tree, *parents, "-F", "-", given=said, env=identity(repository))
    repository.plain("update-ref", ref, kept)
