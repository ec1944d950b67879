"""Owns the git worktree of a task as it leaves the house: why it is kept, how it was merged or put away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.api.shape import Shape
from console.records.worktree import words_of

if TYPE_CHECKING:
    from console.records.worktree import Kept as KeptRecord

__all__ = ("Kept", "Worktree")


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
