"""Owns the text that people and agents wrote for a task, as one: what a rule on the prompt looks at.

Holds nothing of our own templates, and no decisions of the project: a warning that everyone reads must not match itself.
"""

from __future__ import annotations

from collections.abc import Iterator

from console.blackboard.reads.briefing import Briefing
from console.blackboard.reads.reviews import Thread

__all__ = ("written_for",)


def written_for(brief: Briefing) -> str:
    """Title, body, comments, what reviews said and were told, and what the tasks before it handed in."""
    return "\n".join(part for part in _parts(brief) if part)


def _parts(brief: Briefing) -> Iterator[str]:
    yield brief.task.title
    yield brief.task.body
    for comment in brief.comments:
        yield comment.body
    for thread in brief.threads:
        yield from _of_thread(thread)
    for needed in brief.needed:
        yield needed.summary


def _of_thread(thread: Thread) -> Iterator[str]:
    for submission in thread.submissions:
        yield submission.summary
        yield submission.rebuttal or ""
        yield from (str(answer.get("text", "")) for answer in submission.answers)
    for verdict in thread.verdicts:
        if verdict.undone_at is None:
            yield verdict.comment
            yield from (str(finding.get("text", "")) for finding in verdict.findings)
