"""Owns what would be lost with a worktree: everything that git would refuse to remove, and what git cannot see.

It only looks, by our own config: ignore files, bits of the index and settings of anybody hide nothing from it.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from console.errors import MoziError, UsageError
from console.git.furnished import furnished, stamp
from console.git.merged import commits_missing, is_in
from console.git.pointers import is_filled_in
from console.git.repository import Git, Repository, own_config, read_small
from console.records.worktree import CACHES, MOST_NAMES, Kept

__all__ = ("changed_in", "elsewhere", "unstaged_in", "registered", "size_of", "under_way", "what_stands", "work_in")

_UNDER_WAY = {
    "MERGE_HEAD": "merge",
    "CHERRY_PICK_HEAD": "cherry-pick",
    "REVERT_HEAD": "revert",
    "BISECT_LOG": "bisect",
    "rebase-merge": "rebase",
    "rebase-apply": "rebase",
    "sequencer": "cherry-pick",
}
_DEPTH = 5
"""Submodules in submodules that are looked into."""


def what_stands(
    repository: Repository,
    folder: Path,
    branch: str,
    targets: Mapping[str, str],
    caches: Sequence[str] = CACHES,
    *,
    trust: bool = True,
) -> tuple[Kept, ...]:
    """Every reason against removing the worktree in `folder` and its `branch`.

    `targets` are commits by the names that people know them by; one of them must have all of its work. Where the folder
    is gone, what git still keeps for it is asked. Without `trust` every file is read; it is how the last look is taken.
    """
    try:
        there = os.path.lexists(folder)
        tree = Repository.at(folder) if there else registered(repository, folder)
        if tree is not None and (tree.common != repository.common or tree.gitdir == tree.common):
            return (Kept(code="foreign", names=(str(folder / ".git"),)),)
        if moved := elsewhere(repository, branch, folder):
            return (Kept(code="elsewhere", n=len(moved), names=moved[:MOST_NAMES]),)
        own = [] if tree is None else [*_of_worktree(tree), *(work_in(tree, caches, trust=trust) if there else [])]
        return (*own, *_unmerged(tree or repository, branch, targets))
    except UsageError as error:
        return (Kept(code="foreign", names=(str(error),)),)
    except (MoziError, OSError) as error:
        return (Kept(code="unreadable", names=(str(error)[:300],)),)


def registered(repository: Repository, folder: Path) -> Repository | None:
    """The worktree as git remembers it, whether its folder is there or not."""
    wanted = _plain_name(folder / ".git")
    for entry in sorted(repository.common.glob("worktrees/*/gitdir")):
        said = Path(read_small(entry))
        if _plain_name(said if said.is_absolute() else entry.parent / said) == wanted:
            return Repository(top=folder, gitdir=entry.parent, common=repository.common)
    return None


def elsewhere(repository: Repository, branch: str, folder: Path) -> tuple[str, ...]:
    """The worktrees on a branch that are there, but for the one in `folder`: somebody moved it, or made another."""
    found = []
    for entry in sorted(repository.common.glob("worktrees/*/HEAD")):
        if read_small(entry) == f"ref: refs/heads/{branch}":
            said = Path(read_small(entry.with_name("gitdir")))
            dot = said if said.is_absolute() else entry.parent / said
            if os.path.lexists(dot) and _plain_name(dot) != _plain_name(folder / ".git"):
                found.append(str(dot.parent))
    return tuple(found)


def _plain_name(path: Path) -> str:
    """One spelling of a path, however its links, dots and accents are written."""
    return unicodedata.normalize("NFC", os.path.join(os.path.realpath(path.parent), path.name))


def work_in(
    tree: Repository,
    caches: Sequence[str] = CACHES,
    *,
    trust: bool = True,
    depth: int = 0,
    twin: Path | None = None,
) -> list[Kept]:
    """What is in a checkout beside its commits: changes, files of no commit, repositories, submodules with work.

    `twin` is the checkout that stays, of which this is a worktree; what its submodules have is not lost.
    """
    if depth == 0 and tree.gitdir != tree.common:
        twin = tree.main.top
    with own_config(tree, tree=tree.top, trust=trust) as git:
        links = _links(git)
        changed = changed_in(git, tree.top)
        others = _others(git, caches)
        head = tree.commit()
    nested = [name.rstrip("/") for name in others if name.endswith("/")]
    nested += [found for found in _in_caches(tree.top, caches) if found not in nested]
    given = furnished(tree)
    files = [
        name
        for name in others
        if not name.endswith("/") and (name not in given or given[name] != stamp(tree.top / name))
    ]
    busy = [
        path
        for path, wanted in links.items()
        if depth >= _DEPTH
        or _has_work(tree.top / path, wanted, caches, trust, depth, None if twin is None else twin / path)
    ]
    found = [
        _named("uncommitted", changed),
        _named("untracked", files),
        _named("repository", nested),
        _named("submodule", busy),
    ]
    if head is None:
        found.append(Kept(code="uncommitted", names=("HEAD",)))
    return [one for one in found if one is not None]


def under_way(tree: Repository) -> list[str]:
    """What git was asked to do in a checkout and has not ended, each by its command."""
    return list(dict.fromkeys(word for file, word in _UNDER_WAY.items() if os.path.lexists(tree.gitdir / file)))


def size_of(folder: Path) -> int:
    """Bytes of all files below; links are not followed, what cannot be read counts nothing."""
    total = 0
    for place, _folders, files in os.walk(folder):
        for name in files:
            try:
                total += os.lstat(os.path.join(place, name)).st_size
            except OSError:
                continue
    return total


def _of_worktree(tree: Repository) -> Iterator[Kept]:
    """What git keeps for this worktree alone."""
    if os.path.lexists(tree.gitdir / "locked"):
        yield Kept(code="locked", names=(_reason(tree.gitdir / "locked"),))
    for name in under_way(tree):
        yield Kept(code="under_way", names=(name,))
    listed = tree.plain("for-each-ref", "--format=%(refname)", "refs/worktree", "refs/bisect", "refs/rewritten")
    if (refs := _named("refs", listed.split())) is not None:
        yield refs


def _unmerged(tree: Repository, branch: str, targets: Mapping[str, str]) -> Iterator[Kept]:
    """Its own HEAD (of the main checkout it is nobody's), and the branch that would go with it."""
    own = tree.commit() if tree.gitdir != tree.common else None
    ends = dict.fromkeys(commit for commit in (own, tree.commit(f"refs/heads/{branch}")) if commit)
    with own_config(tree) as git:
        for commit in ends:
            if not any(is_in(git, commit, target) for target in targets.values()):
                name, target = next(iter(targets.items()), ("HEAD", ""))
                n = commits_missing(git, commit, target) if target else 1
                yield Kept(code="unmerged", n=n, names=(name,))
                return


def _links(git: Git) -> dict[str, str]:
    """Path → commit of each submodule."""
    staged = git.names("ls-files", "--stage", "-z")
    return {entry.partition("\t")[2]: entry.split()[1] for entry in staged if entry.startswith("160000 ")}


def changed_in(git: Git, top: Path) -> list[str]:
    """Files that differ from HEAD, in the index or beside it."""
    git.told("update-index", "-q", "--refresh", "--ignore-submodules")  # by content, where only the times moved
    flags = ("-z", "--no-renames", "--ignore-submodules=all", "--no-ext-diff")
    born = git.says("rev-parse", "--quiet", "--verify", "HEAD")
    staged = git.names("diff-index", "--cached", "--name-only", *flags, "HEAD", "--") if born else []
    return list(dict.fromkeys([*staged, *unstaged_in(git, top)]))


def unstaged_in(git: Git, top: Path) -> list[str]:
    """Files that differ from the index; one that git keeps a pointer of, and that has what it points to, does not."""
    raw = iter(git.names("diff-files", "--raw", "--no-abbrev", "-z", "--no-renames", "--ignore-submodules=all"))
    found = [(entry.split()[2], name) for entry, name in zip(raw, raw, strict=True)]
    return [name for blob, name in found if not is_filled_in(git, blob, top / name)]


def _others(git: Git, caches: Sequence[str]) -> list[str]:
    """Every file of no commit, ignored or not; a repository of its own with a / at its end."""
    return git.names("ls-files", "--others", "-z", *(f"--exclude={_literal(name)}" for name in caches))


def _literal(name: str) -> str:
    """A name as a pattern that means it alone."""
    return "".join(f"\\{c}" if c in "*?[]\\!# " else c for c in name)


def _in_caches(top: Path, caches: Sequence[str]) -> Iterator[str]:
    """Repositories that hide inside what is taken for a cache."""
    wanted = set(caches)
    for place, folders, _files in os.walk(top):
        inside = Path(place).relative_to(top)
        if wanted & set(inside.parts) and (".git" in folders or ".git" in _files):
            yield str(inside)
        if ".git" in folders:
            folders.remove(".git")


def _has_work(folder: Path, wanted: str, caches: Sequence[str], trust: bool, depth: int, twin: Path | None) -> bool:
    """Whether a submodule has changes, or commits that were neither fetched from somewhere nor are in its `twin`."""
    if not os.path.lexists(folder / ".git"):
        return folder.is_dir() and any(folder.iterdir())
    try:
        inner = Repository.at(folder)
        if (
            work_in(inner, caches, trust=trust, depth=depth + 1, twin=twin)
            or next(_of_worktree(inner), None) is not None
        ):
            return True
        listed = ("for-each-ref", "--format=%(objectname)")
        known = inner.plain(*listed, "refs/remotes").split()
        own = inner.plain(*listed, "refs/heads", "refs/tags", "refs/stash", "refs/notes").split()
        with own_config(inner) as git:
            known += [wanted] if git.says("cat-file", "-e", wanted) and _has_commit(twin, wanted) else []
            ends = [commit for commit in {*own, inner.commit() or ""} if commit]
            return bool(git.text("rev-list", "--max-count=1", *ends, "--not", *known)) if ends else False
    except (MoziError, OSError):
        return True


def _has_commit(folder: Path | None, commit: str) -> bool:
    """Whether the repository in a folder has it."""
    try:
        return folder is not None and Repository.at(folder).commit(commit) is not None
    except MoziError:
        return False


def _named(code: str, found: Sequence[str]) -> Kept | None:
    return Kept(code=code, n=len(found), names=tuple(found[:MOST_NAMES])) if found else None


def _reason(locked: Path) -> str:
    try:
        return read_small(locked)[:200]
    except UsageError:
        return ""
