"""Owns the words of the daily report: its matter in, Markdown and a notice of one line out, in the language asked for.

Titles and reasons come from anybody: each stands in one line, without effect on a terminal or on Markdown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, tzinfo

from console.days import shown
from console.i18n import N_, words_in
from console.records.need import Need, NeedKind
from console.records.report import DayReport, Spent, TaskLine
from console.records.task import TaskStatus
from console.text import one_line

__all__ = ("notice", "report_text")

MOST = 50
"""Lines of one list; the rest is counted."""
_MARKUP = re.compile(r"([\\`*_\[\]<>|~#!&$])")
_KINDS = {
    NeedKind.REVIEW: N_("review"),
    NeedKind.HELD: N_("held"),
    NeedKind.FAILED: N_("failed"),
    NeedKind.BLOCKED: N_("blocking"),
    NeedKind.ALERT: N_("alert"),
}

Words = Callable[[str], str]


def report_text(report: DayReport, day: date, *, language: str, zone: tzinfo) -> str:
    """The whole report as Markdown."""
    _ = words_in(language)
    lines = [
        "# " + _("Daily report of {project}, {day}").format(project=_inert(report.project), day=day),
        "",
        _("From {since} to {until}.").format(since=shown(report.since, zone), until=shown(report.until, zone)),
        "",
        _summary(report, _) + ".",
    ]
    lines += _section(_("Done"), [_line(one) for one in report.done], _)
    lines += _section(_("Failed"), [_line(one) for one in report.failed], _)
    lines += _section(_("Cost"), list(_costs(report, _)), _, cut=False)
    lines += _section(_("Waits for you"), [_need(one, _) for one in report.needs], _)
    lines += _section(_("Past its deadline"), [_late(one, zone) for one in report.overdue], _)
    lines += _section(_("Still open"), [_open(report, _)], _)
    lines += _section(_("Learnt"), list(_learnt(report, _)), _)
    return "\n".join(lines) + "\n"


def notice(report: DayReport, day: date, path: str, *, language: str) -> str:
    """The same in one line, for the alert that says where it is."""
    _ = words_in(language)
    return _("Daily report {day}: {summary}; {path}").format(day=day, summary=_summary(report, _), path=path)


def _summary(report: DayReport, _: Words) -> str:
    total = report.total
    text = _("{done} done, {failed} failed, {needs} waiting for you, {overdue} overdue; {sessions} sessions, {used}")
    return text.format(
        done=len(report.done),
        failed=len(report.failed),
        needs=len(report.needs),
        overdue=len(report.overdue),
        sessions=total.sessions,
        used=_used(total, _),
    )


def _used(spent: Spent, _: Words) -> str:
    return _("{tokens} tokens, {cost} USD").format(tokens=f"{spent.tokens:,}", cost=f"{spent.cost:,.2f}")


def _section(title: str, lines: Sequence[str], _: Words, *, cut: bool = True) -> list[str]:
    shown_lines = list(lines[:MOST] if cut else lines)
    if len(lines) > len(shown_lines):
        shown_lines.append("- " + _("and {n} more").format(n=len(lines) - MOST))
    return ["", f"## {title}", "", *(shown_lines or [_("Nothing.")])]


def _line(one: TaskLine) -> str:
    note = f": {_inert(one.note)}" if one.note else ""
    return f"- \\#{one.id} {_inert(one.title)}{note}"


def _late(one: TaskLine, zone: tzinfo) -> str:
    return f"- {shown(one.deadline or 0, zone)} \\#{one.id} {_inert(one.title)}"


def _need(need: Need, _: Words) -> str:
    number = f" \\#{need.task_id}" if need.task_id is not None else ""
    reason = f": {_inert(need.reason)}" if need.reason else ""
    return f"- {_(_KINDS[need.kind])}{number} {_inert(need.title)}{reason}"


def _costs(report: DayReport, _: Words) -> Iterator[str]:
    if report.spent:
        yield "| " + " | ".join((_("agent"), _("sessions"), _("tokens"), _("USD"))) + " |"
        yield "|---|---:|---:|---:|"
        for one in report.spent:
            yield f"| {_inert(one.agent)} | {one.sessions:,} | {one.tokens:,} | {one.cost:,.2f} |"
        yield ""
    yield _("{used}; {lost} attempts failed, ran out of time or were lost.").format(
        used=_used(report.total, _), lost=report.lost_attempts
    )


def _open(report: DayReport, _: Words) -> str:
    counts = report.tally.counts
    return _(
        "{pending} pending ({blocked} of them blocked), {working} at work, {review} in review, {held} held."
    ).format(
        pending=counts[TaskStatus.PENDING],
        blocked=report.blocked,
        working=counts[TaskStatus.WORKING],
        review=counts[TaskStatus.REVIEW],
        held=counts[TaskStatus.HELD],
    )


def _learnt(report: DayReport, _: Words) -> Iterable[str]:
    experience, skill = _("experience"), _("skill")
    yield from (f"- {experience}: {_inert(title)}" for title in report.experiences)
    yield from (f"- {skill}: {_inert(name)}" for name in report.skills)


def _inert(text: str) -> str:
    return _MARKUP.sub(r"\\\1", one_line(text, 300))
