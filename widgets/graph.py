"""Owns how a graph of tasks is drawn: a row each, its level from left to right, lines to those that wait for it.

Where each stands is decided elsewhere; what it waits for besides the one above it is said in words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from console.i18n import _, ngettext
from console.records.task import Task
from widgets.cells import Line, Span, cut, line_width, width
from widgets.marks import Glyphs, task_mark
from widgets.painted import Look
from widgets.rows import plain

__all__ = ("Graph", "GraphRow", "graph_heading", "graph_line", "graph_text")

STEP = 2
"""Cells of a level."""
DEEPEST = 3
"""The lines take no more than this part of the width, however deep a task lies."""
TITLE_LEAST = 16
"""Cells that a title keeps, however deep its task lies."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphRow:
    """A task, and where it stands."""

    task: Task
    rails: tuple[bool, ...] = ()
    """A level each, from the left: whether the line there goes on below."""
    above: int | None = None
    after: tuple[int, ...] = ()
    """What it waits or waited for, of those that are shown."""
    before: tuple[int, ...] = ()
    """What waits for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """All rows, from top to bottom."""

    rows: tuple[GraphRow, ...] = ()
    left_out: int = 0
    """Older tasks that are not shown."""


def graph_line(row: GraphRow, at: GraphRow | None, cells: int, look: Look) -> Line:
    """A task with its mark; `at` is the row under the cursor, with which it may have to do."""
    task, glyphs = row.task, look.glyphs
    mark, role = task_mark(task.status, glyphs, blocked=task.waits_for_dependency)
    spans: list[Span] = [
        _tie(row, at, glyphs),
        *_rails(row, cells, glyphs),
        (f"{mark} ", role),
        (f"#{task.id} ", "dim"),
    ]
    room = cells - line_width(spans)
    others = [f"#{other}" for other in row.after if other != row.above]
    who = task.assignee or (f"@{task.role}" if task.role else "")
    tail = f"  {plain(who)}" if who else ""
    tail += "  " + _("also after {tasks}").format(tasks=" ".join(others)) if others else ""
    title = plain(task.title)
    left = room - min(width(title), TITLE_LEAST)
    tail = cut(tail, left, glyphs.more) if left > 6 else ""
    strong = at is not None and row.task.id == at.task.id
    return (
        *spans,
        (cut(title, max(room - width(tail), 0), glyphs.more), "strong" if strong else "text"),
        (tail, "dim"),
    )


def graph_heading(graph: Graph, at: GraphRow | None, look: Look, cells: int) -> Line:
    """What stands where in numbers, and what the task under the cursor has to do with."""
    marks = Counter(
        task_mark(row.task.status, look.glyphs, blocked=row.task.waits_for_dependency) for row in graph.rows
    )
    spans: list[Span] = [(_("GRAPH"), "title")]
    for (mark, role), n in marks.items():
        spans.append((f"  {mark}{n}", role))
    if graph.left_out:
        n = graph.left_out
        spans.append(("  " + ngettext("{n} older left out", "{n} older left out", n).format(n=n), "warning"))
    if at is not None:
        room = cells - line_width(spans) - 12  # its place stands behind it
        spans.append((cut("  " + _about(at), max(room, 0), look.glyphs.more), "dim"))
    return tuple(spans)


def graph_text(row: GraphRow) -> str:
    """What a filter looks at."""
    task = row.task
    return f"#{task.id} {task.title} {task.assignee or ''} {task.role or ''} {' '.join(task.tags)} {task.status}"


def _about(row: GraphRow) -> str:
    said = [f"#{row.task.id}"]
    if row.after:
        said.append(_("waits for {tasks}").format(tasks=_numbers(row.after)))
    if row.before:
        said.append(_("holds up {tasks}").format(tasks=_numbers(row.before)))
    return "  ".join(said) if len(said) > 1 else ""


def _numbers(tasks: Sequence[int]) -> str:
    return " ".join(f"#{number}" for number in tasks)


def _tie(row: GraphRow, at: GraphRow | None, glyphs: Glyphs) -> Span:
    """Whether the task under the cursor waits for it, or the other way round, as the board marks it."""
    if at is not None and row.task.id in at.after:
        return f"{glyphs.before} ", "primary"
    return (f"{glyphs.to} ", "primary") if at is not None and row.task.id in at.before else ("  ", "text")


def _rails(row: GraphRow, cells: int, glyphs: Glyphs) -> list[Span]:
    """Lines from the left; of a very deep one those of the last levels, behind a sign that there are more."""
    if not row.rails:
        return []
    most = max(cells // DEEPEST // STEP, 1)
    shown = row.rails[-most:]
    drawn = [f"{glyphs.vertical} " if goes_on else "  " for goes_on in shown[:-1]]
    drawn.append((glyphs.tee_right if shown[-1] else glyphs.corner) + glyphs.horizontal)
    if len(shown) < len(row.rails):
        drawn[0] = f"{glyphs.more} " if len(drawn) > 1 else drawn[0]
    return [("".join(drawn), "rule")]
