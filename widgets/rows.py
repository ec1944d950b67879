"""Owns how each record becomes one or two lines of a list: pure functions of (record, cells, look). Text is made safe here."""

from __future__ import annotations

from functools import lru_cache

from console.i18n import _, ngettext
from console.records.need import NeedKind
from console.records.review import ReviewStatus
from console.records.task import Task, TaskStatus
from console.sentences import spoken
from console.text import one_line
from widgets.ages import age, span
from widgets.cells import Line, Span, cut, fit, number, right, width
from widgets.limit_words import limit_of
from widgets.marks import Glyphs, alert_mark, need_mark, task_mark
from widgets.models import AlertRow, NeedRow, ProjectRow, ReviewRow
from widgets.painted import Look

__all__ = (
    "COUNTED",
    "alert_lines",
    "card_line",
    "count_heading",
    "need_lines",
    "plain",
    "project_lines",
    "ref",
    "review_lines",
    "snoozed_told",
)

plain = lru_cache(4096)(one_line)
"""Text from anywhere, safe for one line of a terminal; never markup."""

ROOM_FOR_NAME = 32
"""Cells from which on a card also names who works on it."""
COUNTED = ((TaskStatus.PENDING, 5), (TaskStatus.WORKING, 3), (TaskStatus.REVIEW, 4), (TaskStatus.DONE, 5))
"""The counts of the project list and their widths, with a blank before each."""


def ref(project: str, task: int | None) -> str:
    """`quant#31`; the project alone where there is no task, `home` where there is no project."""
    name = plain(project) or _("home")
    return name if task is None else f"{name}#{task}"


def snoozed_told(n: int) -> str:
    """How much was put off."""
    return ngettext("{n} snoozed", "{n} snoozed", n).format(n=n)


def project_lines(row: ProjectRow, cells: int, look: Look) -> tuple[Line, ...]:
    """Name, id where there is room, what waits, and the counts."""
    name, glyphs = plain(row.name or row.id), look.glyphs
    counts = cells - sum(w for _status, w in COUNTED) - 4
    spans: list[Span] = []
    if row.set_aside is not None:
        spans = _named(name, row, counts)
        return (
            (*spans, (" ", "text"), (cut(f"{glyphs.attention} {plain(row.set_aside)}", cells - counts - 2), "error")),
        )
    spans = _named(name, row, counts)
    spans.append((right(number(row.needs, 3), 3) if row.needs else "   ", "needs" if row.needs else "text"))
    if row.paused:
        spans[-1:] = [(f"  {glyphs.held}", "warning")] if not row.needs else spans[-1:]
    for status, w in COUNTED:
        n = row.count(status)
        spans.append((right(number(n, w - 1), w), "dim" if n == 0 or status == TaskStatus.DONE else "text"))
    return ((*spans, (" ", "text")),)


def count_heading(glyphs: Glyphs) -> list[Span]:
    """The marks over the counts of the project list."""
    return [(right(task_mark(status, glyphs)[0], w), task_mark(status, glyphs)[1]) for status, w in COUNTED]


def need_lines(row: NeedRow, cells: int, look: Look) -> tuple[Line, ...]:
    """Mark, kind, task, title, why, age."""
    need, glyphs = row.need, look.glyphs
    mark, role = alert_mark(need.level, glyphs) if need.kind == NeedKind.ALERT else need_mark(need.kind, glyphs)
    where, kind = ref(need.project, need.task_id), _("urgent") if need.urgent else _kind(need.kind)
    left: list[Span] = [(f"{mark} ", role)]
    if cells >= 74:
        left.append((fit(kind, 9, glyphs.more), role))
    left.append((fit(where, min(16, max(10, cells // 7)), glyphs.more) + " ", "dim"))
    title, reason = need.title, plain(spoken(need.reason))
    if need.kind == NeedKind.ALERT:  # its sentence says why
        title, reason = spoken(title), ""
    if row.confidence is not None:
        reason = f"{row.confidence:.2f} {reason}"
    if row.round:
        reason = f"{row.round} {reason}"
    if row.alike:
        said = _("{n} alike").format(n=len(row.alike) + 1)
        numbers = [f"#{each.need.task_id}" for each in (row, *row.alike) if each.need.task_id is not None]
        left[-1] = (fit(plain(need.project) or _("home"), min(16, max(10, cells // 7)), glyphs.more) + " ", "dim")
        title = " ".join([f"{glyphs.fold} {said}:", *numbers]) if numbers else f"{glyphs.fold} {said}: {title}"
    return (_flexible(left, plain(title), reason, age(need.since, look.now), cells, glyphs),)


def alert_lines(row: AlertRow, cells: int, look: Look) -> tuple[Line, ...]:
    """Mark, where, what, age."""
    mark, role = alert_mark(row.alert.level, look.glyphs)
    where = ref(row.project, row.alert.task_id)
    left: list[Span] = [(f"{mark} ", role), (fit(where, min(16, max(10, cells // 7)), look.glyphs.more) + " ", "dim")]
    return (_flexible(left, plain(spoken(row.alert.body)), "", age(row.alert.at, look.now), cells, look.glyphs),)


def review_lines(row: ReviewRow, cells: int, look: Look) -> tuple[Line, ...]:
    """Mark where it needs the operator, task, title, round, confidence, state, age."""
    review, glyphs = row.review, look.glyphs
    mark = (glyphs.needs, "primary") if row.needs_me else (glyphs.review, "secondary") if _live(row) else (" ", "dim")
    left: list[Span] = [
        (f"{mark[0]} ", mark[1]),
        (fit(ref(row.project, review.task_id), min(14, max(9, cells // 7)), glyphs.more) + " ", "dim"),
    ]
    rounds = f"{review.round}/{review.max_rounds or '-'}"
    confidence = "" if review.confidence is None else f" {review.confidence:.2f}"
    state = "" if cells < 60 else "  " + _review_state(row)
    since = age(review.settled_at or review.round_at or review.opened_at, look.now)
    tail = f"{rounds}{confidence or '     '}{state}"
    room = 8 if not state else 24
    return (_flexible(left, plain(row.task.title), tail, since, cells, glyphs, room),)


def card_line(task: Task, cells: int, look: Look, review: tuple[str, bool] | None, worker: str = "") -> Line:
    """A task on the board: id, title, what is special about it, and where there is room who works on it."""
    glyphs = look.glyphs
    flags = _flags(task, look, review)
    if worker and cells >= ROOM_FOR_NAME:
        flags.insert(0, (f" {cut(plain(worker), cells // 3, glyphs.more)}", "accent"))
    number = f"{task.id} "
    room = cells - width(number) - sum(width(text) for text, _role in flags) - 1
    role = "dim" if task.status in (TaskStatus.DONE, TaskStatus.CANCELLED) or task.waits_for_dependency else "text"
    return ((number, "dim"), (fit(plain(task.title), max(room, 1), glyphs.more), role), *flags, (" ", "text"))


def _flags(task: Task, look: Look, review: tuple[str, bool] | None) -> list[Span]:
    glyphs = look.glyphs
    flags: list[Span] = []
    if review is not None:
        flags.append(
            (f" {glyphs.needs} {review[0]}" if review[1] else f" {review[0]}", "primary" if review[1] else "dim")
        )
    if task.status in (TaskStatus.HELD, TaskStatus.FAILED, TaskStatus.CANCELLED):
        mark, role = task_mark(task.status, glyphs)
        flags.append((f" {mark}", role))
    if task.status == TaskStatus.PENDING:
        if until := limit_of(task.assignee, look):
            flags.append((" " + _("until {when}").format(when=until), "warning"))
        if task.attempts:
            flags.append((f" {glyphs.times}{task.attempts}", "warning"))
        if task.deadline is not None:
            left = task.deadline - look.now
            flags.append((" " + _("due {when}").format(when=span(left)) if left > 0 else " " + _("overdue"), "warning"))
        if task.priority < 2:
            flags.append((f" P{task.priority}", "strong"))
    return flags


def _flexible(
    left: list[Span], title: str, reason: str, when: str, cells: int, glyphs: Glyphs, for_reason: int | None = None
) -> Line:
    """Fixed parts at the left, the age at the right, and between them the title and as much of the reason as there is room."""
    used = sum(width(text) for text, _role in left)
    room = cells - used - 6
    wanted = (room * 45 // 100 if for_reason is None else for_reason) if reason else 0
    if room - wanted - 2 < 12:
        wanted = 0
    for_title = room - (wanted + 2 if wanted else 0)
    spans = [*left, (fit(title, for_title, glyphs.more), "text")]
    if wanted:
        spans += [("  ", "text"), (fit(reason, wanted, glyphs.more), "dim")]
    return (*spans, (right(when, 5), "dim"), (" ", "text"))


def _named(name: str, row: ProjectRow, room: int) -> list[Span]:
    shown = cut(name, room)
    rest = room - width(shown)
    own = plain(row.id)
    if name != own and rest >= width(own) + 1:
        return [(shown, "strong"), (fit(f" {own}", rest), "dim")]
    return [(shown + " " * max(rest, 0), "strong")]


def _live(row: ReviewRow) -> bool:
    return row.review.status in (ReviewStatus.OPEN, ReviewStatus.CHANGES_REQUESTED, ReviewStatus.ESCALATED)


def _kind(kind: NeedKind) -> str:
    return {
        NeedKind.ASK: _("asks you"),
        NeedKind.REVIEW: _("review"),
        NeedKind.HELD: _("held"),
        NeedKind.FAILED: _("failed"),
        NeedKind.BLOCKED: _("blocked"),
        NeedKind.ALERT: _("alert"),
    }[kind]


def _review_state(row: ReviewRow) -> str:
    return {
        ReviewStatus.OPEN: _("with reviewers"),
        ReviewStatus.APPROVED: _("approved"),
        ReviewStatus.CHANGES_REQUESTED: _("in rework"),
        ReviewStatus.REJECTED: _("rejected"),
        ReviewStatus.ESCALATED: _("escalated"),
        ReviewStatus.CLOSED: _("closed"),
    }[row.review.status]
