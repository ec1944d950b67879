"""Owns what a repository is to us: its folders, and two ways to ask it that never obey its own config.

`plain` runs what only reads or moves refs and worktrees, in the repository itself. `own_config` runs all that looks at files:
in a git folder of ours that has nothing but the repository's objects, so that no filter, monitor, driver, attribute or exclude
that somebody configured there can act or hide anything.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from console import safe_files
from console.errors import MoziError, UsageError
from console.git.run import NOTHING, git_failed, run_git

__all__ = ("Git", "Repository", "names", "object_form", "own_config")

POINTER_MAX = 4096
"""Bytes of a `.git` file or `commondir` file that are read."""
_PLAIN = (
    ("core.fsmonitor", "false"),
    ("core.hooksPath", NOTHING),
    ("core.pager", "cat"),
    ("core.untrackedCache", "false"),
    ("core.attributesFile", NOTHING),
    ("core.excludesFile", NOTHING),
    ("core.quotePath", "false"),
    ("core.commitGraph", "false"),
    ("core.logAllRefUpdates", "true"),
    ("log.showSignature", "false"),
    ("commit.gpgSign", "false"),
    ("color.ui", "false"),
    ("column.ui", "never"),
    ("gc.auto", "0"),
    ("maintenance.auto", "false"),
    ("submodule.recurse", "false"),
)
_OPTIONS = tuple(part for name, value in _PLAIN for part in ("-c", f"{name}={value}"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Repository:
    """A checkout and where git keeps what belongs to it."""

    top: Path
    """Its folder."""
    gitdir: Path
    """Its own: HEAD, index; of the main checkout the same as `common`."""
    common: Path
    """What all worktrees share: objects, refs, config."""

    @classmethod
    def holding(cls, folder: Path) -> Repository:
        """The one whose checkout `folder` is in. Raises UsageError where there is none."""
        here = Path(os.path.realpath(folder))
        for top in (here, *here.parents):
            if os.path.lexists(top / ".git"):
                return cls.at(top)
        raise UsageError(f"{folder} is in no git repository; run `git init` and commit there, or set worktrees: false")

    @classmethod
    def at(cls, top: Path) -> Repository:
        """The one whose checkout has its top in `top`. Raises UsageError."""
        dot = top / ".git"
        gitdir = Path(os.path.realpath(dot if dot.is_dir() else _pointed(dot)))
        shared = gitdir / "commondir"
        common = Path(os.path.realpath(gitdir / read_small(shared))) if os.path.lexists(shared) else gitdir
        if not (common / "objects").is_dir() or not os.path.lexists(gitdir / "HEAD"):
            raise UsageError(
                f"{dot} leads to no git repository; where that was moved, `git worktree repair {top}` in it mends this"
            )
        return cls(top=top, gitdir=gitdir, common=common)

    @property
    def main(self) -> Repository:
        """The main checkout, where this is a worktree of it."""
        if self.gitdir == self.common:
            return self
        return Repository(top=self.common.parent, gitdir=self.common, common=self.common)

    def plain(self, *arguments: str, given: bytes | None = None) -> str:
        """What a command that runs no program of the repository's prints: refs, config, worktrees. Raises MoziError."""
        done = run_git([*self._options, *arguments], cwd=self._cwd, given=given)
        return done.stdout.decode("utf-8", "surrogateescape")

    def says(self, *arguments: str) -> bool:
        """Whether such a command ends with 0."""
        return run_git([*self._options, *arguments], cwd=self._cwd, check=False).returncode == 0

    def commit(self, name: str = "HEAD") -> str | None:
        """The commit that `name` stands for; None where it stands for none."""
        found = run_git(
            [*self._options, "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}"],
            cwd=self._cwd,
            check=False,
        )
        return found.stdout.decode().strip() or None if found.returncode == 0 else None

    def branch(self) -> str | None:
        """The branch that is checked out here; None for a detached HEAD."""
        done = run_git([*self._options, "symbolic-ref", "--quiet", "HEAD"], cwd=self._cwd, check=False)
        name = done.stdout.decode("utf-8", "surrogateescape").strip()
        return name.removeprefix("refs/heads/") if done.returncode == 0 and name.startswith("refs/heads/") else None

    @property
    def _options(self) -> tuple[str, ...]:
        """With the folder named, so that a core.worktree in its config leads nowhere."""
        place = self.top if self.top.is_dir() else self.gitdir
        return (*_OPTIONS, f"--git-dir={self.gitdir}", f"--work-tree={place}")

    @property
    def _cwd(self) -> Path:
        return self.gitdir


class Git:
    """Commands in a git folder of our own; see `own_config`."""

    def __init__(self, folder: Path, tree: Path | None) -> None:
        self.folder = folder
        self.index = folder / "index"
        self._env = {"GIT_DIR": str(folder), "GIT_INDEX_FILE": str(self.index)}
        if tree is not None:
            self._env["GIT_WORK_TREE"] = str(tree)
        self._cwd = tree or folder

    def write_to(self, index: Path) -> None:
        """From now on use this index, the real one."""
        self._env["GIT_INDEX_FILE"] = str(index)

    def raw(self, *arguments: str, given: bytes | None = None, env: Mapping[str, str] | None = None) -> bytes:
        """What `git <arguments>` prints. Raises MoziError."""
        return run_git(arguments, cwd=self._cwd, env={**self._env, **(env or {})}, given=given).stdout

    def text(self, *arguments: str, given: bytes | None = None, env: Mapping[str, str] | None = None) -> str:
        """The same as text, without the last line's end."""
        return self.raw(*arguments, given=given, env=env).decode("utf-8", "surrogateescape").rstrip("\n")

    def names(self, *arguments: str) -> list[str]:
        """The names that `git <arguments> -z` prints."""
        return names(self.raw(*arguments))

    def says(self, *arguments: str) -> bool:
        """Whether git answers yes (0) or no (1). Raises MoziError for any other answer."""
        return self.told(*arguments)[0] == 0

    def told(self, *arguments: str) -> tuple[int, str]:
        """(Exit status 0 or 1, what it printed). Raises MoziError for any other status."""
        done = run_git(arguments, cwd=self._cwd, env=self._env, check=False)
        if done.returncode not in (0, 1):
            raise git_failed(arguments, self._cwd, done)
        return done.returncode, done.stdout.decode("utf-8", "surrogateescape")


@contextmanager
def own_config(repository: Repository, *, tree: Path | None = None, trust: bool = True) -> Iterator[Git]:
    """Ask `repository` by our own config only; `tree` is the folder whose files are looked at.

    Its index is a copy of the checkout's, in which nothing is hidden by a bit; without `trust` every file is read, because
    the times in an index hide what somebody wants them to hide. HEAD is detached where the checkout's is.
    Objects that are written go into the repository, nothing else does.
    """
    head = repository.commit()
    with tempfile.TemporaryDirectory(prefix="moziplus-git-") as made:
        folder = Path(made)
        (folder / "refs").mkdir()
        (folder / "info").mkdir()
        (folder / "objects").symlink_to(repository.common / "objects")
        (folder / "info" / "attributes").write_text("* !diff\n")
        (folder / "HEAD").write_text(f"{head}\n" if head else "ref: refs/heads/none\n")
        (folder / "config").write_text(_config(repository, tree))
        if os.path.lexists(repository.common / "shallow"):
            (folder / "shallow").symlink_to(repository.common / "shallow")
        git = Git(folder, tree)
        if tree is not None:
            _copy_index(repository, git, tree, trust)
        yield git


def object_form(repository: Repository) -> str:
    """The form of its objects, `sha256`; empty for what is usual. Raises MoziError for one that is not known."""
    file = str(repository.common / "config")
    listed = run_git(["config", "--no-includes", "--file", file, "--get", "extensions.objectFormat"], check=False)
    form = listed.stdout.decode("utf-8", "replace").strip()
    if form not in ("", "sha1", "sha256"):
        raise MoziError(f"{repository.common} keeps its objects in a form that is not known: {form[:40]}")
    return form


def names(printed: bytes) -> list[str]:
    """What stands between NULs."""
    return [os.fsdecode(name) for name in printed.split(b"\0") if name]


def read_small(path: Path) -> str:
    """A small regular file that a hostile neighbour may have put there. Raises UsageError."""
    try:
        return os.fsdecode(safe_files.read(path.parent, path.name, most=POINTER_MAX)).strip()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}") from error


def _pointed(dot: Path) -> Path:
    said = read_small(dot)
    if not said.startswith("gitdir: "):
        raise UsageError(f"{dot} does not say where its repository is")
    return dot.parent / said.removeprefix("gitdir: ")


def _config(repository: Repository, tree: Path | None) -> str:
    """Our own config. Of the repository's only the form of its objects holds, else they could not be read."""
    form = object_form(repository)
    folded = tree is not None and (tree / ".gIT").exists()
    lines = ["[core]", f"repositoryFormatVersion = {1 if form else 0}", "bare = false"]
    lines += [f"ignoreCase = {str(folded).lower()}", f"precomposeUnicode = {str(sys.platform == 'darwin').lower()}"]
    lines += [f"{name.removeprefix('core.')} = {value}" for name, value in _PLAIN if name.startswith("core.")]
    if form:
        lines += ["[extensions]", f"objectFormat = {form}"]
    return "\n".join([*lines, "[gc]", "auto = 0", "[maintenance]", "auto = false", ""])


def _copy_index(repository: Repository, git: Git, tree: Path, trust: bool) -> None:
    """Copied with its time: git tells by it which files may have changed since. Bits that hide changes are taken away."""
    real = repository.gitdir / "index"
    if not real.exists():
        return
    shutil.copy2(real, git.index)
    for shared in repository.gitdir.glob("sharedindex.*"):
        (git.folder / shared.name).symlink_to(shared)
    listed = git.names("ls-files", "-v", "-z")
    hidden = [(entry[0], entry[2:]) for entry in listed if entry[0] == "S" or entry[0].islower()]
    # of a sparse checkout, what is not there is not meant to be there
    absent = [name for flag, name in hidden if flag in "sS" and not os.path.lexists(tree / name)]
    if not trust:
        entries = git.raw("ls-files", "--stage", "-z")
        git.index.unlink()
        git.raw("update-index", "-z", "--index-info", given=entries)
        _set_bit(git, "--skip-worktree", absent)
        return
    _set_bit(git, "--no-assume-unchanged", [name for flag, name in hidden if flag.islower()])
    _set_bit(git, "--no-skip-worktree", [name for flag, name in hidden if flag in "sS" and name not in set(absent)])


def _set_bit(git: Git, option: str, files: list[str]) -> None:
    if files:
        git.raw("update-index", option, "-z", "--stdin", given=b"\0".join(map(os.fsencode, files)))
