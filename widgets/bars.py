"""Owns the single lines at the edges of every screen: the status at the top, hints below, rules. They decide nothing."""

from __future__ import annotations

from datetime import datetime

from textual import events
from textual.message import Message

from console.i18n import _, ngettext
from widgets.ages import span
from widgets.cells import Line, Span, cut, line_width, width
from widgets.link_words import link_name
from widgets.models import World
from widgets.painted import Look, Painted
from widgets.rows import plain, snoozed_told
from widgets.tabs import COUNTS

__all__ = ("Divider", "FooterLine", "RuleLine", "StatusLine")

_NARROW, _ONE_HINT = 60, 12
"""Columns below which the remark at the right edge leaves only room for one key; and that room."""

NARROW = 100
"""Below so many cells the status line carries the view's name and drops its words."""
Hint = tuple[str, str]
"""A key, and what it does."""


class RuleLine(Painted):
    """A horizontal line; where one pane is shown at a time it bears the names of all of them."""

    class Picked(Message):
        """A name was clicked."""

        def __init__(self, place: int) -> None:
            super().__init__()
            self.place = place

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._names: tuple[str, ...] = ()
        self._current = 0
        self._joint: tuple[int, str] | None = None

    def show(self, names: tuple[str, ...], current: int, look: Look, *, joint: tuple[int, str] | None = None) -> int:
        """Bear `names`; `joint` is a column and the glyph where another line meets this one."""
        self._names, self._current, self._joint = names, current, joint
        return self.repaint(look)

    def line(self, y: int) -> Line:
        """From edge to edge."""
        rule = self.look.glyphs.horizontal
        if self._names:
            spans = [span_ for part in self._parts() for span_ in part]
            return (*spans, (rule * max(0, self.size.width - line_width(spans)), "rule"))
        if self._joint is None:
            return ((rule * self.size.width, "rule"),)
        x, glyph = self._joint
        return ((rule * x + glyph + rule * max(0, self.size.width - x - 1), "rule"),)

    def on_click(self, event: events.Click) -> None:
        """A click on a name goes there."""
        x = 0
        for place, spans in enumerate(self._parts() if self._names else ()):
            x += line_width(spans)
            if event.x < x:
                self.post_message(self.Picked(place))
                return

    def _parts(self) -> list[Line]:
        rule = self.look.glyphs.horizontal
        return [
            ((f"{rule} ", "rule"), (f"{name} ", "title-focused" if place == self._current else "dim"))
            for place, name in enumerate(self._names)
        ]


class Divider(Painted):
    """A vertical line between panes, with joints where a pane beside it begins with a line."""

    def __init__(self, *, id: str = "divider") -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._joints: dict[int, str] = {}

    def show(self, joints: dict[int, str], look: Look) -> int:
        """`joints` are rows and the glyphs that stand there."""
        self._joints = joints
        return self.repaint(look)

    def line(self, y: int) -> Line:
        """One cell."""
        return ((self._joints.get(y, self.look.glyphs.vertical), "rule"),)


class StatusLine(Painted):
    """Who needs what, how many work, when the scheduler last looked, who is in charge."""

    def __init__(self, *, view: str = "") -> None:
        super().__init__(id="status")
        self._view, self._world, self._says = view, World(reading=True), ""

    def show(self, world: World, look: Look, *, says: str = "", view: str = "") -> int:
        """Take the world; `says` is a mark such as `read-only`, `view` what the screen is called in the language in use."""
        self._world, self._says, self._view = world, says, view
        return self.repaint(look)

    def rename(self, view: str) -> None:
        """The screen is called so from now on."""
        if view != self._view:
            self._view = view
            self.repaint(self.look)

    def line(self, y: int) -> Line:
        """Words where there is room for them, marks alone where there is not."""
        narrow = self.size.width < NARROW
        left, right = self._left(narrow), self._right(narrow)
        gap = self.size.width - line_width(left) - line_width(right) - 1
        if gap < 1:
            return left
        return (*left, (" " * gap, "text"), *right)

    def _left(self, narrow: bool) -> Line:
        glyphs, scheduler = self.look.glyphs, self._world.scheduler
        needs, live = count_needs(self._world), sum(1 for row in self._world.sessions if row.session.gone_at is None)
        put_off = len(self._world.snoozed)
        spans: list[Span] = [(" moziplus ", "strong")]
        if narrow:
            number = "?" if self._world.reading else needs
            spans.append(
                (f" {glyphs.needs}{number} " if needs else f" {glyphs.needs}{number}", "needs" if needs else "dim")
            )
            spans += [(f" +{put_off}", "dim")] if put_off else []
            spans.append((f" {glyphs.live}{live}/{scheduler.limit}", "success" if live else "dim"))
        else:
            said = ngettext("{n} needs you", "{n} need you", needs).format(n=needs) if needs else _("nothing needs you")
            if not needs and self._world.unread:
                said = _("nothing known needs you")
            if self._world.reading:
                said = _("Reading…")
            spans.append((f" {glyphs.needs} {said} ", "needs" if needs else "dim"))
            spans += [(f" {snoozed_told(put_off)}", "dim")] if put_off else []
            said = _("{live}/{limit} agents").format(live=live, limit=scheduler.limit)
            spans.append((f"  {glyphs.live} {said}", "success" if live else "dim"))
        if unread := len(self._world.unread):
            said = ngettext("{n} cannot be read", "{n} cannot be read", unread).format(n=unread)
            spans.append((f"  {glyphs.held}{unread}" if narrow else f"  {glyphs.held} {said}", "alarm"))
        gap = " " if narrow else "   "
        for span_ in (self._state(), self._tick(narrow), self._charge(narrow)):
            if span_[0]:
                spans += [(gap, "text"), span_]
        return tuple(spans)

    def _state(self) -> Span:
        scheduler, held = self._world.scheduler, self.look.glyphs.held
        if scheduler.estopped:
            return f"{held} " + _("EMERGENCY STOP"), "alarm"
        if scheduler.draining:
            return f"{held} " + _("draining"), "warning"
        return (f"{held} " + _("paused"), "warning") if scheduler.paused else ("", "text")

    def _tick(self, narrow: bool) -> Span:
        scheduler = self._world.scheduler
        if not scheduler.running or scheduler.last_tick_at is None:
            return "", "text"
        ago = self.look.now - scheduler.last_tick_at
        late = ago > 3000 * scheduler.tick_interval
        if narrow:
            return _("tick {age}").format(age=span(ago)), "alarm" if late else "dim"
        said = _("tick {age} ago").format(age=span(ago))
        if scheduler.tick_ms is not None:
            said += f", {scheduler.tick_ms:.0f} ms"
        return said, "alarm" if late else "dim"

    def _charge(self, narrow: bool) -> Span:
        scheduler = self._world.scheduler
        if not scheduler.known:
            return "", "text"
        if not scheduler.running:
            return _("nobody in charge"), "warning"
        if scheduler.mine:
            return (_("in charge") if narrow else _("in charge: this console")), "text"
        kind = _("headless") if scheduler.headless else _("console")
        return (
            f"{kind} {scheduler.pid}" if narrow else _("in charge: {kind} {pid}").format(kind=kind, pid=scheduler.pid)
        ), "text"

    def _right(self, narrow: bool) -> Line:
        glyphs = self.look.glyphs
        spans: list[Span] = [(f"{self._says}  ", "warning")] if self._says else []
        if narrow:
            spans.append((self._view, "title-focused"))
            counts = (span_ for counted in COUNTS.values() for span_ in counted(self._world, glyphs))
            return (*spans, *counts)
        for link in self._world.scheduler.links:
            name = (link_name(plain(link.name)) + " ", "dim")
            if link.up:
                spans += [name, (glyphs.on, "success"), (f" {plain(link.version) or '?'}   ", "dim")]
            elif link.trouble:
                spans += [name, (f"{glyphs.failed}   ", "error")]
        moment = datetime.fromtimestamp(self.look.now / 1000).astimezone()
        return (*spans, (f"{moment:%H:%M}", "dim"))


class FooterLine(Painted):
    """The keys that matter here, and the last thing that can be undone. Draws only when its set changes."""

    def __init__(self) -> None:
        super().__init__(id="footer")
        self._hints: tuple[Hint, ...] = ()
        self._aside = ""

    def show(self, hints: tuple[Hint, ...], look: Look, *, aside: str = "") -> int:
        """Take a set of hints, the most important first, and a remark for the right edge."""
        if (hints, aside, look.glyphs) == (self._hints, self._aside, self.look.glyphs):
            return 0
        self._hints, self._aside = hints, aside
        return self.repaint(look)

    def line(self, y: int) -> Line:
        """As many hints as fit."""
        most = self.size.width // 2 if self.size.width >= _NARROW else self.size.width - _ONE_HINT
        aside = cut(self._aside, most)
        room = self.size.width - 1 - (width(aside) + 3 if aside else 0)
        spans: list[Span] = [(" ", "text")]
        for key, title in self._hints:
            cells = width(key) + width(title) + 3
            if cells - 2 > room:
                break
            spans += [(key, "key"), (f" {title}", "dim"), ("  ", "text")]
            room -= cells
        if aside:
            gap = self.size.width - line_width(spans) - width(aside) - 1
            spans += [(" " * max(gap, 0), "text"), (aside, "text")]
        return tuple(spans)


def count_needs(world: World) -> int:
    """How many things wait for the operator in all projects and the home."""
    return len(world.needs)
