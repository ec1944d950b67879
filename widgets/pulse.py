"""Owns how the last while of the scheduler reads: how long its ticks took, how full it was, what it began hour by hour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from console.i18n import _, ngettext
from widgets.cells import fit
from widgets.models import World
from widgets.painted import Look
from widgets.spark import spark
from widgets.text_pane import Paragraph

__all__ = ("MOST", "Pulse", "pulse_facts")

MOST = 24
"""Ticks, and hours, that are drawn: the newest."""
_LABEL = 11


@dataclass(slots=True)
class Pulse:
    """What a console has seen of the scheduler since it was opened: one entry a tick."""

    ticks: tuple[tuple[float, int], ...] = ()
    """(milliseconds that it took, sessions that held a slot then)."""
    last: int = 0
    """When the newest was, epoch ms."""

    def note(self, world: World) -> None:
        """Remember a tick that is not known yet."""
        state = world.scheduler
        if state.tick_ms is not None and state.last_tick_at is not None and state.last_tick_at > self.last:
            self.last = state.last_tick_at
            slots = sum(1 for row in world.sessions if row.session.gone_at is None)
            self.ticks = (*self.ticks[1 - MOST :], (state.tick_ms, slots))


def pulse_facts(pulse: Pulse, began: Sequence[int], world: World, look: Look) -> list[Paragraph]:
    """A line each; `began` are sessions begun, hour by hour. Nothing where there is nothing to compare."""
    found: list[Paragraph] = []
    if len(pulse.ticks) > 1:
        took, held = [ms for ms, _slots in pulse.ticks], [slots for _ms, slots in pulse.ticks]
        most = _("longest {ms} ms").format(ms=f"{max(took):.0f}")
        found.append(_line(_("ticks"), spark(took, look.glyphs), most))
        limit = world.scheduler.limit
        most = _("most {n} of {limit}").format(n=max(held), limit=limit)
        found.append(_line(_("slots"), spark(held, look.glyphs, most=max(limit, *held, 1)), most))
    if any(began):
        n = sum(began)
        said = ngettext("{n} session in {hours} hours", "{n} sessions in {hours} hours", n)
        found.append(_line(_("begun"), spark(began, look.glyphs), said.format(n=n, hours=len(began))))
    return found


def _line(label: str, picture: str, said: str) -> Paragraph:
    return _LABEL + 2, (("  " + fit(label, _LABEL), "dim"), (picture, "accent"), (f"  {said}", "dim"))
