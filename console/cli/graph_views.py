"""Owns how a graph of tasks looks: to programs as a list with edges, to people as a tree that fits the terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from console.cli.in_words import in_words
from console.cli.task_views import titled, who
from console.plans.graph import in_tree, levels
from console.text import cells, fit, one_line

if TYPE_CHECKING:
    from console.api.graph import Graph, GraphTask
    from console.blackboard.reads.graph import TaskGraph

__all__ = ("ASCII_MARKS", "MARKS", "graph_record", "graph_text")

MARKS = {
    "pending": "○",
    "blocked": "◌",
    "held": "‖",
    "working": "◐",
    "review": "◆",
    "done": "✓",
    "failed": "✗",
    "cancelled": "–",
}
"""The marks of the console; a test holds both together."""
ASCII_MARKS = {
    "pending": "o",
    "blocked": ".",
    "held": "=",
    "working": "*",
    "review": "#",
    "done": "v",
    "failed": "x",
    "cancelled": "-",
}
DEEPEST = 12
"""Levels that are indented; deeper ones stand below each other."""
TITLE_LEAST = 16
"""Columns that a title keeps, whatever else there is to say."""


def graph_record(project: str, found: TaskGraph) -> Graph:
    """The graph as it leaves the house, its tasks in the order of their ids."""
    from console.api.graph import Graph, GraphTask

    level = levels(found.after)
    tasks = tuple(GraphTask.of(task, after=tuple(found.after[task.id]), level=level[task.id]) for task in found.tasks)
    return Graph(project=project, left_out=found.left_out, tasks=tasks)


def graph_text(record: Graph, width: int | None) -> str:
    """The graph for people; `width` in columns, None for as wide as it is."""
    tasks = {task.id: task for task in record.tasks}
    if not tasks:
        return in_words("no tasks that wait or work; `--all` shows those that are over, too")
    marks = MARKS if _can_show("".join(MARKS.values())) else ASCII_MARKS
    placed = in_tree({number: task.after for number, task in tasks.items()})
    lines = [_line(tasks[one.name], one.above, marks, width) for one in placed]
    states = dict.fromkeys(_state(task) for task in tasks.values())
    lines += ["", "  ".join(f"{marks[state]} {in_words(state)}" for state in marks if state in states)]
    if record.left_out:
        lines.append(in_words(f"{record.left_out} older tasks are left out; --limit shows more"))
    return "\n".join(lines)


def _line(task: GraphTask, above: int | None, marks: dict[str, str], width: int | None) -> str:
    start = f"{'  ' * min(task.level, DEEPEST)}{marks[_state(task)]} #{task.id} "
    others = [f"#{other}" for other in task.after if other != above]
    end = f"  {one_line(who(task), 40)}" + (in_words(f", also after {' '.join(others)}") if others else "")
    title = one_line(titled(task), 500)
    if width is None:
        return start + title + end
    room = width - cells(start)
    least = min(TITLE_LEAST, cells(title))
    end = fit(end, max(room - least, 0)).rstrip() if cells(end) > room - least else end
    return (start + (fit(title, room - cells(end)) if cells(title) > room - cells(end) else title) + end).rstrip()


def _state(task: GraphTask) -> str:
    return "blocked" if task.blocked else str(task.status)


def _can_show(text: str) -> bool:
    try:
        text.encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
