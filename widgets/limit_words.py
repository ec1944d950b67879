"""Owns how the limits of agents are told in a few cells: of whom, and until when. Asks no clock but that of the look."""

from __future__ import annotations

from console.days import shown_today
from console.i18n import _
from console.text import one_line
from widgets.cells import Span, cut
from widgets.painted import Look

__all__ = ("limit_of", "limits_told")


def limits_told(look: Look, cells: int) -> list[Span]:
    """Every agent that is rate limited, for a heading; nothing where none is."""
    one = _("{agent} rate limited until {when}")
    told = [one.format(agent=one_line(agent, 40), when=shown_today(at, look.now)) for agent, at in look.limits]
    said = cut(" · ".join(told), max(cells, 0), look.glyphs.more)
    return [(f"  {said}", "warning")] if said else []


def limit_of(agent: str | None, look: Look) -> str:
    """Until when this one is rate limited; empty where it is not."""
    at = next((at for name, at in look.limits if name == agent), None)
    return "" if at is None else shown_today(at, look.now)
