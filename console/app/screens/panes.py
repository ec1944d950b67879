"""Owns the lists that several screens show: what heads them, what is in a row, and what an empty one says."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from console.i18n import _, ngettext
from console.records.fill import Fill
from console.records.snooze import without_numbers
from widgets.cells import Line, Span, cut, fit, width
from widgets.limit_words import limits_told
from widgets.line_list import LineList
from widgets.models import AlertRow, NeedRow, ProjectRow, ReviewRow, SessionRow, World
from widgets.painted import Look, unknown
from widgets.rows import (
    COUNTED,
    alert_lines,
    count_heading,
    need_lines,
    plain,
    project_lines,
    ref,
    review_lines,
    snoozed_told,
)
from widgets.sessions import session_counts, session_line, session_lines, used

__all__ = ("alerts_pane", "cockpit_pane", "needs_pane", "projects_pane", "recent_pane", "reviews_pane", "sessions_pane")


def projects_pane() -> LineList:
    """The projects and their counts."""

    def heading(look: Look, cells: int) -> Line:
        room = cells - sum(w for _status, w in COUNTED) - 1
        return ((fit(_("PROJECTS"), room), "title"), *count_heading(look.glyphs))

    return LineList(
        id="projects",
        choice=True,
        draw=project_lines,
        key=lambda row: row.id,
        heading=heading,
        empty=lambda look: unknown(look) or _("No projects yet. Make one: moziplus project create --id ID --name NAME"),
        text_of=_project_text,
    )


def sessions_pane() -> LineList:
    """Who works, and their last words."""
    return LineList(
        id="sessions",
        draw=session_lines,
        key=lambda row: row.session.id,
        heading=lambda look, cells: ((_("SESSIONS"), "title"), *limits_told(look, cells - 14)),
        row_height=2,
        empty=lambda look: unknown(look) or _nobody_works(look),
        text_of=_session_text,
    )


def cockpit_pane(fills: Mapping[str, Fill], world: Callable[[], World]) -> LineList:
    """Who works, with what each has used; two lines each where the list is set so."""

    def draw(row: SessionRow, cells: int, look: Look) -> tuple[Line, ...]:
        first = session_line(row, cells, look, fills.get(row.session.id))
        return (*first, session_lines(row, cells, look)[1])

    def heading(look: Look, cells: int) -> Line:
        title, counts = _("SESSIONS"), session_counts(world().sessions, look.now)
        columns = used(cells)
        left = cells - width(title) - width(columns[0]) - 6
        said = cut(f"  {counts}", max(left, 0), look.glyphs.more)
        limits = limits_told(look, left - width(said))
        gap = left - width(said) - sum(width(text) for text, _role in limits)
        return ((title + " " * 6, "title"), (said, "dim"), *limits, (" " * max(gap, 0), "text"), columns)

    return LineList(
        id="sessions",
        draw=draw,
        key=lambda row: row.session.id,
        heading=heading,
        empty=lambda look: unknown(look) or _nobody_works(look),
        text_of=_session_text,
    )


def recent_pane(older: list[int]) -> LineList:
    """Who has worked lately; `older` holds how many more there have been."""
    return LineList(
        id="recent",
        draw=lambda row, cells, look: (*session_line(row, cells, look), session_lines(row, cells, look)[1]),
        key=lambda row: row.session.id,
        heading=lambda look, cells: ((_("ENDED"), "title"), _older(older[0], "moziplus session list --all")),
        ruled=True,
        empty=lambda look: unknown(look) or _("No session has ended yet."),
        text_of=_session_text,
    )


def _need_key(row: NeedRow) -> tuple[object, ...]:
    """What shows by itself has no number, and is told apart by its cause."""
    need = row.need
    number = need.ask_id or need.review_id or need.alert_id or need.task_id
    return (need.kind, need.project, number or need.reason)


def needs_pane(first_steps: Callable[[], bool], snoozed: Callable[[], int]) -> LineList:
    """What waits for the operator, and how much of it was put off; where nothing is there yet, what comes first."""

    def heading(look: Look, cells: int) -> Line:
        n = snoozed()
        return ((_("NEEDS YOU"), "title"), (f"  {snoozed_told(n)}" if n else "", "dim"))

    def nothing(look: Look) -> str:
        if first_steps() and not unknown(look):
            steps = (
                _("an agent: a program that works for you"),
                _("a project: a board, and the agents that work on it"),
            )
            numbered = [f"{n}  {said}" for n, said in enumerate((*steps, _("a task: what is to be done")), start=1)]
            return "\n".join((_("First steps; enter begins"), "", *numbered))
        return unknown(look) or _("Nothing needs you.")

    return LineList(
        id="needs",
        classes="-current",
        draw=need_lines,
        key=_need_key,
        heading=heading,
        empty=nothing,
        alike=lambda row: (row.need.kind, without_numbers(row.need.reason)),
        text_of=_need_text,
    )


def alerts_pane(*, ruled: bool = False) -> LineList:
    """What is out of order."""
    return LineList(
        id="alerts",
        draw=alert_lines,
        key=lambda row: (row.project, row.alert.id or row.alert.cause),
        heading=lambda look, cells: ((_("ALERTS"), "title"),),
        ruled=ruled,
        alike=lambda row: (row.alert.level, without_numbers(row.alert.body)),
        empty=lambda look: unknown(look) or _("No alerts. Nothing is out of order."),
        text_of=_alert_text,
    )


def reviews_pane(waiting: list[int]) -> LineList:
    """Review threads, those that need the operator first; `waiting` holds (mine, in progress, settled, older ones)."""

    def heading(look: Look, cells: int) -> Line:
        mine, others, settled, older = waiting
        said = ngettext("{n} needs you", "{n} need you", mine).format(n=mine)
        rest = _("{open} in progress · {settled} settled").format(open=others, settled=settled)
        first = (f"{look.glyphs.needs} {said}", "primary") if mine else (_("none needs you"), "dim")
        return (
            (_("REVIEWS") + "  ", "title"),
            first,
            (f" · {rest}", "dim"),
            _older(older, "moziplus review list --all"),
        )

    return LineList(
        id="reviews",
        draw=review_lines,
        key=lambda row: (row.project, row.review.id),
        heading=heading,
        alike=lambda row: (row.needs_me, row.review.status, without_numbers(row.review.reason or "")),
        empty=lambda look: unknown(look) or _("No reviews yet. A task that is submitted opens one."),
        text_of=_review_text,
    )


def _older(n: int, command: str) -> Span:
    """That a list is not all there is, and where the rest can be read."""
    if not n:
        return "", "dim"
    return "  " + ngettext("{n} older: {command}", "{n} older: {command}", n).format(n=n, command=command), "dim"


def _nobody_works(look: Look) -> str:
    if look.waits:
        return " ".join((_("No agent is at work."), look.waits))
    return _("No agent is at work. A ready task starts one.")


def _project_text(row: ProjectRow) -> str:
    return f"{plain(row.name)} {row.id}"


def _session_text(row: SessionRow) -> str:
    where = ref(row.project, row.session.task_id)
    return f"{plain(row.agent)} {row.session.agent} {where} {plain(row.task_title)}"


def _need_text(row: NeedRow) -> str:
    return f"{ref(row.need.project, row.need.task_id)} {plain(row.need.title)} {plain(row.need.reason)}"


def _alert_text(row: AlertRow) -> str:
    return f"{ref(row.project, row.alert.task_id)} {plain(row.alert.body)}"


def _review_text(row: ReviewRow) -> str:
    return f"{ref(row.project, row.review.task_id)} {plain(row.task.title)} {row.review.status}"
