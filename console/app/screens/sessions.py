"""Owns the cockpit: every session in one line, beside the list what one of them, or four, say and do."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from textual import events
from textual.app import ComposeResult
from textual.containers import Container, Horizontal, Vertical
from textual.timer import Timer

from console.actions.action import Context, Target
from console.agents.handing_over import fill_of
from console.app.said import whole_text
from console.app.screens.base import Pane
from console.app.screens.pages import tail_told
from console.app.screens.panes import cockpit_pane, recent_pane
from console.app.screens.shared import Shared
from console.app.targets import of_session
from console.app.transcripts import Tail
from console.i18n import _
from console.records.fill import Fill
from widgets.bars import Divider
from widgets.cells import Line
from widgets.line_list import LineList
from widgets.models import SessionRow, World
from widgets.painted import Look
from widgets.rows import plain, ref
from widgets.text_pane import TextPane

__all__ = ("Sessions",)

REST = 0.12
"""Seconds that the cursor rests on a session before its transcript is read."""
TILES = 4
FILLS_EVERY = 5
"""Seconds between two looks at how full the contexts are."""


class Sessions(Shared):
    """Live sessions above, ended ones below; beside them the transcript, where there is room."""

    SIDES = ("#left", "#tails")
    VIEW = "sessions"

    def __init__(self) -> None:
        super().__init__()
        self._older = [0]
        self._fills: dict[str, Fill] = {}
        self._tails: list[Tail] = []
        self._resting: Timer | None = None
        self._ticks = 0

    def body(self) -> ComposeResult:
        """Two lists, and four texts of which one is shown."""
        with Horizontal(id="body"):
            with Vertical(id="left"):
                yield cockpit_pane(self._fills, lambda: self.console.world)
                yield recent_pane(self._older)
            yield Divider()
            with Container(id="tails"):
                for n in range(TILES):
                    yield TextPane(id=f"tail{n}", heading=self._heading_of(n), follow=True, ruled=n > 0)

    def panes(self) -> list[Pane]:
        """Live, what is read, then ended: on the way to a text the other list would change what it is of."""
        shown = 0 if self.has_class("-narrow") else TILES if self._tiled else 1
        return [self._live, *(self._pane(n) for n in range(shown)), self._ended]

    def on_mount(self) -> None:
        """The live ones have the focus."""
        self._tails = [Tail(self.console.errands, self._changed) for _n in range(TILES)]
        self.focus_pane(self._live)
        self.call_after_refresh(self._read_anew)

    def _read_anew(self) -> None:
        """What was read before there was anything to show it in is shown now."""
        self._read()
        for tail in self._tails:
            self._changed(tail)

    def show(self, world: World, look: Look) -> None:
        """Show both lists, and read on."""
        live, ended = self._live, self._ended
        live.row_height = ended.row_height = 2 if self.has_class("-narrow") else 1
        room = max(self.size.height - 10, 4)
        height = min(max(len(world.sessions), 1) * live.row_height + 2, room)
        if live.styles.height is None or live.styles.height.value != height:
            live.styles.height = height
        self._older[0] = world.older_sessions
        live.show(world.sessions, look)
        ended.show(world.recent, look)
        self.query_one(Divider).show({}, look)
        self._read()

    def tick(self, look: Look, *, all_panes: bool) -> None:
        """Every second: whether they said more; now and then how full their contexts are."""
        super().tick(look, all_panes=all_panes)
        if not self.drawn:
            return
        self._live.repaint(look)
        for tail in self._tails:
            tail.more()
        if self._ticks % FILLS_EVERY == 0:
            self._look_at_fills()
        self._ticks += 1

    def target(self) -> Target:
        """The session under the cursor, or the one that is read."""
        row, base = self._row(), {Context.ANY}
        base |= {Context.LIST} if isinstance(self.current, LineList) else {Context.TEXT}
        if row is None:
            return Target(contexts=frozenset(base | {Context.LIST}))
        found = of_session(row, self.console.world)
        more = set() if self.has_class("-narrow") else {Context.TRANSCRIPT}
        return replace(found, contexts=frozenset((found.contexts - {Context.LIST}) | base | more))

    @property
    def text(self) -> TextPane | None:
        """What follows its end, wherever the focus is."""
        return None if self.has_class("-narrow") else super().text or self._pane(0)

    def whole(self) -> Callable[[], Iterable[str]]:
        """All that it ever said, as far as it was kept."""
        row = self._row()
        if row is None or row.session.folder is None:
            return super().whole()
        folder = Path(row.session.folder)
        return lambda: whole_text(folder)

    def fold(self) -> None:
        """Tools and thinking in one line each, or whole: in all that are read."""
        for tail in self._tails:
            tail.choose(tail.kinds, fold=not tail.fold)

    def next_kinds(self) -> None:
        """All, only errors, only asks: in all that are read."""
        for tail in self._tails:
            tail.choose(tail.kinds.next, fold=tail.fold)

    def tile(self) -> bool:
        """Four live ones at once, from the one under the cursor on, or one again."""
        if not self.has_class("-huge"):
            return False
        self.together()
        self.toggle_class("-tiled")
        if self.current not in self.panes():
            self.focus_pane(self._live)
        self._read()
        return True

    def on_line_list_moved(self, message: LineList.Moved) -> None:
        """The transcript follows the cursor after a short rest."""
        self.hint()
        if self._resting is not None:
            self._resting.stop()
        self._resting = self.set_timer(REST, self._read)

    def on_line_list_sifted(self, message: LineList.Sifted) -> None:
        """Of those that have ended not only the newest are looked at."""
        if message.pane.id == "recent":
            self.console.feed.seek(replace(self.console.feed.sought, sessions=message.pane.filtered))

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """In the other list stands another session."""
        super().on_descendant_focus(event)
        self._read()

    def on_resize(self, event: events.Resize) -> None:
        """What is shown depends on the width."""
        self.call_after_refresh(self._after_resize)

    def _after_resize(self) -> None:
        if not self.drawn:
            return
        if self._tiled and not self.has_class("-huge"):
            self.remove_class("-tiled")
        if self.current not in self.panes():
            self.focus_pane(self._live)
        self.show(self.console.world, self.console.look)

    @property
    def _live(self) -> LineList:
        return self.query_one("#sessions", LineList)

    @property
    def _ended(self) -> LineList:
        return self.query_one("#recent", LineList)

    @property
    def _tiled(self) -> bool:
        return self.has_class("-tiled")

    def _pane(self, n: int) -> TextPane:
        return self.query_one(f"#tail{n}", TextPane)

    def _row(self) -> SessionRow | None:
        """Of the list with the focus; of a text the session that it is of; else the first that there is."""
        pane = self.current
        if isinstance(pane, LineList):
            return pane.row
        for n, tail in enumerate(self._tails):
            if pane is not None and pane.id == f"tail{n}" and tail.session is not None:
                return self._now(tail.session.id)
        return self._live.row or self._ended.row

    def _now(self, session: str) -> SessionRow | None:
        rows = (*self.console.world.sessions, *self.console.world.recent)
        return next((row for row in rows if row.session.id == session), None)

    def _read(self) -> None:
        """Read what is under the cursor; tiled, four from there on. A text that has the focus keeps what it is of."""
        if not self.drawn or not self._tails or self.has_class("-narrow"):
            return
        if isinstance(self.current, TextPane):
            return
        source = self._ended if self.current is self._ended or not self._live.rows else self._live
        rows = [*source.rows]
        first = source.cursor // TILES * TILES if self._tiled else source.cursor
        for n, tail in enumerate(self._tails if self._tiled else self._tails[:1]):
            row = rows[first + n] if first + n < len(rows) else None
            tail.look_at("" if row is None else row.project, None if row is None else row.session)

    def _changed(self, tail: Tail) -> None:
        if self.drawn and tail in self._tails:
            pane = self._pane(self._tails.index(tail))
            if tail.fresh:
                pane.follow = True
            pane.show(tail.paragraphs, self.console.look)
            tail.fresh = False

    def _look_at_fills(self) -> None:
        asked = [(row.session.id, row.session.folder, row.session.external_id) for row in self.console.world.sessions]
        read = lambda: {id_: fill_of(folder, conversation) for id_, folder, conversation in asked}  # noqa: E731
        self.console.errands.fetch_with(read, self._filled)

    def _filled(self, found: dict[str, Fill | None]) -> None:
        self._fills.clear()
        self._fills.update({id_: fill for id_, fill in found.items() if fill is not None})
        if self.drawn:
            self._live.repaint(self.console.look)

    def _heading_of(self, n: int) -> Callable[[Look, int], Line]:
        def heading(look: Look, cells: int) -> Line:
            tail = self._tails[n] if n < len(self._tails) else None
            session = None if tail is None else tail.session
            if tail is None or session is None:
                return ((_("TRANSCRIPT"), "title"),)
            row = self._now(session.id)
            about = f"  {ref(tail.project, session.task_id)} {plain(row.task_title) if row is not None else ''}"
            name = plain(row.agent if row is not None else session.agent)
            follows = "  " + (_("following") if self._pane(n).follow else _("F follows"))
            return ((name, "title"), *tail_told(tail), (follows, "dim"), (about, "dim"))

        return heading
