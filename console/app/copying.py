"""Owns what is copied from under the cursor: its name, as commands take it, or the whole of what it says."""

from __future__ import annotations

from console.actions.action import Context, Target

__all__ = ("reference_of", "text_of")


def reference_of(target: Target) -> str:
    """Such as `quant#31`; of a session its id, of an alert what it says."""
    if target.session is not None and Context.SESSION in target.contexts:
        return target.session.id
    if target.task is not None:
        return f"{target.project}#{target.task.id}"
    if target.alert is not None:
        return text_of(target)
    return target.project


def text_of(target: Target) -> str:
    """Title and text of a task, the folder of a session, the words of an alert."""
    if target.session is not None and Context.SESSION in target.contexts:
        return target.session.folder or target.session.id
    if target.task is not None:
        head = f"{target.project}#{target.task.id} {target.task.title}"
        return f"{head}\n\n{target.task.body}" if target.task.body else head
    return target.alert.body if target.alert is not None else target.project
