"""Owns a review thread as text for a model: what its reviewer is to judge, what its author is to mend.

Findings have the numbers by which they are answered. What a reviewer of the same round said stays hidden from the others,
unless they speak one after the other or the round went to somebody because it settled nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from console.blackboard.reads.reviews import Thread
from console.prompts.quoting import item, named, quoted
from console.records.review import PLAN_REVIEW, Seat, SeatKind, Submission, VerdictGiven
from console.reviews.findings import Numbered, answers_to, numbered

__all__ = ("changes_asked", "to_review")


def to_review(thread: Thread, seat: Seat | None) -> str:
    """What a reviewer needs to know of the review that it gives from `seat`."""
    review = thread.review
    deciding = seat is not None and seat.kind == SeatKind.ESCALATION
    what = (
        "the plan of this task: its own text, before anyone works on it"
        if review.protocol == PLAN_REVIEW
        else "this work"
    )
    lines = [f"## You review {what} ({review.protocol}, round {review.round} of {review.max_rounds or '?'})"]
    if deciding:
        why = named(review.reason or "no reason given")
        lines.append(f"Its reviewers settled nothing ({why}), so you are asked. Your verdict decides.")
    if review.rubric:
        names = ", ".join(f"{name} ({_weight(thread, name)})" for name in review.rubric)
        lines.append(f"Score each of these from 0 to 1: {names}.")
    if review.gates:
        lines.append("A score below its gate keeps the work from being approved, whatever else is said.")
    lines += _history(thread, review.round, whole=deciding or review.in_sequence)
    return "\n\n".join(lines)


def changes_asked(threads: tuple[Thread, ...]) -> str:
    """What the author of a task is to mend or to answer; empty where no changes are requested."""
    asked = [t for t in threads if t.review.status == "changes_requested" and t.review.protocol != PLAN_REVIEW]
    if not asked:
        return ""
    thread = asked[-1]
    review = thread.review
    head = f"## Changes were requested ({review.protocol}, round {review.round} of {review.max_rounds or '?'})"
    given = [v for v in thread.verdicts if v.round == review.round and v.undone_at is None]
    return "\n\n".join([head, *_verdicts(thread, given, review.round), _how(thread)])


def _how(thread: Thread) -> str:
    found = numbered(thread.verdicts, thread.review.round)
    answer = "answer it by its number: `blackboard submit --summary TEXT --answer 1=TEXT`"
    if thread.review.debate and found:
        return (
            f"This is a debate: mend each finding or not, but {answer}, again for each. What you do not answer one by one"
            " needs `--rebuttal TEXT` for all of it, else the submit is refused."
        )
    return f"Mend each finding, or {answer}, or all at once with `--rebuttal TEXT`, and say why it stays."


def _history(thread: Thread, last: int, *, whole: bool) -> Iterator[str]:
    """The rounds, newest first: of the last one what is to be judged, and with `whole` what was said of it.

    What is cut is the end: the oldest round.
    """
    for number in range(last, 0, -1):
        handed_in = next((s for s in thread.submissions if s.round == number), None)
        given = [v for v in thread.verdicts if v.round == number and v.undone_at is None]
        if handed_in is not None and (number == last or given):
            yield _submitted(handed_in, last)
        if number < last or whole:
            yield from _verdicts(thread, given, number)
    for comment in thread.comments:
        yield f"{named(comment.actor)} ({comment.comment_type}):\n{quoted(comment.body)}"


def _submitted(one: Submission, last: int) -> str:
    head = (
        f"Submitted by {named(one.agent)}"
        if one.round == last
        else f"Round {one.round}, submitted by {named(one.agent)}"
    )
    text = f"{head}:\n{quoted(one.summary)}"
    return f"{text}\n\nTheir answer to the findings before:\n{quoted(one.rebuttal)}" if one.rebuttal else text


def _verdicts(thread: Thread, given: list[VerdictGiven], round_: int) -> Iterator[str]:
    found, answers = numbered(thread.verdicts, round_), answers_to(thread.submissions, round_)
    for verdict in given:
        head = f"Round {verdict.round}, {named(verdict.reviewer)}: {verdict.verdict.replace('_', ' ')}"
        if verdict.scores:
            head += " (" + ", ".join(f"{named(name)} {score:g}" for name, score in verdict.scores.items()) + ")"
        lines = [head, quoted(verdict.comment)] if verdict.comment else [head]
        lines += [_finding(one, answers) for one in found if one.verdict_id == verdict.id]
        yield "\n".join(lines)


def _finding(one: Numbered, answers: dict[int, str]) -> str:
    answer = answers.get(one.number)
    found = item(one.text, one.place, mark=f"{one.number}.")
    return f"{found}\n   {item(answer, mark='answered:')}" if answer else found


def _weight(thread: Thread, name: str) -> str:
    review = thread.review
    gate = (review.gates or {}).get(name)
    return f"weight {(review.rubric or {})[name]:g}" + (f", gate {gate:g}" if gate is not None else "")
