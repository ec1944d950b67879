"""Owns the question whether a target has what a commit brings: by its history, by its content, or by its patch.

Content is compared to the last blank. Where git is too old to say, the answer is no: what is not known to be merged is not.
"""

from __future__ import annotations

from console.errors import MoziError
from console.git.repository import Git

__all__ = ("commits_missing", "is_in")

MOST = 2000
"""Commits of the target that are compared by their patch."""


def is_in(git: Git, commit: str, target: str) -> bool:
    """Whether all that `commit` brings is in `target`: merged, rebased, cherry-picked or squashed."""
    if git.says("merge-base", "--is-ancestor", commit, target):
        return True
    try:
        return _adds_nothing(git, commit, target) or _squashed(git, commit, target)
    except MoziError:
        return False


def commits_missing(git: Git, commit: str, target: str) -> int:
    """How many commits `target` has not."""
    return int(git.text("rev-list", "--count", commit, f"^{target}"))


def _adds_nothing(git: Git, commit: str, target: str) -> bool:
    """Merging it would change nothing of the target."""
    conflicts, printed = git.told("merge-tree", "--write-tree", target, commit)
    return not conflicts and printed.split("\n", 1)[0] == git.text("rev-parse", f"{target}^{{tree}}")


def _squashed(git: Git, commit: str, target: str) -> bool:
    """One commit of the target is the whole of the branch, though its lines were changed again since."""
    base = git.text("merge-base", commit, target)
    whole = git.raw("diff-tree", "-p", "--full-index", "--no-renames", base, commit)
    if not whole or b"\nBinary files " in whole:
        return False
    patch = _patches(git, whole)
    flags = ("-p", "--full-index", "--no-renames", "--no-merges", f"--max-count={MOST}")
    known = _patches(git, git.raw("log", *flags, "--format=commit %H", f"{base}..{target}"))
    return bool(patch & known)


def _patches(git: Git, diffs: bytes) -> set[str]:
    return {line.split()[0] for line in git.text("patch-id", "--verbatim", given=diffs).splitlines()}
