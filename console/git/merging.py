"""Owns the merging of a branch into another: computed beside every checkout, then moved forward in one step.

Never touches a checkout that has changes, never moves a branch that somebody moved meanwhile, never runs a filter or hook.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from console.crash import crash_point
from console.errors import Conflict
from console.git.checkouts import bring, on_branch, refuse_taken, refuse_unfit
from console.git.repository import Git, Repository, object_form, own_config
from console.git.run import run_git

__all__ = ("Conflicting", "Merge", "Way", "advance", "compute", "identity", "laid_out")


class Way(StrEnum):
    """How the branch comes into its target."""

    MERGE = "merge"
    """A commit with both as parents."""
    SQUASH = "squash"
    """One commit with all of it."""
    REBASE = "rebase"
    """Each commit again, on top."""


class Conflicting(Conflict):
    """It cannot be merged without somebody's hand; `paths` are in both."""

    def __init__(self, target: str, paths: tuple[str, ...]) -> None:
        self.paths = paths
        super().__init__(f"{len(paths) or 'some'} files conflict with {target}: {', '.join(paths[:5])}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """A merge that was computed and has not happened."""

    target: str
    """Its branch."""
    old: str
    """The commit that the target has to have still."""
    new: str


def identity(repository: Repository) -> dict[str, str]:
    """Who commits: the operator, as their own git settings say, read by name; nothing of these is run."""
    found: dict[str, str] = {}
    for key in ("name", "email"):
        said = _asked(["config", "--global", "--includes", "--get", f"user.{key}"], repository)
        said = said or _asked(["config", "--local", "--get", f"user.{key}"], repository)
        said = said or {"name": "moziplus", "email": "moziplus@localhost"}[key]
        found |= {f"GIT_AUTHOR_{key.upper()}": said, f"GIT_COMMITTER_{key.upper()}": said}
    return found


def compute(repository: Repository, source: str, target: str, way: Way, message: str) -> Merge:
    """What merging `source` into the branch `target` gives; only objects are written.

    Raises Conflicting, and Conflict where the branch is not there or the way does not go.
    """
    old = repository.commit(f"refs/heads/{target}")
    if old is None:
        raise Conflict(f"there is no branch {target} in {repository.top}; name one with --into")
    who = identity(repository)
    with own_config(repository) as git:
        if way is Way.REBASE:
            return Merge(target=target, old=old, new=_replayed(git, source, old, target, who))
        tree = _merged(git, old, source, target)
        parents = ("-p", old, "-p", source) if way is Way.MERGE else ("-p", old)
        new = _committed(git, tree, parents, message, who)
    return Merge(target=target, old=old, new=new)


@contextmanager
def laid_out(repository: Repository, merge: Merge) -> Iterator[Path]:
    """The result in a scratch folder that is a repository of its own: what is done there is done nowhere else."""
    with tempfile.TemporaryDirectory(prefix="moziplus-merge-") as scratch:
        top = Path(scratch) / "merged"
        run_git(["init", "--quiet", "--template=", f"--object-format={object_form(repository) or 'sha1'}", str(top)])
        if os.path.lexists(repository.common / "shallow"):
            shutil.copy(repository.common / "shallow", top / ".git" / "shallow")
        (top / ".git" / "objects" / "info").mkdir(exist_ok=True)
        (top / ".git" / "objects" / "info" / "alternates").write_text(f"{repository.common / 'objects'}\n")
        tree = Repository.at(top)
        tree.plain("update-ref", "--no-deref", "HEAD", merge.new)
        with own_config(tree, tree=top) as git:
            git.write_to(tree.gitdir / "index")
            git.raw("read-tree", "--reset", "-u", merge.new)
        yield top


def advance(repository: Repository, merge: Merge, note: str) -> None:
    """Move the target forward to the merge, with every checkout that is on it. `note` is a ref that remembers it meanwhile.

    Being ended anywhere is harmless: the same again finishes it. Raises Conflict where the branch has moved, or where a
    checkout that is on it has changes.
    """
    places = on_branch(repository, merge.target)
    now = repository.commit(f"refs/heads/{merge.target}")
    if now != merge.new:
        if now != merge.old:
            raise Conflict(f"{merge.target} moved meanwhile; merge once more")
        refuse_taken(repository, merge.target)
        begun = repository.commit(note) == merge.new
        for place in places:
            refuse_unfit(place, merge.target, merge.old, merge.new, begun=begun)
        repository.plain("update-ref", note, merge.new)
        crash_point("merge.noted")
        for place in places:
            bring(place, merge.old, merge.new, begun=begun)
            crash_point("merge.brought")
        crash_point("merge.checked_out")
        repository.plain("update-ref", "-m", "moziplus: merge", f"refs/heads/{merge.target}", merge.new, merge.old)
    crash_point("merge.moved")
    if repository.commit(note) is not None:
        repository.plain("update-ref", "-d", note)


def _merged(git: Git, onto: str, source: str, target: str) -> str:
    """The tree of both. Raises Conflicting."""
    status, printed = git.told("merge-tree", "--write-tree", "--name-only", "--no-messages", "-z", onto, source)
    tree, *paths = printed.split("\0")
    if status:
        raise Conflicting(target, tuple(dict.fromkeys(path for path in paths if path)))
    return tree


def _replayed(git: Git, source: str, old: str, target: str, who: Mapping[str, str]) -> str:
    """Each commit of the branch again, on top of the target; those that add nothing are left out."""
    if git.text("rev-list", "--merges", "--max-count=1", source, f"^{old}"):
        raise Conflict("the branch has merge commits, which cannot be rebased; use --merge or --squash")
    at = old
    for commit in git.text("rev-list", "--reverse", source, f"^{old}").split():
        # git 2.39 takes no --merge-base: a stand-in for `at` whose parent is the commit's own says the same
        stand_in = _committed(git, f"{at}^{{tree}}", ("-p", f"{commit}^"), "", who)
        tree = _merged(git, stand_in, commit, target)
        if tree == git.text("rev-parse", f"{at}^{{tree}}"):
            continue
        name, email, when, body = git.text("show", "--no-patch", "--format=%an%x00%ae%x00%aI%x00%B", commit).split(
            "\0", 3
        )
        author = {"GIT_AUTHOR_NAME": name, "GIT_AUTHOR_EMAIL": email, "GIT_AUTHOR_DATE": when}
        at = _committed(git, tree, ("-p", at), body, {**who, **author})
    return at


def _committed(git: Git, tree: str, parents: tuple[str, ...], message: str, who: Mapping[str, str]) -> str:
    return git.text("commit-tree", tree, *parents, "-F", "-", given=message.encode("utf-8", "surrogateescape"), env=who)


def _asked(arguments: list[str], repository: Repository) -> str:
    """What the operator's own config says; only this asks it."""
    own = {name: os.environ[name] for name in ("XDG_CONFIG_HOME", "GIT_CONFIG_GLOBAL") if name in os.environ}
    env = {"GIT_CONFIG_GLOBAL": os.path.expanduser("~/.gitconfig"), **own, "GIT_DIR": str(repository.common)}
    return run_git(arguments, env=env, check=False).stdout.decode("utf-8", "replace").strip()
