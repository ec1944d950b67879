"""Owns the merging of a branch into another: computed beside every checkout, then moved forward in one step.

Never touches a checkout that has changes, never moves a branch that somebody moved meanwhile, never runs a filter or hook.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from console.crash import crash_point
from console.errors import Conflict, MoziError
from console.git.repository import Git, Repository, names, own_config
from console.git.run import run_git
from console.git.standing import changed_in

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
        run_git(["init", "--quiet", "--template=", str(top)])
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
    places = _on_branch(repository, merge.target)
    now = repository.commit(f"refs/heads/{merge.target}")
    if now != merge.new:
        if now != merge.old:
            raise Conflict(f"{merge.target} moved meanwhile; merge once more")
        for place in places:
            _refuse_unfit(place, merge)
        repository.plain("update-ref", note, merge.new)
        crash_point("merge.noted")
        for place in places:
            _bring(place, merge)
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


def _on_branch(repository: Repository, target: str) -> list[Repository]:
    """The checkouts that have the branch checked out."""
    found, top = [], None
    for line in repository.plain("worktree", "list", "--porcelain").splitlines():
        if line.startswith("worktree "):
            top = Path(line.removeprefix("worktree "))
        elif line == f"branch refs/heads/{target}" and top is not None and os.path.lexists(top / ".git"):
            found.append(Repository.at(top))
    return found


def _refuse_unfit(place: Repository, merge: Merge) -> None:
    """Raises Conflict where the checkout has changes, unless they are this very merge, begun and not ended."""
    how = f"; `git -C {place.top} stash` puts them aside, then merge once more"
    with own_config(place, tree=place.top) as git:
        if any(entry.startswith("S ") for entry in git.names("ls-files", "-t", "-z")):
            raise Conflict(f"{place.top} is a sparse checkout of {merge.target}: moziplus does not change one")
        for name in ("MERGE_HEAD", "rebase-merge", "rebase-apply", "CHERRY_PICK_HEAD"):
            if os.path.lexists(place.gitdir / name):
                raise Conflict(f"a merge or rebase is under way in {place.top}; end it first")
        changed = changed_in(git, place.top)
        if changed and not _begun(git, place, merge, changed):
            raise Conflict(f"{place.top} is on {merge.target} and has changes ({', '.join(changed[:3])}){how}")
        filtered = _filtered(git, merge)
        if filtered:
            raise Conflict(
                f"{filtered} goes through a git filter (LFS?), which moziplus does not run; switch {place.top} to another"
                " branch, then merge once more"
            )


def _begun(git: Git, place: Repository, merge: Merge, changed: list[str]) -> bool:
    """Whether every change is one that the merge makes: a merge that was ended in the middle left it."""
    touched = set(git.names("diff-tree", "-r", "-z", "--name-only", "--no-renames", merge.old, merge.new))
    if not set(changed) <= touched:
        return False
    for name in changed:
        wanted = (
            git.text("rev-parse", "--quiet", "--verify", f"{merge.new}:{name}") if _has(git, merge.new, name) else ""
        )
        there = os.path.lexists(place.top / name)
        if bool(wanted) != there or (there and git.text("hash-object", "--no-filters", "--", name) != wanted):
            return False
    return True


def _has(git: Git, commit: str, name: str) -> bool:
    return bool(git.names("ls-tree", "-z", "--name-only", commit, "--", f":(literal){name}"))


def _filtered(git: Git, merge: Merge) -> str:
    """The first file of the merge that a filter is meant for; empty where there is none."""
    changed = git.raw("diff-tree", "-r", "-z", "--name-only", "--no-renames", "--diff-filter=d", merge.old, merge.new)
    if not changed:
        return ""
    told = names(git.raw("check-attr", "-z", "--stdin", "filter", given=changed))
    every = zip(told[::3], told[2::3], strict=True)
    return next((name for name, value in every if value not in ("unspecified", "unset", "set")), "")


def _bring(place: Repository, merge: Merge) -> None:
    """Files and index of a checkout from the old commit to the new one. git refuses where something is in the way."""
    with own_config(place, tree=place.top) as git:
        if changed_in(git, place.top):  # begun before: back to the old one first, of which all of it is known
            begun = git.names(
                "diff-tree", "-r", "-z", "--name-only", "--no-renames", "--diff-filter=A", merge.old, merge.new
            )
            for name in begun:
                if os.path.lexists(place.top / name):
                    (place.top / name).unlink()
            git.write_to(place.gitdir / "index")
            git.raw("read-tree", "--reset", "-u", merge.old)
        git.write_to(place.gitdir / "index")
        git.told("update-index", "-q", "--refresh", "--ignore-submodules")
        try:
            git.raw("read-tree", "-m", "-u", merge.old, merge.new)
        except MoziError as error:
            raise Conflict(f"{place.top} cannot be brought to the merge: {error}") from error


def _asked(arguments: list[str], repository: Repository) -> str:
    """What the operator's own config says; only this asks it."""
    own = {name: os.environ[name] for name in ("XDG_CONFIG_HOME", "GIT_CONFIG_GLOBAL") if name in os.environ}
    env = {"GIT_CONFIG_GLOBAL": os.path.expanduser("~/.gitconfig"), **own, "GIT_DIR": str(repository.common)}
    return run_git(arguments, env=env, check=False).stdout.decode("utf-8", "replace").strip()
