"""Owns the view of moziplus itself: the facts of scheduler, links, inbox and backups, and below them its own log.

What costs reading is read only while this view is on the screen, and never on the screen's own thread.
"""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from console.actions.action import Context, Target
from console.app.agents import began, days_of
from console.app.log_lines import NOTHING, Stamp, newest_lines
from console.app.screens.base import Pane
from console.app.screens.shared import Shared
from console.i18n import _, ngettext
from console.records.day_stats import DayStats
from widgets.bars import Divider, RuleLine
from widgets.cells import Line
from widgets.days import days_facts
from widgets.facts import inbox_facts, keeping_facts, link_facts, scheduler_facts
from widgets.log_text import log_paragraphs
from widgets.models import LogLine, World
from widgets.painted import Look
from widgets.pulse import MOST, pulse_facts
from widgets.text_pane import Paragraph, TextPane

__all__ = ("SystemView",)

COUNTED_EVERY = 60
"""Seconds between two counts of what was begun."""
DAYS_EVERY = 600
"""And of what was on each day, which takes longer: a second where a hundred thousand things happened."""
LEAST_LOG = 6
"""Lines of the log that stay in sight however long the facts are."""


class SystemView(Shared):
    """Facts above, the log below; one or the other on a narrow terminal."""

    SIDES = ("#running", "#keeping")
    VIEW = "system"

    def __init__(self) -> None:
        super().__init__()
        self._stamp: Stamp = NOTHING
        self._lines: tuple[LogLine, ...] = ()
        self._height: int | str = 0
        self._ticks = 0
        self._began: tuple[int, ...] = ()
        """Sessions, hour by hour."""
        self._days: tuple[DayStats, ...] = ()
        self._days_at = 0
        self._tight = False
        """One column of facts is too long for blank lines."""

    def body(self) -> ComposeResult:
        """Two columns of facts, and the log over the whole width."""
        with Vertical(id="body"):
            with Horizontal(id="facts"):
                yield TextPane(id="running", heading=lambda look, cells: self._heading("running", _("SCHEDULER")))
                yield Divider()
                yield TextPane(id="keeping", heading=lambda look, cells: self._heading("keeping", _("INBOX")))
            yield TextPane(id="log", heading=self._log_heading, follow=True, ruled=True)

    def panes(self) -> list[Pane]:
        """Those that are shown at this width, in the order in which tab goes round."""
        names = ("running", "log") if self._narrow else ("running", "keeping", "log")
        return [self.query_one(f"#{name}", TextPane) for name in names]

    @property
    def text(self) -> TextPane | None:
        """The log is what can be followed, wherever the focus is."""
        return self.query_one("#log", TextPane)

    def on_mount(self) -> None:
        """On a narrow terminal the facts are in front, else the log has the focus, for it is what moves."""
        self.focus_pane(self.panes()[0 if self._narrow else -1])

    def on_screen_resume(self) -> None:
        """Somebody looks: read what only this view shows."""
        self._read_log()
        self.look_again()

    def look_again(self) -> None:
        """Count anew what was begun."""
        projects, now = [row.id for row in self.console.world.projects], self.console.clock.now()
        known = self._days if now - self._days_at < DAYS_EVERY * 1000 else ()
        read = lambda shelf: (began(shelf, projects, MOST, now), known or days_of(shelf, projects, now))  # noqa: E731
        self._days_at = self._days_at if known else now
        self.console.errands.fetch_all(read, self._counted)

    def _counted(self, found: tuple[tuple[int, ...], tuple[DayStats, ...]]) -> None:
        self._began, self._days = found
        if self.drawn:
            self._show_facts(self.console.world, self.console.look)

    def tick(self, look: Look, *, all_panes: bool) -> None:
        """Every second: ages of the facts, and whether the log has grown."""
        super().tick(look, all_panes=False)
        self._ticks += 1
        if self._ticks % COUNTED_EVERY == 0:
            self.look_again()
        if self.drawn:
            self._show_facts(self.console.world, look)
            self._read_log()

    def show(self, world: World, look: Look) -> None:
        """Show the facts; the log is shown when it was read."""
        self.query_one("#log", TextPane).repaint(look)
        self.query_one(Divider).show({}, look)
        self._show_facts(world, look)

    def target(self) -> Target:
        """Text alone."""
        return Target(contexts=frozenset({Context.ANY, Context.TEXT}))

    def focus_pane(self, pane: Pane) -> None:
        """Where one pane is shown at a time, it is this one."""
        self.query_one("#facts").set_class(pane.id != "log", "-current")
        self.query_one("#log").set_class(pane.id == "log", "-current")
        super().focus_pane(pane)

    def rule(self) -> None:
        """Where one pane is shown at a time the upper line bears their names."""
        look, panes, narrow = self.console.look, self.panes(), self._narrow
        names = (_("SYSTEM"), _("LOG")) if narrow else ()
        at = panes.index(self.current) if self.current in panes else 0
        x = self.query_one(Divider).region.x
        joint = None if narrow or not x else (x, look.glyphs.tee_down)
        self.query_one("#top-rule", RuleLine).show(names, at, look, joint=joint)
        self.query_one("#bottom-rule", RuleLine).show((), 0, look)
        log = self.query_one("#log", TextPane)
        if log.headed == narrow or log.joint != (x or None):
            log.headed, log.joint = not narrow, x or None
            self._show_log(look)

    def on_resize(self, event: events.Resize) -> None:
        """The facts are wrapped to another width."""
        self.call_after_refresh(self._after_resize)

    def on_text_pane_wrapped(self, message: TextPane.Wrapped) -> None:
        """A pane has another size: the facts may need more lines, or fewer."""
        if message.pane.id != "log" and self.drawn:
            self._show_facts(self.console.world, self.console.look)

    def on_rule_line_picked(self, message: RuleLine.Picked) -> None:
        """The name of a pane was clicked."""
        self.focus_pane(self.panes()[message.place])

    @property
    def _narrow(self) -> bool:
        return self.has_class("-narrow")

    def _after_resize(self) -> None:
        if self.current not in self.panes():
            self.focus_pane(self.panes()[0])
            return
        self._show_facts(self.console.world, self.console.look)
        self.rule()

    def _show_facts(self, world: World, look: Look) -> None:
        """One column where the terminal is narrow, else two; the band is as high as the longer one."""
        running, keeping = self.query_one("#running", TextPane), self.query_one("#keeping", TextPane)
        scheduler, inbox = scheduler_facts(world, look), inbox_facts(world, look)
        scheduler = scheduler and [*scheduler, *pulse_facts(self.console.feed.pulse, self._began, world, look)]
        links = link_facts(world, look)
        rest = [(_("KEEPING"), keeping_facts(world, look))]
        if days := days_facts(self._days, look):
            rest.append((_("{n} DAYS").format(n=len(self._days)), days))
        if self._narrow:
            self._give("1fr")
            running.show(_under(scheduler, *links, (_("INBOX"), inbox), *rest, tight=self._tight), look)
            if (running.tall + 3 * self._tight > running.size.height > 0) != self._tight:
                self._tight = not self._tight
                running.show(_under(scheduler, *links, (_("INBOX"), inbox), *rest, tight=self._tight), look)
            return
        running.show(_under(scheduler, *links), look)
        keeping.show(_under(inbox, *rest), look)
        self._give(min(max(running.tall, keeping.tall), max(self.size.height - 5 - LEAST_LOG, 4)))

    def _give(self, height: int | str) -> None:
        """Give the facts their height; only a change costs a layout."""
        if height != self._height:
            self._height = height
            self.query_one("#facts").styles.height = height
            self.call_after_refresh(self.rule)

    def _read_log(self) -> None:
        logs, stamp = self.console.home.logs, self._stamp
        self.console.errands.fetch_with(lambda: newest_lines(logs, stamp), self._log_read)

    def _log_read(self, found: tuple[Stamp, tuple[LogLine, ...]] | None) -> None:
        if found is not None and self.drawn:
            self._stamp, self._lines = found
            self._show_log(self.console.look)

    def _show_log(self, look: Look) -> None:
        paragraphs = log_paragraphs(self._lines, look) if self._stamp != NOTHING else []
        self.query_one("#log", TextPane).show(paragraphs, look)

    def _heading(self, pane: str, title: str) -> Line:
        """A title, and how much of the text is out of sight."""
        n = self.query_one(f"#{pane}", TextPane).below
        more = ngettext("{n} more line below", "{n} more lines below", n).format(n=n) if n else ""
        return ((title, "title"), (f"  {more}", "dim"))

    def _log_heading(self, look: Look, cells: int) -> Line:
        follows = self.query_one("#log", TextPane).follow
        return ((_("LOG"), "title"), ("  " + (_("following") if follows else _("F follows")), "dim"))


def _under(first: list[Paragraph], *sections: tuple[str, list[Paragraph]], tight: bool = False) -> list[Paragraph]:
    """Sections under headings of their own, a blank line above each unless there is no room for it."""
    found = list(first)
    for title, paragraphs in sections:
        found += [(0, ((title, "title"),))] if tight else [(0, ()), (0, ((title, "title"),))]
        found += paragraphs
    return found
