"""Owns the briefing as text for a model to read, whole or part by part; what matters most comes first.

Whatever others wrote is quoted or made one line, and every cut is named: nothing of theirs can pass for a word of ours.
"""

from __future__ import annotations

from console.blackboard.reads.briefing import Briefing, Needed
from console.blackboard.reads.thread_text import changes_asked, to_review
from console.clock import iso
from console.prompts.quoting import named, quoted
from console.records.ask import Answered
from console.records.output import Change

__all__ = ("briefing_parts", "briefing_text", "news_text", "to_the_minute")

LIST_MAX = 60
"""Entries of one list before it is cut."""


def briefing_text(brief: Briefing) -> str:
    """The briefing in Markdown."""
    status = f"Status {brief.task.status}."
    parts = briefing_parts(brief)
    parts["task"] = parts["task"].replace("\n\n", f"\n\n{status} ", 1)
    return "\n\n".join(part for part in parts.values() if part) + "\n"


def news_text(brief: Briefing, at: int) -> str:
    """The same of a briefing that holds only what is new since epoch ms `at`; the task's own text is left out."""
    task, *parts = briefing_parts(brief).values()
    head = task.split("\n", 1)[0]
    status = f"Status {brief.task.status}. Since {to_the_minute(at)}; `blackboard read` shows it whole."
    return "\n\n".join([head, status, *(filter(None, parts) if any(parts) else ["Nothing new."])]) + "\n"


def briefing_parts(brief: Briefing) -> dict[str, str]:
    """The same part by part, in order, by the names that prompts give them; the empty ones too.

    The task's status is not in it: a prompt is the same whether it is shown before the start or sent at it.
    """
    review = brief.review
    return {
        "task": _task(brief),
        "review": "" if review is None else "\n\n".join(filter(None, (to_review(review, brief.seat), _changes(brief)))),
        "findings": changes_asked(brief.threads) if review is None else "",
        "attempts": _attempts(brief),
        "needed": "\n\n".join(part for part in (_needed(brief), _children(brief)) if part),
        "outputs": _outputs(brief),
        "comments": "\n\n".join(filter(None, (_asks(brief), _comments(brief)))),
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
        lines.append(_expected(brief))
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
    lines = [f"- {named(change.path, 2000)}: {change.words}" for change in moved[:LIST_MAX]]
    if len(moved) > LIST_MAX:
        lines.append(f"[cut: {len(moved) - LIST_MAX} more]")
    return "\n".join([head, *lines, "", "`blackboard read --diff` shows the lines."])


def _expected(brief: Briefing) -> str:
    """What a submit must have; a reviewer should know, too."""
    recorded = {output.path for output in brief.outputs}
    folder = brief.folder / "artifacts" / str(brief.task.id)
    lines = ["## Expected outputs"]
    for path in brief.task.expect:
        lines.append(f"- {named(str(folder / path), 2000)}{' (recorded)' if path in recorded else ''}")
    if brief.review is None:
        lines += ["", "Record each with `blackboard output PATH`; a submit without one of them is refused."]
    return "\n".join(lines)


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


def _children(brief: Briefing) -> str:
    if not brief.children:
        return ""
    return "\n\n".join(["## Its parts", *(_one_needed(brief, child) for child in brief.children)])


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
        f"- {named(brief.path(o), 2000)} (version {o.version}, round {o.round}, {o.size} bytes, {to_the_minute(o.at)})"
        for o in brief.outputs
    ]
    return "\n".join(lines)


def _asks(brief: Briefing) -> str:
    """What was asked of people, and what they said, newest first."""
    if not brief.asks:
        return ""
    lines = ["## Asked, newest first"]
    for ask in reversed(brief.asks):
        lines.append(f"{named(ask.asker)} asked (ask #{ask.id}, {to_the_minute(ask.at)}):\n{quoted(ask.body)}")
        lead = " (the lead)" if ask.answered_how == Answered.LEAD else ""
        at = to_the_minute(ask.answered_at or ask.at)
        answered = f"{named(ask.answered_by or 'nobody')}{lead}, {ask.status} {at}"
        lines.append(f"{answered}:\n{quoted(ask.said)}" if ask.said else "No answer yet.")
    return "\n\n".join(lines)


def _comments(brief: Briefing) -> str:
    """The newest first: a cut takes the oldest."""
    if not brief.comments:
        return ""
    said = (
        f"{named(c.actor)} ({c.comment_type}, {to_the_minute(c.at)}):\n{quoted(c.body)}"
        for c in reversed(brief.comments)
    )
    return "\n\n".join(["## Comments, newest first", *said])


def _decisions(brief: Briefing) -> str:
    if not brief.decisions:
        return ""
    lines = ["## Decisions of the project, newest first"]
    for decision in reversed(brief.decisions):
        lines.append(f"- {named(decision.title)} ({named(decision.actor)}, {to_the_minute(decision.at)})")
        if decision.reason:
            lines.append("  " + quoted(decision.reason).replace("\n", "\n  "))
    return "\n".join(lines)


def to_the_minute(moment: int) -> str:
    """To the minute, in UTC: `2026-11-28T09:12Z`; `blackboard read --since` takes it as it stands."""
    return f"{iso(moment)}"[:16] + "Z"
