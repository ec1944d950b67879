"""Owns the putting away of a worktree's work that is not needed: all of it becomes one commit under a ref of ours.

What cannot be kept that way (a repository of its own, a submodule with work) is named, and nothing happens.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from console.errors import Conflict
from console.git.leaving import left_behind
from console.git.merging import identity
from console.git.repository import Repository, own_config
from console.git.standing import elsewhere, work_in
from console.git.worktree import drop_branch, put_back, take_away
from console.records.worktree import CACHES, words_of

__all__ = ("PREFIX", "discard", "forget", "keep_all")

PREFIX = "refs/moziplus/discarded"


def keep_all(repository: Repository, tree: Repository, branch: str, caches: Sequence[str] = CACHES) -> str:
    """A commit that holds everything of the worktree: files of no commit, changes, HEAD, branch, refs and reflogs."""
    stands = [one for one in work_in(tree, caches, trust=False) if one.code in ("repository", "submodule")]
    if stands:
        what = "; ".join(map(words_of, stands))
        raise Conflict(f"{tree.top} cannot be put away whole: {what}. Move that elsewhere, then discard once more")
    head = tree.commit()
    with own_config(tree, tree=tree.top, trust=False) as git:
        apart = [f":(exclude,glob)**/{name}" for name in caches] + [f":(exclude,glob)**/{name}/**" for name in caches]
        git.raw("add", "--all", "--force", "--", ".", *apart)
        made = git.text("write-tree")
        listed = tree.plain("for-each-ref", "--format=%(objectname)", "refs/worktree", "refs/bisect", "refs/rewritten")
        ends = [
            one
            for one in (head, tree.commit(f"refs/heads/{branch}"), *listed.split(), *left_behind(tree, branch))
            if one
        ]
        parents = [part for commit in dict.fromkeys(ends) for part in ("-p", commit)]
        said = f"Put away: everything of {branch}\n".encode()
        return git.text("commit-tree", made, *parents, "-F", "-", given=said, env=identity(repository))


def discard(repository: Repository, folder: Path, branch: str, ref: str, caches: Sequence[str] = CACHES) -> str | None:
    """Put the work away under `ref`, then remove folder and branch; the commit, None where there was nothing.

    Ended anywhere, the same again finishes it.
    """
    put_back(folder)
    if moved := elsewhere(repository, branch, folder):
        back = f"`git -C {moved[0]} worktree move {moved[0]} {folder}`"
        raise Conflict(f"{branch} is checked out in {moved[0]}; {back} puts it back, then discard once more")
    tip = repository.commit(f"refs/heads/{branch}")
    kept = repository.commit(ref)
    if folder.exists():
        tree = Repository.at(folder)
        if tree.common != repository.common:
            raise Conflict(f"{folder} is no worktree of {repository.top} any more; move it away")
        if (tree.gitdir / "locked").exists():
            raise Conflict(f"{folder} is locked; `git -C {repository.top} worktree unlock {folder}` first")
        kept = keep_all(repository, tree, branch, caches)
    elif kept is None:
        kept = tip
    if kept is not None:
        repository.plain("update-ref", ref, kept)
    take_away(repository, folder)
    if tip is not None:
        drop_branch(repository, branch, tip)
    return kept


def forget(repository: Repository, ref: str, tip: str) -> None:
    """Give a ref up whose time is over, if it still is what it was."""
    if repository.commit(ref) is not None:
        repository.plain("update-ref", "-d", ref, tip)
