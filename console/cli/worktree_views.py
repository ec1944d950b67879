"""Owns how a task's git worktree looks to people and to programs: why it is kept, how it was merged, how to get it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.cli.in_words import in_words
from console.records.output import plain_size
from console.text import one_line

if TYPE_CHECKING:
    from console.api.worktree import Worktree

__all__ = ("worktree_facts",)


def worktree_facts(record: Worktree | None) -> list[tuple[str, str]]:
    """Lines for people."""
    if record is None:
        return []
    found = []
    if record.kept:
        found += [
            ("kept because", one_line(f"{record.why} ({plain_size(record.size or 0)})", 1000)),
            ("", record.do or ""),
        ]
    if record.merged:
        found.append(("merged", in_words(f"into {record.merged_into} as {record.merged[:10]}, {record.merged_at}")))
    if record.get_back:
        back = f"until {record.discarded_until}; `{record.get_back}` brings it back"
        found.append(("left behind" if record.left else "discarded", in_words(back)))
    return found
