"""Owns the git worktree of a task as it leaves the house: why it is kept, how it was merged or put away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.api.shape import Shape
from console.records.worktree import words_of

if TYPE_CHECKING:
    from console.records.worktree import Kept as KeptRecord

__all__ = ("Discarded", "Kept", "KeptWorktree", "Merged", "Worktree")


class Kept(Shape, frozen=True, kw_only=True):
    """One reason for which a worktree is not removed."""

    code: str
    """For programs, as unmerged or uncommitted."""
    n: int
    """How many there are of it."""
    names: tuple[str, ...]
    """Some of them."""
    says: str
    """In words."""

    @classmethod
    def of(cls, kept: KeptRecord) -> Kept:
        """Of the record."""
        return cls(code=kept.code, n=kept.n, names=kept.names, says=words_of(kept))


class Worktree(Shape, frozen=True, kw_only=True):
    """The git worktree of a task."""

    folder: str | None
    """Absolute path; null where it is gone."""
    branch: str | None
    """Null where it is gone."""
    repository: str
    """Top folder of the checkout that it was made from."""
    base: str | None
    """The commit that its branch was made from."""
    target: str | None
    """The branch that it is merged into."""
    kept: tuple[Kept, ...]
    """Why it is still there."""
    why: str
    """The same in one line."""
    size: int | None
    """Bytes of its folder, where it is kept."""
    do: str | None
    """What to type about it, where it is kept."""
    merged: str | None
    """The commit by which it came into its target."""
    merged_into: str | None
    """That target."""
    merged_at: str | None
    """UTC, ISO 8601."""
    discarded: str | None
    """The ref that holds what was discarded."""
    left: str | None
    """The ref that holds what only the worktree knew when it went."""
    discarded_until: str | None
    """When that ref is given up: UTC, ISO 8601."""
    get_back: str | None
    """The command that brings it back."""


class KeptWorktree(Shape, frozen=True, kw_only=True):
    """A worktree of an ended task that stays."""

    kind: str
    """kept worktree."""
    project: str
    """Its project's id."""
    count: int
    """0: nothing of it is removed."""
    size: int | None
    """Bytes of its folder."""
    problem: str
    """Empty."""
    dry_run: bool
    """Nothing was removed."""
    task: int
    """Whose it is."""
    folder: str | None
    """Absolute path."""
    reasons: tuple[Kept, ...]
    """Why it stays."""
    why: str
    """The same in one line."""
    do: str
    """What to type about it."""


class Merged(Shape, frozen=True, kw_only=True):
    """What came of a merge."""

    project: str
    """Its project's id."""
    task: int
    """Whose work it is."""
    merged: str | None
    """The commit of the target; null where there are conflicts."""
    into: str
    """The branch."""
    already: bool
    """It was merged before."""
    follow_up: int | None
    """The task that resolves the conflicts."""
    kept: tuple[Kept, ...]
    """Why the worktree is still there."""


class Discarded(Shape, frozen=True, kw_only=True):
    """What came of a discard."""

    project: str
    """Its project's id."""
    task: int
    """Whose work it was."""
    ref: str
    """What holds it."""
    commit: str
    """Its tip."""
    until: str | None
    """When the ref is given up: UTC, ISO 8601."""
    get_back: str
    """The command that brings it back."""
