"""Owns the reading of a review thread for its pages, with the numbers and answers that the CLI and agents are shown.

It writes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from console.blackboard.connection import Database
from console.blackboard.reads.outputs import outputs_of
from console.blackboard.reads.reviews import Thread, thread
from console.reviews.findings import Numbered, answers_to, numbered
from widgets.models import FindingRow, ThreadPage

__all__ = ("thread_page",)


def thread_page(db: Database, project: str, review_id: int) -> ThreadPage:
    """A review thread, to be read. Raises NotFound."""
    found = thread(db, review_id)
    return ThreadPage(
        project=project,
        review=found.review,
        task=found.task,
        submissions=found.submissions,
        seats=found.seats,
        verdicts=found.verdicts,
        findings=tuple(_findings(found)),
        comments=found.comments,
        outputs=outputs_of(db, found.task.id),
        open_children=found.open_children,
    )


def _findings(found: Thread) -> Iterator[FindingRow]:
    """Those of a verdict that was taken back have no number, and nobody had to answer them."""
    for round_ in sorted({given.round for given in found.verdicts}):
        answers = answers_to(found.submissions, round_)
        author = next((each.agent for each in found.submissions if each.round == round_ + 1), "")
        for one in numbered(found.verdicts, round_):
            answer = answers.get(one.number, "")
            yield _row(one, one.number, answer, author if answer else "")
    for given in found.verdicts:
        for finding in given.findings if given.undone_at is not None else ():
            yield _row(Numbered(number=0, verdict_id=given.id, reviewer=given.reviewer, finding=finding), None)


def _row(one: Numbered, number: int | None, answer: str = "", answered_by: str = "") -> FindingRow:
    finding: Any = one.finding
    if not isinstance(finding, Mapping):  # from a bare shell: only its text can be shown
        return FindingRow(verdict_id=one.verdict_id, number=number, text=str(finding))
    return FindingRow(
        verdict_id=one.verdict_id,
        number=number,
        text=one.text,
        place=one.place,
        answer=answer,
        answered_by=answered_by,
    )
