"""Owns the operator's checkouts: which of them are on a branch, whether one can be brought to a commit, and the bringing.

Nothing of the operator's is written over: a change, or a file of no commit in the way, ignored or not, refuses all of it.
"""

from __future__ import annotations

import os
from pathlib import Path

from console import safe_files
from console.errors import Conflict, MoziError
from console.git.repository import Git, Repository, names, own_config, read_small
from console.git.standing import changed_in, under_way

__all__ = ("bring", "on_branch", "refuse_taken", "refuse_unfit")

_TAKES = ("rebase-merge/head-name", "rebase-apply/head-name", "BISECT_START", "rebase-merge/update-refs")
"""Where git writes down, in a checkout's own folder, to which branches it returns from a rebase or a bisect."""
_TAKES_MAX = 1 << 20


def on_branch(repository: Repository, branch: str) -> list[Repository]:
    """The checkouts that have the branch checked out. Of one whose git folder lies elsewhere git does not know where it is:
    the one that was asked about is always looked at."""
    found, top = {}, None
    if repository.branch() == branch and os.path.lexists(repository.top / ".git"):
        found[os.path.realpath(repository.top)] = repository
    for line in repository.plain("worktree", "list", "--porcelain", "-z").split("\0"):
        if line.startswith("worktree "):
            top = Path(line.removeprefix("worktree "))
        elif line == f"branch refs/heads/{branch}" and top is not None and os.path.lexists(top / ".git"):
            found.setdefault(os.path.realpath(top), Repository.at(top))
    return list(found.values())


def refuse_taken(repository: Repository, branch: str) -> None:
    """Raises Conflict where a rebase or a bisect, of any checkout, will set the branch back to what it knows of it."""
    for gitdir in (repository.common, *sorted(repository.common.glob("worktrees/*"))):
        for name in _TAKES:
            if os.path.lexists(gitdir / name) and _names(gitdir / name, branch):
                top = repository.main.top if gitdir == repository.common else Path(read_small(gitdir / "gitdir")).parent
                what = "bisect" if name.startswith("BISECT") else "rebase"
                raise Conflict(f"a {what} of {branch} is under way in {top}; end it first")


def _names(file: Path, branch: str) -> bool:
    try:
        lines = os.fsdecode(safe_files.read(file.parent, file.name, most=_TAKES_MAX)).splitlines()
    except OSError:
        return False  # it ended meanwhile
    return f"refs/heads/{branch}" in lines or branch in lines


def refuse_unfit(place: Repository, branch: str, old: str, new: str, *, begun: bool) -> None:
    """Raises Conflict where the checkout cannot be brought from `old` to `new` without a loss.

    `begun` says that this very step may have been ended in the middle: what it left there is no change of anybody's.
    """
    how = f"; `git -C {place.top} stash` puts them aside, then merge once more"
    if os.path.lexists(place.gitdir / "index.lock"):
        lock = place.gitdir / "index.lock"
        raise Conflict(f"{lock} says that a git is at work in {place.top}; if none is, remove it, then merge once more")
    with own_config(place, tree=place.top) as git:
        if any(entry.startswith("S ") for entry in git.names("ls-files", "-t", "-z")):
            raise Conflict(f"{place.top} is a sparse checkout of {branch}: moziplus does not change one")
        if busy := under_way(place):
            raise Conflict(f"a {busy[0]} is under way in {place.top}; end it first")
        changed = changed_in(git, place.top)
        if changed and not (begun and all(_is_ours(git, place.top, old, new, name) for name in changed)):
            raise Conflict(f"{place.top} is on {branch} and has changes ({', '.join(changed[:3])}){how}")
        if in_the_way := _in_the_way(git, place.top, old, new, begun=begun):
            raise Conflict(
                f"{in_the_way} of {place.top} is in no commit, and the merge would write over it; move it away, then merge"
                " once more"
            )
        if filtered := _filtered(git, old, new):
            raise Conflict(
                f"{filtered} goes through a git filter (LFS?), which moziplus does not run; switch {place.top} to another"
                " branch, then merge once more"
            )


def bring(place: Repository, old: str, new: str, *, begun: bool) -> None:
    """Files and index of a checkout that is fit from the old commit to the new one."""
    with own_config(place, tree=place.top) as git:
        if begun:  # back to the old one first: all that is there is known by one of the two
            for name in _changes(git, old, new, "A"):
                if os.path.lexists(place.top / name) and not (place.top / name).is_dir():
                    (place.top / name).unlink()
            git.write_to(place.gitdir / "index")
            git.raw("read-tree", "--reset", "-u", old)
        git.write_to(place.gitdir / "index")
        git.told("update-index", "-q", "--refresh", "--ignore-submodules")
        try:
            git.raw("read-tree", "-m", "-u", old, new)
        except MoziError as error:
            raise Conflict(f"{place.top} cannot be brought to the merge: {error}") from error


def _changes(git: Git, old: str, new: str, kinds: str) -> list[str]:
    return git.names("diff-tree", "-r", "-z", "--name-only", "--no-renames", f"--diff-filter={kinds}", old, new)


def _is_ours(git: Git, top: Path, old: str, new: str, name: str) -> bool:
    """Whether a changed file is as a step from `old` to `new` leaves it when it is ended in the middle: in the index as it
    was or is to be; beside it as it was, is to be, not there, or written in part."""
    before, after, staged = (_entry(git, commit, name) for commit in (old, new, ""))
    if before == after or staged not in (before, after):
        return False
    if not os.path.lexists(top / name):
        return True
    if (top / name).is_symlink() or not (top / name).is_file():
        return git.text("hash-object", "--no-filters", "--", name) in after if (top / name).is_symlink() else False
    try:
        there = safe_files.read(top, name, most=(top / name).lstat().st_size + 1)
    except OSError:
        return False
    contents = [git.raw("cat-file", "blob", entry.split()[1]) for entry in (before, after) if entry]
    return there in contents or (bool(after) and contents[-1].startswith(there))


def _entry(git: Git, commit: str, name: str) -> str:
    """Mode and object of a file in a commit, or in the index; empty where it is not there."""
    if commit:
        found = git.names("ls-tree", "-z", commit, "--", f":(literal){name}")
        return " ".join(found[0].partition("\t")[0].split()[::2]) if found else ""
    found = git.names("ls-files", "--stage", "-z", "--", f":(literal){name}")
    return " ".join(found[0].partition("\t")[0].split()[:2]) if found else ""


def _in_the_way(git: Git, top: Path, old: str, new: str, *, begun: bool) -> str:
    """The first file of no commit that a step from `old` to `new` would write over or remove; empty where there is none."""
    added = set(_changes(git, old, new, "A"))
    above = {str(parent) for name in added for parent in Path(name).parents}
    removed = {name.casefold(): name for name in _changes(git, old, new, "D")}
    for name in sorted(added):
        there = os.path.lexists(top / name) and not ((top / name).is_dir() and not (top / name).is_symlink())
        once = top / removed.get(name.casefold(), name)  # the same file, where case means nothing
        renamed = once != top / name and os.path.lexists(once) and os.path.samestat(once.lstat(), (top / name).lstat())
        if there and not renamed and not (begun and _is_ours(git, top, old, new, name)):
            return name
    for entry in git.names("ls-files", "--others", "-z") if added else ():
        name = entry.rstrip("/")
        if (name in above and not entry.endswith("/")) or added & set(map(str, Path(name).parents)):
            return name
    raw = iter(git.names("diff-tree", "-r", "-z", "--raw", "--no-abbrev", "--no-renames", old, new))
    gone = [
        name
        for entry, name in zip(raw, raw, strict=True)
        if entry.startswith(":160000 ") and "160000" not in entry[7:14]
    ]
    for name in gone:
        filled = (top / name).is_dir() and any((top / name).iterdir())
        if filled and (name in above or _entry(git, new, name)):
            return name
    return ""


def _filtered(git: Git, old: str, new: str) -> str:
    """The first file of the step that a filter is meant for; empty where there is none."""
    changed = git.raw("diff-tree", "-r", "-z", "--name-only", "--no-renames", "--diff-filter=d", old, new)
    if not changed:
        return ""
    told = names(git.raw("check-attr", "-z", "--stdin", "filter", given=changed))
    every = zip(told[::3], told[2::3], strict=True)
    return next((name for name, value in every if value not in ("unspecified", "unset", "set")), "")
