"""Owns what every screen has: the lines at its edges, its panes, and what a key is about. It performs nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, ClassVar, cast

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import Screen
from textual.widget import Widget

from console.actions.action import Action, Context, Target
from console.actions.registry import by_id, offered
from console.actions.views import number_of, view_named, views
from console.app.keymap import action_for, hints, keys_of
from console.app.targets import of_row
from console.i18n import _
from widgets.anchors import Place
from widgets.bars import FooterLine, RuleLine, StatusLine
from widgets.board import BoardColumns
from widgets.line_list import LineList
from widgets.models import World
from widgets.pages import FindingRow
from widgets.painted import Look
from widgets.tabs import ViewsLine
from widgets.text_pane import TextPane

if TYPE_CHECKING:
    from console.app.app import Console
    from console.app.work import Work

__all__ = ("ConsoleScreen", "Pane")

Pane = LineList | BoardColumns | TextPane


class ConsoleScreen(Screen[None], inherit_bindings=False):
    """A full screen of panes between a status line and a footer."""

    HORIZONTAL_BREAKPOINTS: list[tuple[int, str]] | None = [(0, "-narrow"), (100, "-wide"), (160, "-huge")]
    BINDINGS: ClassVar[list[BindingType]] = []
    AUTO_FOCUS = None
    VIEW = ""
    """Of the list of views; empty for a page above one."""

    def __init__(self) -> None:
        super().__init__()
        self.ready = False
        """There is something to press keys on."""

    @property
    def console(self) -> Console:
        """The app."""
        return cast("Console", self.app)

    @property
    def view_name(self) -> str:
        """What the status line of a narrow terminal calls this screen."""
        return next((f"{number} {name}" for number, name, _counts in views() if number == number_of(self.VIEW)), "")

    def compose(self) -> ComposeResult:
        """The edges, and between them the body; in the class of its width from the start, so that it is styled once."""
        wide = self.app.size.width
        self.set_class(wide < 100, "-narrow")
        self.set_class(100 <= wide < 160, "-wide")
        self.set_class(wide >= 160, "-huge")
        yield StatusLine(view=self.view_name)
        yield ViewsLine(views(), number_of(self.VIEW))
        yield RuleLine(id="top-rule")
        yield from self.body()
        yield RuleLine(id="bottom-rule")
        yield FooterLine()

    def body(self) -> ComposeResult:
        """What is between the rules."""
        raise NotImplementedError

    def panes(self) -> list[Pane]:
        """The panes that can have the focus, in their order."""
        return []

    def show(self, world: World, look: Look) -> None:
        """Show the world in every pane; equal data repaints nothing."""

    def show_board(self, pane: BoardColumns, world: World, look: Look) -> None:
        """Show a board, its cards as its person left them."""
        pane.lie(self.console.boards.of(world.board.project))
        pane.show(world.board, look)

    def target(self) -> Target:
        """What an action would be about now."""
        return Target(contexts=frozenset({Context.ANY}))

    def acted(self, action: Action, target: Target) -> None:
        """An action of this screen has been performed, on that."""

    # -- what all screens do

    @property
    def drawn(self) -> bool:
        """Its widgets are there. A view that was just switched to has none for an instant, and the world goes on."""
        return self.is_mounted and bool(self.query(FooterLine))

    def present(self, world: World, look: Look) -> None:
        """Show the world in the panes and at the edges."""
        if not self.drawn:
            return
        says = _("read-only") if self.console.read_only else ""
        self.query_one(StatusLine).show(world, look, says=says, view=self.view_name)
        self.query_one(ViewsLine).rename(views())
        self.query_one(ViewsLine).show(world, look)
        self.show(world, look)
        self.rule()
        self.hint()

    def tick(self, look: Look, *, all_panes: bool) -> None:
        """Time went on: ages are written anew where they changed."""
        if not self.drawn:
            return
        self.query_one(StatusLine).repaint(look)
        if (undo := self.console.undos.newest) is not None and undo.until + 1000 > look.now:
            self.hint()
        for pane in self.panes() if all_panes else ():
            pane.repaint(look)

    def rule(self) -> None:
        """Draw the lines above and below."""
        look = self.console.look
        for rule in self.query(RuleLine):
            rule.show((), 0, look)

    def hint(self) -> None:
        """Show the keys that matter where the cursor is."""
        if not self.drawn:
            return
        target = self.full_target()
        wanted = hints(tuple(a for a in offered(target, read_only=self.console.read_only) if a.hint_where(target)))
        undo = self.console.undos.possible(self.console.world, self.console.look.now)
        key = keys_of(by_id()["undo"]).partition(" ")[0]
        aside = f"{key} {undo.told(self.console.look.now)}" if undo is not None else ""
        if self.console.under_way:
            aside = _("under way: {what}").format(what=", ".join(self.console.under_way))
        self.query_one(FooterLine).show(tuple((key, _(title)) for key, title in wanted), self.console.look, aside=aside)

    def full_target(self) -> Target:
        """The target, with what the app knows besides."""
        from dataclasses import replace

        if not self.drawn:
            return Target()
        scheduler, target = self.console.world.scheduler, self.target()
        found = isinstance(self.current, TextPane) and self.current.found.words
        pane = self.current
        rows = pane.marked if isinstance(pane, LineList | BoardColumns) else []
        marks = {Context.MARKS} if isinstance(pane, LineList | BoardColumns) and pane.markable else set()
        more = (
            marks | ({Context.FOUND} if found else set()) | ({Context.LINKED} if self.other_end is not None else set())
        )
        return replace(
            target,
            home_paused=scheduler.paused,
            home_stopped=scheduler.estopped,
            nobody_in_charge=scheduler.known and not scheduler.running,
            undo=self.console.undos.newest,
            marked=_each(of_row(row, self.console.world) for row in rows) or target.marked,
            contexts=target.contexts | more,
        )

    @property
    def current(self) -> Pane | None:
        """The pane with the focus."""
        focused = self.focused
        return focused if isinstance(focused, LineList | BoardColumns | TextPane) else None

    @property
    def text(self) -> TextPane | None:
        """The text that `follow` is about."""
        return self.current if isinstance(self.current, TextPane) else None

    def whole(self) -> Callable[[], Iterable[str]]:
        """The lines of all that this text is of, more than is shown where there is more; asked for off this thread."""
        text = self.text.text if self.text is not None else ""
        return text.splitlines

    def turn(self, step: int) -> None:
        """Give the focus to the next pane, or the one before."""
        panes: list[Pane] = [pane for pane in self.panes() if isinstance(pane, Widget)]
        if not panes:
            return
        at = panes.index(self.current) if self.current in panes else -step
        self.focus_pane(panes[(at + step) % len(panes)])

    def sideways(self, step: int) -> bool:
        """Left and right inside the pane; False where it has no such direction."""
        return False

    @property
    def other_end(self) -> FindingRow | Place | None:
        """What the line that one is at leads to: the place of its finding, or the finding of its place."""
        return None

    def show_end(self, end: FindingRow | Place) -> bool:
        """Go there; False where it is on no pane of this screen."""
        return False

    def noted(self) -> None:
        """A finding was noted on a line of the work, or one is not any more."""

    @property
    def work(self) -> Work | None:
        """What is read of the work of a task, where this screen shows one."""
        return None

    def side_by_side(self) -> str:
        """Then and now beside each other, or one above the other; says why not."""
        return _("Not here.")

    def opens(self) -> bool:
        """Enter opens the row in this very view; False where what it is about is opened."""
        return False

    def look_again(self) -> None:
        """Have read anew what only this view shows."""

    def fold(self) -> None:
        """Of a transcript, show tools and thinking in one line each, or whole again."""

    def next_kinds(self) -> None:
        """Of a transcript, show other kinds of entries."""

    def tile(self) -> bool:
        """Show several of what is read at once, or one again; False where there is no such choice."""
        return False

    def focus_pane(self, pane: Pane) -> None:
        """Give the focus to a pane; where one is shown at a time, that one."""
        self.set_focus(pane)

    def on_mount(self) -> None:
        """Its widgets are there: what was typed ahead is pressed. Of a subclass this comes last."""
        self.ready = True
        self.console.typed_ahead.release()

    def on_key(self, event: events.Key) -> None:
        """Every key that no input field took is looked up in the registry."""
        if self.console.screen is not self:
            self.console.typed_ahead.again(event)
            return
        action = action_for(event.key, event.character, self.full_target(), read_only=self.console.read_only)
        if action is not None:
            event.stop()
            event.prevent_default()
            self.console.begin(action)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Other keys matter in another pane."""
        self.hint()
        self.rule()

    def on_screen_resume(self) -> None:
        """Whatever changed while another screen was in front is shown."""
        view = view_named(self.VIEW)
        if view is not None:  # a page above a view leaves it as it is
            self.console.feed.attend(view.attends)
        self.present(self.console.world, self.console.look)

    def on_line_list_moved(self, message: LineList.Moved) -> None:
        """The keys depend on the row."""
        self.hint()

    def on_line_list_chosen(self, message: LineList.Chosen) -> None:
        """A double click opens what enter opens."""
        self.console.begin(by_id()["open"])

    def on_board_columns_chosen(self, message: BoardColumns.Chosen) -> None:
        """On a card, too."""
        self.console.begin(by_id()["open"])

    def on_text_pane_pointed(self, message: TextPane.Pointed) -> None:
        """They depend on the line of a text, too."""
        self.hint()

    def on_board_columns_moved(self, message: BoardColumns.Moved) -> None:
        """The keys depend on the task."""
        self.hint()

    def on_board_columns_wanted(self, message: BoardColumns.Wanted) -> None:
        """More of the board comes into sight than was read, or other words are looked for."""
        self.console.feed.want(message.pane.wish)

    def on_views_line_picked(self, message: ViewsLine.Picked) -> None:
        """A view was clicked."""
        self.console.go(message.number)


def _each(targets: Iterable[Target]) -> tuple[Target, ...]:
    """All that is marked, each by itself, also where one row stands for several."""
    return tuple(one for target in targets for one in (target.marked or (target,)))
