"""Owns a review thread as JSON for programs; field names are stable.

Shows what is stored and numbers the findings; it draws no conclusions.
"""

from __future__ import annotations

from typing import Any

from console.blackboard.reads.reviews import Thread
from console.clock import iso
from console.records.review import Review, VerdictGiven
from console.reviews.findings import answers_to, numbered

__all__ = ("review_json", "thread_json")


def review_json(review: Review, title: str) -> dict[str, Any]:
    """What a review is, without what was said in it."""
    return {
        "id": review.id,
        "task": review.task_id,
        "title": title,
        "protocol": review.protocol,
        "status": review.status,
        "round": review.round,
        "max_rounds": review.max_rounds,
        "threshold": review.threshold,
        "rubric": review.rubric,
        "gates": review.gates or {},
        "quorum": review.quorum,
        "order": "sequence" if review.in_sequence else "parallel",
        "debate": review.debate,
        "ladder": list(review.ladder),
        "author": review.author,
        "escalated_to": review.escalated_to,
        "reason": review.reason,
        "confidence": review.confidence,
        "opened_at": iso(review.opened_at),
        "round_until": iso(review.round_until),
        "settled_at": iso(review.settled_at),
    }


def thread_json(found: Thread) -> dict[str, Any]:
    """A review thread, with each finding's number in its round and the author's answer to it."""
    return {
        **review_json(found.review, found.task.title),
        "waits_for_children": list(found.open_children),
        "submissions": [
            {
                "round": s.round,
                "by": s.agent,
                "summary": s.summary,
                "rebuttal": s.rebuttal,
                "answers": [dict(answer) for answer in s.answers],
                "at": iso(s.at),
            }
            for s in found.submissions
        ],
        "seats": [
            {"id": s.id, "round": s.round, "reviewer": s.reviewer, "kind": s.kind, "status": s.status}
            for s in found.seats
        ],
        "verdicts": [_verdict(found, given) for given in found.verdicts],
        "comments": [{"by": c.actor, "type": c.comment_type, "body": c.body, "at": iso(c.at)} for c in found.comments],
    }


def _verdict(found: Thread, given: VerdictGiven) -> dict[str, Any]:
    return {
        "round": given.round,
        "by": given.reviewer,
        "verdict": given.verdict,
        "confidence": given.confidence,
        "scores": given.scores,
        "findings": _findings(found, given),
        "comment": given.comment,
        "undone": given.undone_at is not None,
        "at": iso(given.at),
    }


def _findings(found: Thread, given: VerdictGiven) -> list[dict[str, Any]]:
    """Those of a verdict that was taken back have no number."""
    if given.undone_at is not None:
        return [dict(finding) for finding in given.findings]
    answers = answers_to(found.submissions, given.round)
    mine = [one for one in numbered(found.verdicts, given.round) if one.verdict_id == given.id]
    return [{"number": one.number, **one.finding, "answer": answers.get(one.number)} for one in mine]
