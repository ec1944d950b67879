"""Owns the briefing as text for a model to read: what matters most comes first, every cut is named."""

from __future__ import annotations

from console.blackboard.reads.briefing import Briefing, Needed
from console.blackboard.reads.reviews import Thread
from console.records.output import Change
from console.records.review import VerdictGiven
from console.text import one_line

__all__ = ("briefing_text",)

FIELD_MAX = 4000
"""Characters of one field before it is cut."""
BODY_MAX = 30_000
"""Characters of the task's own text: whoever works on it needs all that was said."""
LIST_MAX = 60
"""Entries of one list before it is cut."""


def briefing_text(brief: Briefing) -> str:
    """The briefing in Markdown."""
    parts = [_task(brief)]
    if brief.review is not None:
        parts.append(_to_review(brief, brief.review))
        parts.append(_changes(brief))
    else:
        parts.append(_rework(brief))
    parts += [_expected(brief), _attempts(brief), _needed(brief), _outputs(brief), _comments(brief), _decisions(brief)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _task(brief: Briefing) -> str:
    task = brief.task
    head = f"# Task {brief.project}#{task.id}: {task.title}"
    head += f"\n\nStatus {task.status}, priority {task.priority} (0 is most urgent)."
    return f"{head}\n\n{_cut(task.body, BODY_MAX)}" if task.body else head


def _to_review(brief: Briefing, thread: Thread) -> str:
    review = thread.review
    submission = next((s for s in reversed(thread.submissions) if s.round == review.round), None)
    lines = [f"## You review this work ({review.protocol}, round {review.round} of {review.max_rounds or '?'})"]
    if submission is not None:
        lines.append(f"Submitted by {submission.agent}: {_cut(submission.summary)}")
        if submission.rebuttal:
            lines.append(f"Their answer to the findings before: {_cut(submission.rebuttal)}")
    if review.rubric:
        names = ", ".join(f"{name} (weight {weight:g})" for name, weight in review.rubric.items())
        lines.append(f"Score each of these from 0 to 1: {names}.")
    earlier = [v for v in thread.verdicts if v.round < review.round and v.undone_at is None]
    lines += [_verdict(v) for v in earlier]
    return "\n\n".join(lines)


def _changes(brief: Briefing) -> str:
    """What changed since the round before: a reviewer should not have to look for it."""
    changes = brief.changes
    if changes is None:
        return ""
    moved = [change for change in changes.outputs if change.change != Change.SAME]
    head = f"## What changed in the outputs since round {changes.before}"
    if not moved:
        return f"{head}\n\nNothing: all {len(changes.outputs)} outputs are what they were."
    lines = [f"- {one_line(change.path)}: {change.words}" for change in moved[:LIST_MAX]]
    if len(moved) > LIST_MAX:
        lines.append(f"[cut: {len(moved) - LIST_MAX} more]")
    return "\n".join([head, *lines, "", "`blackboard read --diff` shows the lines."])


def _expected(brief: Briefing) -> str:
    """What a submit must have; a reviewer should know, too."""
    if not brief.task.expect:
        return ""
    recorded = {output.path for output in brief.outputs}
    folder = brief.folder / "artifacts" / str(brief.task.id)
    lines = ["## Expected outputs"]
    for path in brief.task.expect:
        lines.append(f"- {folder / path}{' (recorded)' if path in recorded else ''}")
    if brief.review is None:
        lines += ["", "Record each with `blackboard output PATH`; a submit without one of them is refused."]
    return "\n".join(lines)


def _rework(brief: Briefing) -> str:
    asked = [t for t in brief.threads if t.review.status == "changes_requested"]
    if not asked:
        return ""
    thread = asked[-1]
    given = [v for v in thread.verdicts if v.round == thread.review.round and v.undone_at is None]
    head = f"## Changes were requested ({thread.review.protocol}, round {thread.review.round})"
    tail = "Mend each finding, or answer it with `blackboard submit --rebuttal` and say why it stays."
    return "\n\n".join([head, *(_verdict(v) for v in given), tail])


def _verdict(given: VerdictGiven) -> str:
    lines = [f"Round {given.round}, {given.reviewer}: {given.verdict.replace('_', ' ')}"]
    if given.scores:
        lines[0] += " (" + ", ".join(f"{name} {score:g}" for name, score in given.scores.items()) + ")"
    if given.comment:
        lines.append(_cut(given.comment))
    for finding in given.findings:
        place = (
            f" [{finding['path']}{':' + str(finding['line']) if finding.get('line') else ''}]"
            if finding.get("path")
            else ""
        )
        lines.append(f"- {_cut(str(finding.get('text', '')))}{place}")
    return "\n".join(lines)


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
        lines.append(f"The end of its output:\n```\n{_cut(last.tail)}\n```")
    return "\n\n".join(lines)


def _needed(brief: Briefing) -> str:
    if not brief.needed:
        return ""
    return "\n\n".join(["## It builds on", *(_one_needed(brief, needed) for needed in brief.needed)])


def _one_needed(brief: Briefing, needed: Needed) -> str:
    lines = [f"#{needed.task.id} {needed.task.title} ({needed.task.status}). {_cut(needed.summary)}".rstrip()]
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
    return "\n\n".join(["## Comments", *(f"{c.actor} ({c.comment_type}): {_cut(c.body)}" for c in brief.comments)])


def _decisions(brief: Briefing) -> str:
    if not brief.decisions:
        return ""
    lines = ["## Decisions of the project"]
    lines += [f"- {d.title}" + (f": {_cut(d.reason)}" if d.reason else "") for d in brief.decisions]
    return "\n".join(lines)


def _cut(text: str, most: int = FIELD_MAX) -> str:
    if len(text) <= most:
        return text
    return f"{text[:most]}\n[cut: {len(text) - most} of {len(text)} characters are left out here]"
