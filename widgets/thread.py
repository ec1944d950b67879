"""Owns how a review thread and a task read: records in, paragraphs out, the newest round first. Text is made safe here."""

from __future__ import annotations

from typing import Any

from console.i18n import _
from console.records.note import Comment
from console.records.review import ReviewStatus, Verdict, VerdictGiven
from console.records.session import Session, SessionStatus
from console.records.task import Task, TaskStatus
from console.text import safe
from widgets.ages import age, span
from widgets.cells import Span
from widgets.marks import Glyphs, task_mark
from widgets.models import TaskPage, ThreadPage
from widgets.painted import Look
from widgets.rows import plain
from widgets.text_pane import Paragraph

__all__ = ("output_paragraphs", "status_word", "task_paragraphs", "thread_paragraphs")

INDENT = 6
BLANK: Paragraph = (0, ())


def thread_paragraphs(page: ThreadPage, look: Look) -> list[Paragraph]:
    """Who wants what, then round after round from the newest, then what was said besides."""
    review = page.review
    rounds = _("round {n} of {max}").format(n=review.round, max=review.max_rounds or "?")
    found: list[Paragraph] = [
        _line(("strong", plain(page.task.title))),
        _line(
            ("dim", f"{page.project}#{page.task.id}  {plain(review.protocol)}  {rounds}  "),
            _review_state(review.status),
        ),
    ]
    if review.author:
        found.append(_line(("dim", _("author") + " "), ("text", plain(review.author))))
    if review.reason:
        found.append(_line(("dim", _("why") + " "), ("warning", plain(review.reason))))
    for n in range(review.round, 0, -1):
        found += [BLANK, *_round(page, n, look)]
    rest = [comment for comment in page.comments if comment.review_id in (None, review.id)]
    if rest:
        found += [BLANK, _line(("title", _("SAID")))]
        found += [part for comment in reversed(rest) for part in _comment(comment, look)]
    return found


def task_paragraphs(page: TaskPage, look: Look) -> list[Paragraph]:
    """What the task is, how it stands, what came of it."""
    task = page.task
    mark, role = task_mark(task.status, look.glyphs, blocked=task.waits_for_dependency)
    found: list[Paragraph] = [
        _line(("strong", plain(task.title))),
        _line(
            ("dim", f"{page.project}#{task.id}  "), (role, f"{mark} {status_word(task)}"), ("dim", _facts(task, look))
        ),
    ]
    if task.failure or task.hold_reason:
        found.append(_line(("dim", _("why") + " "), ("warning", plain(task.failure or task.hold_reason or ""))))
    for needed in page.needs:
        mark, role = task_mark(needed.status, look.glyphs)
        found.append(
            _line(("dim", _("after") + " "), (role, f"{mark} "), ("text", f"#{needed.id} {plain(needed.title)}"))
        )
    if task.body.strip():
        found += [BLANK, *_text(task.body, 0)]
    found += _attempts(page.sessions, look)
    if page.outputs:
        found += [BLANK, _line(("title", _("OUTPUTS")))]
        found += [
            _line(("text", plain(out.path)), ("dim", f"  v{out.version}  {_size(out.size)}")) for out in page.outputs
        ]
    if page.comments:
        found += [BLANK, _line(("title", _("SAID")))]
        found += [part for comment in reversed(page.comments) for part in _comment(comment, look)]
    return found


def output_paragraphs(text: str) -> list[Paragraph]:
    """What a session said, line by line."""
    return [(0, ((line.expandtabs(4), "text"),)) for line in safe(text).splitlines()]


def status_word(task: Task) -> str:
    """How a task stands, in a word."""
    if task.waits_for_dependency:
        return _("blocked")
    return {
        TaskStatus.PENDING: _("pending"),
        TaskStatus.WORKING: _("working"),
        TaskStatus.REVIEW: _("in review"),
        TaskStatus.HELD: _("held"),
        TaskStatus.DONE: _("done"),
        TaskStatus.FAILED: _("failed"),
        TaskStatus.CANCELLED: _("cancelled"),
    }[task.status]


def _round(page: ThreadPage, n: int, look: Look) -> list[Paragraph]:
    found: list[Paragraph] = [_line(("title", _("ROUND {n}").format(n=n)))]
    for submission in (each for each in page.submissions if each.round == n):
        when = age(submission.at, look.now)
        found.append(_line(("strong", plain(submission.agent)), ("dim", "  " + _("submitted") + f"  {when}")))
        found += _text(submission.summary, 2)
        if submission.rebuttal:
            found += _text(_("rebuttal: {text}").format(text=submission.rebuttal), 2, "accent")
    for output in (each for each in page.outputs if each.round == n):
        found.append(
            _line(("dim", "  "), ("text", plain(output.path)), ("dim", f"  v{output.version}  {_size(output.size)}"))
        )
    given = [each for each in page.verdicts if each.round == n]
    for verdict in given:
        found += _verdict(verdict, look)
    seats = {each.seat_id for each in given}
    for seat in (each for each in page.seats if each.round == n and each.id not in seats):
        word = {"waiting": _("waits"), "working": _("is reviewing"), "vacant": _("gave none")}.get(seat.status, "")
        found.append(_line(("strong", plain(seat.reviewer)), ("dim", f"  {word}")))
    return found


def _verdict(given: VerdictGiven, look: Look) -> list[Paragraph]:
    word, role = _verdict_word(given.verdict)
    if given.undone_at is not None:
        word, role = _("{verdict}, taken back").format(verdict=word), "dim"
    spans: list[Span] = [(plain(given.reviewer), "strong"), (f"  {word}", role)]
    for name, score in (given.scores or {}).items():
        spans.append((f"  {plain(name)} {score:.1f}".replace(" 0.", " ."), "dim"))
    if given.confidence is not None:
        spans.append((f"  {given.confidence:.2f}", "strong"))
    spans.append((f"  {age(given.at, look.now)}", "dim"))
    found: list[Paragraph] = [(INDENT, tuple(spans))]
    found += _text(given.comment, 2)
    for finding in given.findings:
        found += _finding(finding)
    return found


def _finding(finding: Any) -> list[Paragraph]:
    if not isinstance(finding, dict):
        return _text(str(finding), 2)
    where = str(finding.get("path") or "")
    if where and finding.get("line"):
        where += f":{finding['line']}"
    found = _text(str(finding.get("text") or ""), 2)
    if where:
        found.append(_line(("dim", "  "), ("accent", plain(where))))
    return found


def _attempts(sessions: tuple[Session, ...], look: Look) -> list[Paragraph]:
    if not sessions:
        return []
    found = [BLANK, _line(("title", _("SESSIONS")))]
    for session in reversed(sessions):
        word, role = _session_word(session, look.glyphs)
        took = "" if session.ended_at is None else span(session.ended_at - (session.started_at or session.created_at))
        found.append(
            _line(
                ("strong", plain(session.agent)),
                (role, f"  {word}"),
                ("dim", f"  {took}  {age(session.created_at, look.now)}"),
            )
        )
        if session.failure:
            found += _text(session.failure, 2, "warning")
    return found


def _comment(comment: Comment, look: Look) -> list[Paragraph]:
    head = _line(
        ("strong", plain(comment.actor)), ("dim", f"  {plain(comment.comment_type)}  {age(comment.at, look.now)}")
    )
    return [head, *_text(comment.body, 2)]


def _facts(task: Task, look: Look) -> str:
    facts = [f"P{task.priority}"]
    who = task.assignee or (f"@{task.role}" if task.role else "")
    if who:
        facts.append(plain(who))
    if task.deadline is not None and task.status == TaskStatus.PENDING:
        left = task.deadline - look.now
        facts.append(_("due {when}").format(when=span(left)) if left > 0 else _("overdue"))
    facts.append(_("changed {age} ago").format(age=age(task.updated_at, look.now)))
    return "  " + "  ".join(facts)


def _line(*spans: tuple[str, str]) -> Paragraph:
    """From (role, text) pairs, which read better here."""
    return INDENT, tuple((text, role) for role, text in spans)


def _text(text: str, indent: int, role: str = "text") -> list[Paragraph]:
    lines = safe(text, 20_000).strip().splitlines()
    return [(indent, ((" " * indent + line.expandtabs(4), role),)) for line in lines]


def _size(size: int) -> str:
    if size < 1024:
        return f"{size} B"
    return f"{size / 1024:.0f} kB" if size < 1024 * 1024 else f"{size / 1024 / 1024:.1f} MB"


def _verdict_word(verdict: Verdict) -> tuple[str, str]:
    return {
        Verdict.APPROVE: (_("approves"), "success"),
        Verdict.REQUEST_CHANGES: (_("requests changes"), "warning"),
        Verdict.REJECT: (_("rejects"), "error"),
        Verdict.ABSTAIN: (_("abstains"), "dim"),
    }[verdict]


def _session_word(session: Session, glyphs: Glyphs) -> tuple[str, str]:
    return {
        SessionStatus.STARTING: (f"{glyphs.silent} " + _("starting"), "dim"),
        SessionStatus.RUNNING: (f"{glyphs.live} " + _("running"), "success"),
        SessionStatus.SUCCEEDED: (f"{glyphs.done} " + _("succeeded"), "success"),
        SessionStatus.FAILED: (f"{glyphs.failed} " + _("failed"), "error"),
        SessionStatus.TIMED_OUT: (f"{glyphs.failed} " + _("timed out"), "error"),
        SessionStatus.CANCELLED: (f"{glyphs.cancelled} " + _("cancelled"), "dim"),
        SessionStatus.LOST: (f"{glyphs.lost} " + _("lost"), "error"),
    }[session.status]


def _review_state(status: ReviewStatus) -> tuple[str, str]:
    word, role = {
        ReviewStatus.OPEN: (_("with reviewers"), "secondary"),
        ReviewStatus.APPROVED: (_("approved"), "success"),
        ReviewStatus.CHANGES_REQUESTED: (_("in rework"), "warning"),
        ReviewStatus.REJECTED: (_("rejected"), "error"),
        ReviewStatus.ESCALATED: (_("escalated"), "primary"),
        ReviewStatus.CLOSED: (_("closed"), "dim"),
    }[status]
    return role, word
