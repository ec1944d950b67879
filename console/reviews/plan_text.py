"""Owns what changed in a task's text between two looks at its plan, in words for the reviewer.

Pure; a change too large to show line by line is only counted.
"""

from __future__ import annotations

from console.records.task import Task

__all__ = ("told_changes",)

LINES_MAX = 2000
SHOWN_MAX = 6000


def told_changes(before: Task, after: Task) -> str:
    """What changed in title and body; empty where both are the same."""
    parts = []
    if before.title != after.title:
        parts.append(f"The title was: {before.title}")
    if before.body != after.body:
        parts.append(f"The body changed:\n{_line_changes(before.body, after.body)}")
    return "\n".join(parts)


def _line_changes(before: str, after: str) -> str:
    old, new = before.splitlines(), after.splitlines()
    if len(old) + len(new) > LINES_MAX:
        return f"it had {len(old)} lines and has {len(new)}"
    import difflib

    shown = "\n".join(list(difflib.unified_diff(old, new, n=1, lineterm=""))[2:])
    return shown if len(shown) <= SHOWN_MAX else f"{shown[:SHOWN_MAX]}\n[cut: read the task for the rest]"
