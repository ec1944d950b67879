"""Owns what a fresh worktree is given beside its commits: copies of what git does not keep, and submodules.

It fetches nothing from afar and follows no link out of the worktree.
"""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from console import safe_files
from console.errors import MoziError
from console.git.repository import Repository, own_config
from console.git.run import run_git

__all__ = ("COPIES_MAX", "INCLUDE", "empty_submodules", "furnish")

INCLUDE = ".worktreeinclude"
"""File in the repository that names, as a .gitignore does, what of it is copied although git does not keep it."""
COPIES_MAX = 10_000
"""Files that are copied at most."""


def furnish(tree: Repository, source: Path, *, copy: Sequence[str] = ()) -> None:
    """Give the worktree all that a fresh one gets from the checkout in `source`. Doing it again does no harm.

    Raises MoziError in words where something of it fails.
    """
    _copy_all(tree, source, copy)
    _fill_submodules(tree, source)


def empty_submodules(tree: Repository) -> tuple[str, ...]:
    """The submodules of which there is only the folder."""
    return tuple(path for path in _submodules(tree) if not os.path.lexists(tree.top / path / ".git"))


def _copy_all(tree: Repository, source: Path, patterns: Sequence[str]) -> None:
    """Files of the checkout that git does not keep there and that `copy` or .worktreeinclude names, where they are missing."""
    asked = [f"--exclude={pattern}" for pattern in patterns]
    if (source / INCLUDE).is_file() and not (source / INCLUDE).is_symlink():
        asked.append(f"--exclude-from={source / INCLUDE}")
    if not asked:
        return
    with own_config(Repository.at(source), tree=source) as git:
        wanted = git.names("ls-files", "--others", "--ignored", "-z", *asked)
    if len(wanted) > COPIES_MAX:
        raise MoziError(
            f"{len(wanted)} files of {source} would be copied into each worktree; name fewer in `worktree.copy`"
        )
    for name in wanted:
        if not name.endswith("/"):
            _copy(source, tree.top, name)


def _copy(source: Path, top: Path, name: str) -> None:
    """One file, with its mode. A link stays a link, to where it leads from the checkout."""
    if os.path.lexists(top / name):
        return
    try:
        if (source / name).is_symlink():
            safe_files.make_folder(top, Path(name).parent)
            (top / name).symlink_to(os.path.realpath(source / name))
            return
        with safe_files.opened(source, name) as (descriptor, found):
            mode = stat.S_IMODE(found.st_mode)
            with safe_files.drafted(top, name, durable=False, mode=mode, make=True) as copy:
                for chunk in safe_files.chunks(descriptor, found.st_size):
                    copy.write(chunk)
    except OSError as error:
        raise MoziError(f"{name} cannot be copied into the worktree: {error.strerror or error}") from error


def _submodules(tree: Repository) -> dict[str, str]:
    """Path → commit."""
    with own_config(tree, tree=tree.top) as git:
        entries = git.names("ls-files", "--stage", "-z")
    return {entry.partition("\t")[2]: entry.split()[1] for entry in entries if entry.startswith("160000 ")}


def _fill_submodules(tree: Repository, source: Path) -> None:
    """Submodules whose commits are on this machine. Others stay empty: the prompt says so."""
    paths = _submodules(tree)
    if not paths:
        return
    named = _gitmodules(tree.top)
    for path, commit in paths.items():
        folder = tree.top / path
        if os.path.lexists(folder / ".git") or (folder.is_dir() and any(folder.iterdir())):
            continue
        for origin in _origins(source, path, named.get(path, ("", ""))):
            if _cloned(origin, folder, commit):
                break


def _gitmodules(top: Path) -> dict[str, tuple[str, str]]:
    """Path → (name, url), as .gitmodules says."""
    file = top / ".gitmodules"
    if not file.is_file() or file.is_symlink():
        return {}
    listed = run_git(["config", "--no-includes", "--file", str(file), "--list", "-z"], check=False).stdout
    values = dict(line.split("\n", 1) for line in listed.decode("utf-8", "replace").split("\0") if "\n" in line)
    found = {}
    for key, value in values.items():
        if key.startswith("submodule.") and key.endswith(".path"):
            name = key.removeprefix("submodule.").removesuffix(".path")
            found[value] = (name, values.get(f"submodule.{name}.url", ""))
    return found


def _origins(source: Path, path: str, named: tuple[str, str]) -> list[Path]:
    """Where on this machine its commits may be: as the operator's checkout has it, or at an address that is a folder."""
    name, url = named
    common = Repository.at(source).common
    found = [common / "modules" / name] if name and ".." not in Path(name).parts else []
    if os.path.lexists(source / path / ".git"):
        with suppress(MoziError):
            found.append(Repository.at(source / path).common)
    if url.startswith(("./", "../")):
        found.append(Path(os.path.normpath(source / url)))
    elif url.startswith("file://"):
        found.append(Path(url.removeprefix("file://")))
    elif url.startswith("/"):
        found.append(Path(url))
    return [folder for folder in found if folder.is_dir()]


def _cloned(origin: Path, folder: Path, commit: str) -> bool:
    """A repository of its own in `folder` with `commit` checked out; False where `origin` does not have it."""
    done = run_git(["clone", "--quiet", "--no-checkout", "--template=", "--", str(origin), str(folder)], check=False)
    if done.returncode == 0:
        inner = Repository.at(folder)
        if inner.commit(commit) is not None:
            inner.plain("update-ref", "--no-deref", "HEAD", commit)
            with own_config(inner, tree=folder) as git:
                git.write_to(inner.gitdir / "index")
                git.raw("read-tree", "--reset", "-u", "HEAD")
            return True
    if folder.is_dir():
        shutil.rmtree(folder)
        folder.mkdir()
    return False
