"""Owns the briefing as text for a model to read, whole or part by part; what matters most comes first.

Whatever others wrote is quoted or made one line, and every cut is named: nothing of theirs can pass for a word of ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from console.blackboard.reads.briefing import Briefing, Needed
from console.blackboard.reads.reviews import Thread
from console.clock import iso
from console.prompts.quoting import item, named, quoted
from console.records.review import VerdictGiven

__all__ = ("briefing_parts", "briefing_text")


def briefing_text(brief: Briefing) -> str:
    """The briefing in Markdown."""
    status = f"Status {brief.task.status}."
    parts = briefing_parts(brief)
    parts["task"] = parts["task"].replace("\n\n", f"\n\n{status} ", 1)
    return "\n\n".join(part for part in parts.values() if part) + "\n"


def briefing_parts(brief: Briefing) -> dict[str, str]:
    """The same part by part, in order, by the names that prompts give them; the empty ones too.

    The task's status is not in it: a prompt is the same whether it is shown before the start or sent at it.
    """
    review = brief.review
    return {
        "task": _task(brief),
        "review": "" if review is None else _to_review(review),
        "findings": _rework(brief) if review is None else "",
        "attempts": _attempts(brief),
        "needed": _needed(brief),
        "outputs": _outputs(brief),
        "comments": _comments(brief),
        "decisions": _decisions(brief),
    }


def _task(brief: Briefing) -> str:
    task = brief.task
    facts = [f"Priority {task.priority} (0 is most urgent)."]
    if task.deadline is not None:
        facts.append(f"Deadline {iso(task.deadline)}.")
    if task.parent is not None:
        facts.append(f"A part of #{task.parent}.")
    if task.tags:
        facts.append(f"Tags: {named(', '.join(task.tags))}.")
    lines = [f"# Task {brief.project}#{task.id}: {named(task.title)}", " ".join(facts)]
    if task.body:
        lines.append(quoted(task.body, len(task.body)))
    if task.expect:
        lines.append(f"A submit must leave these files: {named(', '.join(task.expect), 2000)}.")
    return "\n\n".join(lines)


def _to_review(thread: Thread) -> str:
    review = thread.review
    submission = next((s for s in reversed(thread.submissions) if s.round == review.round), None)
    lines = [f"## You review this work ({review.protocol}, round {review.round} of {review.max_rounds or '?'})"]
    if submission is not None:
        lines.append(f"Submitted by {named(submission.agent)}:\n{quoted(submission.summary)}")
        if submission.rebuttal:
            lines.append(f"Their answer to the findings before:\n{quoted(submission.rebuttal)}")
    if review.rubric:
        names = ", ".join(f"{name} (weight {weight:g})" for name, weight in review.rubric.items())
        lines.append(f"Score each of these from 0 to 1: {names}.")
    earlier = [v for v in thread.verdicts if v.round < review.round and v.undone_at is None]
    lines += [_verdict(v) for v in earlier]
    return "\n\n".join(lines)


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
    lines = [f"Round {given.round}, {named(given.reviewer)}: {given.verdict.replace('_', ' ')}"]
    if given.scores:
        lines[0] += " (" + ", ".join(f"{named(name)} {score:g}" for name, score in given.scores.items()) + ")"
    if given.comment:
        lines.append(quoted(given.comment))
    lines += [_finding(finding) for finding in given.findings]
    return "\n".join(lines)


def _finding(finding: Mapping[str, Any]) -> str:
    line = f":{finding['line']}" if finding.get("line") else ""
    return item(str(finding.get("text", "")), f"{finding['path']}{line}" if finding.get("path") else "")


def _attempts(brief: Briefing) -> str:
    if not brief.attempts:
        return ""
    lines = ["## Earlier attempts, newest first"]
    for session in reversed(brief.attempts):
        cause = named(session.failure or "no cause known")
        lines.append(f"Attempt {session.attempt} by {named(session.agent)} {session.status}: {cause}")
        if session is brief.attempts[-1] and session.tail:
            lines.append(f"The end of what it said:\n{quoted(session.tail)}")
    return "\n\n".join(lines)


def _needed(brief: Briefing) -> str:
    if not brief.needed:
        return ""
    return "\n\n".join(["## It builds on", *(_one_needed(brief, needed) for needed in brief.needed)])


def _one_needed(brief: Briefing, needed: Needed) -> str:
    lines = [f"#{needed.task.id} {named(needed.task.title)} ({needed.task.status})"]
    if needed.summary:
        lines.append(quoted(needed.summary))
    lines += [f"- {named(brief.path(output), 2000)}" for output in needed.outputs]
    return "\n".join(lines)


def _outputs(brief: Briefing) -> str:
    if not brief.outputs:
        return ""
    lines = ["## Outputs of this task"]
    lines += [
        f"- {named(brief.path(o), 2000)} (version {o.version}, round {o.round}, {o.size} bytes)" for o in brief.outputs
    ]
    return "\n".join(lines)


def _comments(brief: Briefing) -> str:
    """The newest first: a cut takes the oldest."""
    if not brief.comments:
        return ""
    said = (f"{named(c.actor)} ({c.comment_type}):\n{quoted(c.body)}" for c in reversed(brief.comments))
    return "\n\n".join(["## Comments, newest first", *said])


def _decisions(brief: Briefing) -> str:
    if not brief.decisions:
        return ""
    lines = ["## Decisions of the project, newest first"]
    for decision in reversed(brief.decisions):
        lines.append(f"- {named(decision.title)}")
        if decision.reason:
            lines.append("  " + quoted(decision.reason).replace("\n", "\n  "))
    return "\n".join(lines)
