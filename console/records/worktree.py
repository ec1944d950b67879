"""Owns what is known of a task's git worktree: where it came from, why it is still there, how it was merged or discarded.

A reason is a code and its values; in which words it is told is said here, too, for whoever shows it.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from console.i18n import N_, _
from console.records.rows import from_row
from console.records.task import Task, TaskStatus

__all__ = ("CACHES", "MOST_NAMES", "Kept", "TaskWorktree", "way_on", "words_of")

CACHES = (
    "__pycache__", ".venv", "venv", "node_modules", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".tox", ".nox",
    ".hypothesis", ".gradle", ".DS_Store",
)  # fmt: skip
"""Names of folders and files that anybody can make again; `worktree.caches` in the settings says otherwise."""
MOST_NAMES = 5
"""Names that a reason gives."""
_WORDS = {
    "unmerged": N_("{n} commits are not in {names}"),
    "uncommitted": N_("{n} changed files are not committed ({names})"),
    "untracked": N_("{n} files are in no commit ({names})"),
    "repository": N_("{n} repositories of their own are in it ({names})"),
    "submodule": N_("{n} submodules hold work of their own ({names})"),
    "under_way": N_("{names} is under way in it"),
    "refs": N_("{n} refs are only there ({names})"),
    "locked": N_("it is locked ({names})"),
    "foreign": N_("it is no worktree of this repository any more: {names}"),
    "branch": N_("its branch {names} moved away from what is checked out"),
    "elsewhere": N_("its branch is checked out in {names}; was it moved?"),
    "unreadable": N_("git cannot say: {names}"),
}
"""Code to the words; `names` are joined."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One reason for which a worktree is not removed."""

    code: str
    n: int = 1
    names: tuple[str, ...] = ()
    """At most MOST_NAMES, as they are; show them inert."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskWorktree:
    """A row of `worktrees`."""

    task_id: int
    repository: str
    """Top folder of the checkout that it was made from."""
    base: str | None = None
    """The commit that its branch was made from."""
    target: str | None = None
    """The branch that was checked out there; it is merged into this one."""
    ready: bool = False
    """It has all that a fresh one is given."""
    kept: tuple[Kept, ...] = ()
    """Why it was not tidied away when that was looked at last; empty while the task goes on."""
    size: int = 0
    """Bytes of its folder then."""
    looked_at: int | None = None
    merged: str | None = None
    """The commit by which it came into its target."""
    merged_into: str | None = None
    merged_at: int | None = None
    discarded: str | None = None
    """The ref that holds what was discarded, or what only reflogs of the worktree knew when it went."""
    discarded_tip: str | None = None
    discarded_until: int | None = None
    """Epoch ms at which the ref is given up."""

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> TaskWorktree:
        """From a row of `worktrees`."""
        return from_row(cls, row, ready=bool, kept=_kept)

    @property
    def left(self) -> bool:
        """What is kept was left behind, not discarded."""
        return self.discarded is not None and self.discarded.startswith("refs/moziplus/left/")

    @property
    def why(self) -> str:
        """Why it is kept, in one line; empty where it is not."""
        return "; ".join(map(words_of, self.kept))


def words_of(kept: Kept) -> str:
    """A reason in the reader's language, in one line."""
    more = ", …" if kept.n > len(kept.names) > 0 and kept.code in ("uncommitted", "untracked", "refs") else ""
    shown = ", ".join(name.encode("unicode_escape").decode() if not name.isprintable() else name for name in kept.names)
    return _(_WORDS.get(kept.code, kept.code)).format(n=kept.n, names=shown + more)


def way_on(project: str, task: Task, kept: Iterable[Kept]) -> str:
    """What to type about a task's worktree that is kept, in the reader's language and in one line."""
    reasons, there = tuple(kept), ""
    codes, one, place = (
        {reason.code for reason in reasons},
        f"{task.id} --project {project}",
        shlex.quote(task.work_folder or ""),
    )
    merge, discard = f"`moziplus task merge {one}`", f"`moziplus task discard {one}`"
    if task.status != TaskStatus.DONE:  # only a done task is merged by us
        merge = f"`git merge {task.branch}`"
    if "locked" in codes:
        said = _("`git -C {folder} worktree unlock .`, then {merge} or {discard}")
    elif "elsewhere" in codes:
        there = shlex.quote(next(reason.names[0] for reason in reasons if reason.code == "elsewhere"))
        said = _("`git -C {there} worktree move {there} {folder}` puts it back, then {merge} or {discard}")
    elif codes & {"foreign", "unreadable"}:
        said = _("look at {folder} (`git -C {folder} status`) and move it away: the task needs it no more")
    elif codes & {"repository", "submodule"}:
        said = _("move what is worth it out of {folder}, then {merge} or {discard}")
    elif codes & {"uncommitted", "untracked"}:
        said = _("`git -C {folder} add -A && git -C {folder} commit`, then {merge}; {discard} if it is not needed")
    else:
        said = _("{merge}, or {discard} if it is not needed")
    return said.format(folder=place, there=there, merge=merge, discard=discard)


def _kept(text: str) -> tuple[Kept, ...]:
    return tuple(Kept(code=one["code"], n=one["n"], names=tuple(one["names"])) for one in json.loads(text))
