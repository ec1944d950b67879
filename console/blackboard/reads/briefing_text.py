"""Owns the briefing as text for a model to read: what matters most comes first, every cut is named."""

from __future__ import annotations

from console.blackboard.reads.briefing import Briefing, Needed
from console.blackboard.reads.cuts import cut
from console.blackboard.reads.thread_text import changes_asked, to_review

__all__ = ("briefing_text",)


def briefing_text(brief: Briefing) -> str:
    """The briefing in Markdown."""
    parts = [_task(brief)]
    if brief.review is not None:
        parts.append(to_review(brief.review, brief.seat))
    else:
        parts.append(changes_asked(brief.threads))
    parts += [_attempts(brief), _needed(brief), _children(brief), _outputs(brief), _comments(brief), _decisions(brief)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _task(brief: Briefing) -> str:
    task = brief.task
    head = f"# Task {brief.project}#{task.id}: {task.title}"
    head += f"\n\nStatus {task.status}, priority {task.priority} (0 is most urgent)."
    return f"{head}\n\n{cut(task.body)}" if task.body else head


def _attempts(brief: Briefing) -> str:
    if not brief.attempts:
        return ""
    lines = ["## Earlier attempts"]
    for session in brief.attempts:
        lines.append(
            f"Attempt {session.attempt} by {session.agent} {session.status}: {session.failure or 'no cause known'}"
        )
    last = brief.attempts[-1]
    if last.tail:
        lines.append(f"The end of its output:\n```\n{cut(last.tail)}\n```")
    return "\n\n".join(lines)


def _needed(brief: Briefing) -> str:
    if not brief.needed:
        return ""
    return "\n\n".join(["## It builds on", *(_one_needed(brief, needed) for needed in brief.needed)])


def _children(brief: Briefing) -> str:
    if not brief.children:
        return ""
    return "\n\n".join(["## Its parts", *(_one_needed(brief, child) for child in brief.children)])


def _one_needed(brief: Briefing, needed: Needed) -> str:
    lines = [f"#{needed.task.id} {needed.task.title} ({needed.task.status}). {cut(needed.summary)}".rstrip()]
    lines += [f"- {brief.path(output)}" for output in needed.outputs]
    return "\n".join(lines)


def _outputs(brief: Briefing) -> str:
    if not brief.outputs:
        return ""
    lines = ["## Outputs of this task"]
    lines += [f"- {brief.path(o)} (version {o.version}, round {o.round}, {o.size} bytes)" for o in brief.outputs]
    return "\n".join(lines)


def _comments(brief: Briefing) -> str:
    if not brief.comments:
        return ""
    return "\n\n".join(["## Comments", *(f"{c.actor} ({c.comment_type}): {cut(c.body)}" for c in brief.comments)])


def _decisions(brief: Briefing) -> str:
    if not brief.decisions:
        return ""
    lines = ["## Decisions of the project"]
    lines += [f"- {d.title}" + (f": {cut(d.reason)}" if d.reason else "") for d in brief.decisions]
    return "\n".join(lines)
