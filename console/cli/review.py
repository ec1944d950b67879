"""`moziplus review`: reads review threads, gives the operator's verdict on them, and takes it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from console.cli.notes import on_queue, with_notes
from console.cli.nouns import every_board, one_board, project_option
from console.cli.options import Here, group, pass_here
from console.cli.review_views import COLUMNS, thread_text
from console.records.review import ReviewStatus, Verdict

if TYPE_CHECKING:
    from console.api.thread import Thread, ThreadDone
    from console.blackboard.connection import Database

__all__ = ("ACTIONS", "review")

ACTIONS = {
    "approve": "approve",
    "request-changes": "request_changes",
    "reject": "reject",
    "escalate": "escalate",
    "reopen": "reopen",
    "reopen --undo": "undo",
    "comment": "comment",
}
"""Command to the id of the console's action that does the same."""

_LIVE = (ReviewStatus.ESCALATED, ReviewStatus.OPEN, ReviewStatus.CHANGES_REQUESTED)

_number = click.argument("number", metavar="N")
_comment = click.option("--comment", default="", metavar="TEXT", help="What you say of it; - reads stdin.")
_findings = click.option("--finding", multiple=True, metavar="TEXT", help="`path:line: text`, or text.")


@group("review")
def review() -> None:
    """Read reviews and give verdicts."""


@review.command("list", prints="thread.Review", each=True)
@project_option
@click.option("--status", multiple=True, type=click.Choice([str(s) for s in ReviewStatus]), help="Only these.")
@click.option("--all", "every", is_flag=True, help="Settled ones too.")
@click.option("--limit", type=click.IntRange(1, 100_000), default=200, show_default=True, help="At most so many.")
@pass_here
def list_(here: Here, project: str | None, status: tuple[str, ...], every: bool, limit: int) -> None:
    """List reviews, those that wait for you first."""
    from console.api.thread import Review
    from console.blackboard.reads.reviews import list_reviews

    wanted = [ReviewStatus(s) for s in status] or (list(ReviewStatus) if every else list(_LIVE))

    def read(name: str, db: Database) -> list[Review]:
        return [Review.of(name, found, task.title) for found, task in list_reviews(db, statuses=wanted, limit=limit)]

    rows = every_board(here, project, read)
    rows.sort(key=lambda r: (r.status, r.escalated_to) != (ReviewStatus.ESCALATED, "operator"))
    here.out.many(rows[:limit], COLUMNS, empty="no reviews wait for anybody")


@review.command("show", prints="thread.ThreadShown")
@_number
@project_option
@click.option("--diff", is_flag=True, help="The lines that changed, too.")
@click.option("--rounds", metavar="A..B", help="Compare these rounds (0: before the first); the last two by default.")
@pass_here
def show(here: Here, number: str, project: str | None, diff: bool, rounds: str | None) -> None:
    """Show a review thread: submissions, verdicts, comments, and what changed in the outputs since the round before."""
    from console.api.changes import Changes
    from console.api.shape import widened
    from console.api.thread import ThreadShown
    from console.blackboard.reads.outputs import changes_of
    from console.cli.changes_views import asked_rounds, changed_record, changes_text

    with one_board(here, number, project, read_only=True) as (place, review_id, db):
        found = _thread(place, review_id, db)
        changes = changes_of(db, review_id, asked_rounds(rounds))
    folder = here.project_folder(place) / "artifacts" / str(found.task)
    changed = changed_record(changes, folder, diff=diff)
    record = widened(ThreadShown, found, changes=Changes.of(changed))
    here.out.one(record, lambda: "\n\n".join([thread_text(record), changes_text(changed)]))


@review.command("approve", prints="thread.ThreadDone")
@_number
@project_option
@_comment
@pass_here
def approve(here: Here, number: str, project: str | None, comment: str) -> None:
    """Approve the work."""
    _verdict(here, number, project, Verdict.APPROVE, comment, ())


@review.command("request-changes", prints="thread.ThreadDone")
@_number
@project_option
@_comment
@_findings
@pass_here
def request_changes(here: Here, number: str, project: str | None, comment: str, finding: tuple[str, ...]) -> None:
    """Send the work back with what is to change."""
    _verdict(here, number, project, Verdict.REQUEST_CHANGES, comment, finding)


@review.command("reject", prints="thread.ThreadDone")
@_number
@project_option
@_comment
@_findings
@pass_here
def reject(here: Here, number: str, project: str | None, comment: str, finding: tuple[str, ...]) -> None:
    """Reject the work: the task fails."""
    _verdict(here, number, project, Verdict.REJECT, comment, finding)


@review.command("escalate", prints="thread.ThreadDone")
@_number
@project_option
@click.option("--to", default="operator", show_default=True, metavar="A", help="Who is to settle it.")
@click.option("--reason", metavar="TEXT", help="Why.")
@pass_here
def escalate(here: Here, number: str, project: str | None, to: str, reason: str | None) -> None:
    """Take a round from whoever is asked now and ask an agent, or the operator, for the verdict."""
    from console.blackboard.reads.reviews import get_review
    from console.cli import words
    from console.cli.stopping import ends_of
    from console.commands import reviews

    with one_board(here, number, project) as (place, review_id, db):
        asked = reviews.Escalate(review=review_id, to=words.line(to), reason=words.reason(reason))
        reviews.escalate(here.asking(db, place), asked)
        record = _done(place, review_id, db)
        with_notes(
            here,
            record,
            f"review {place}#{review_id} waits for {to}",
            () if to == "operator" else on_queue(here, place),
        )
        ends_of(here, place, db, get_review(db, review_id).task_id).tell()


@review.command("reopen", prints="thread.Thread")
@_number
@project_option
@click.option("--reason", default="", metavar="TEXT", help="Why.")
@click.option("--undo", is_flag=True, help="Take your last verdict back; the same thread goes on.")
@pass_here
def reopen(here: Here, number: str, project: str | None, reason: str, undo: bool) -> None:
    """Judge work again that was settled, while nothing was built on it."""
    from console.cli import words
    from console.commands import reviews

    act = reviews.undo if undo else reviews.reopen
    with one_board(here, number, project) as (place, review_id, db):
        asked = reviews.AboutReview(review=review_id, reason=words.reason(reason))
        found = act(here.asking(db, place), asked)
        record = _thread(place, found.id, db)
    here.out.one(
        record, f"{place}#{found.task_id} is in review again; review {found.id} waits for {found.escalated_to}"
    )


@review.command("comment", prints="thread.Thread")
@_number
@click.argument("text", metavar="TEXT")
@project_option
@pass_here
def comment(here: Here, number: str, text: str, project: str | None) -> None:
    """Say something in a review thread."""
    from console.cli.words import lines
    from console.commands import comments

    said = lines(text)
    with one_board(here, number, project) as (place, review_id, db):
        task = comments.say(here.asking(db, place), comments.Say(text=said, review=review_id)).task_id
        record = _thread(place, review_id, db)
    here.out.one(record, f"commented on review {review_id} of task {place}#{task}")


@review.command("stats", prints="calibration.Calibration", each=True)
@project_option
@pass_here
def stats(here: Here, project: str | None) -> None:
    """How often each reviewer's confident approvals were overturned later."""
    from console.cli.review_stats import COLUMNS as columns
    from console.cli.review_stats import rows

    here.out.many(rows(here, project), columns, empty="no agent has given a verdict yet")


def _verdict(
    here: Here, number: str, project: str | None, verdict: Verdict, comment: str, findings: tuple[str, ...]
) -> None:
    from console.blackboard.reads.reviews import get_review
    from console.cli.findings import finding
    from console.cli.stopping import ends_of
    from console.cli.words import lines
    from console.commands import reviews

    said, found = lines(comment), tuple(finding(text) for text in findings)
    with one_board(here, number, project) as (place, review_id, db):
        before = get_review(db, review_id).settled_at
        asked = reviews.Judge(review=review_id, verdict=verdict, comment=said, findings=found)
        given = reviews.judge(here.asking(db, place), asked)
        record = _done(place, review_id, db)
        stands = " already, and that stands" if before is not None and given.settled_at == before else ""
        human = f"review {place}#{review_id} of {place}#{record.task} is {record.status}{stands}"
        with_notes(here, record, human, on_queue(here, place) if verdict == Verdict.REQUEST_CHANGES else ())
        ends_of(here, place, db, given.task_id).tell()


def _thread(project: str, review_id: int, db: Database) -> Thread:
    from console.api.thread import Thread
    from console.blackboard.reads.reviews import thread

    return Thread.whole(thread(db, review_id), project)


def _done(project: str, review_id: int, db: Database) -> ThreadDone:
    from console.api.shape import widened
    from console.api.thread import ThreadDone

    return widened(ThreadDone, _thread(project, review_id, db))
