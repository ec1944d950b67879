"""Owns the reading of a review thread and of what changed between its rounds, for pages. It writes nothing.

The findings have the numbers and answers that the CLI and the agents are shown; files are compared by console.outputs_diff.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from console.blackboard.connection import Database
from console.blackboard.reads.outputs import changes_of, outputs_of
from console.blackboard.reads.reviews import Thread, get_review, reviews_of, thread
from console.blackboard.reads.tasks import get_task
from console.clock import Clock
from console.i18n import _
from console.records.output import OutputChange
from console.records.review import Review
from console.reviews.findings import Numbered, answers_to, numbered
from widgets.pages import DiffPage, FileDiff, FindingRow, ThreadPage

if TYPE_CHECKING:
    from console.outputs_diff import Compared

__all__ = ("diff_page", "file_of", "files_of", "findings_of", "review_to_compare", "some", "thread_page")

PATIENCE = 0.1
"""Seconds after which no further file is begun, so that whoever waits for the same thread has a turn."""


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
        findings=tuple(findings_of(found)),
        comments=found.comments,
        outputs=outputs_of(db, found.task.id),
        open_children=found.open_children,
    )


def diff_page(db: Database, project: str, review_id: int) -> DiffPage:
    """Which outputs changed between the last two rounds of a review; no file is read. Raises NotFound."""
    review = get_review(db, review_id)
    task = get_task(db, review.task_id)
    return DiffPage(project=project, review=review, task=task, changes=changes_of(db, review_id))


def review_to_compare(db: Database, task_id: int) -> Review | None:
    """The newest review of a task to which something was handed in, else the newest; None where it has none."""
    found = reviews_of(db, task_id)
    handed_in = [review for review in found if changes_of(db, review.id) is not None]
    return next(reversed(handed_in or found), None)


def files_of(task_folder: Path, page: DiffPage) -> Iterator[FileDiff]:
    """What became of each output that changed since an earlier round; a file is read when it is asked for."""
    from console.outputs_diff import each_compared

    if page.changes is None or page.changes.before == 0:
        return
    for one in each_compared(task_folder, page.changes):
        yield _file(one)


def file_of(task_folder: Path, change: OutputChange, most: int) -> FileDiff:
    """What became of one output, in at most so many lines."""
    from console.outputs_diff import compared

    return _file(compared(task_folder, change, most))


def _file(one: Compared) -> FileDiff:
    from console.outputs_text import NO_END

    said = (line[0] + _(NO_END) if line[1:] == NO_END else line for line in one.diff)
    lines = tuple(zip(said, one.places, strict=True))
    return FileDiff(
        change=one.change,
        why=_(one.why).format(version=one.version),
        lines=lines[:-1] if one.cut else lines,
        added=one.added,
        removed=one.removed,
        cut=one.cut,
    )


def some(files: Iterator[FileDiff], clock: Clock) -> tuple[FileDiff, ...]:
    """The next of them: as many as there is patience for, at least one; none where that was all."""
    end = clock.monotonic() + PATIENCE
    found: list[FileDiff] = []
    for file in files:
        found.append(file)
        if clock.monotonic() >= end:
            break
    return tuple(found)


def findings_of(found: Thread) -> Iterator[FindingRow]:
    """Round by round, by their numbers. Those of a verdict that was taken back have none: nobody had to answer them."""
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
