"""Owns how the last days of a team read: a bar a day for cost, tasks done and waiting, each with its numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from console.i18n import _
from console.records.day_stats import DayStats
from widgets.ages import span
from widgets.cells import fit
from widgets.painted import Look
from widgets.spark import spark
from widgets.text_pane import Paragraph

__all__ = ("days_facts",)

_LABEL = 11


def days_facts(days: Sequence[DayStats], look: Look) -> list[Paragraph]:
    """A line each, today at the end; nothing where nothing ever was."""
    found: list[Paragraph] = []
    for label, of, said in (
        (_("cost"), lambda day: day.cost, lambda n: f"${n:.2f}"),
        (_("done"), lambda day: float(day.done), lambda n: f"{n:.0f}"),
        (_("for you"), lambda day: float(day.you_ms), lambda n: span(round(n))),
        (_("in queue"), lambda day: float(day.queue_ms), lambda n: span(round(n))),
    ):
        found += _line(label, [of(day) for day in days], said, look)
    if found and (n := sum(not day.known for day in days)):
        found.append(
            (_LABEL + 2, (("  " + " " * _LABEL, "dim"), (_("the first {n} are not all known").format(n=n), "dim")))
        )
    return found


def _line(label: str, numbers: Sequence[float], said: Callable[[float], str], look: Look) -> list[Paragraph]:
    if not any(numbers):
        return []
    told = _("{today} today, {most} at most").format(today=said(numbers[-1]), most=said(max(numbers)))
    picture = (spark(numbers, look.glyphs), "accent")
    return [(_LABEL + 2, (("  " + fit(label, _LABEL), "dim"), picture, (f"  {told}", "dim")))]
