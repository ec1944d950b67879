"""Owns how panes that stand beside each other share a view: what each has, and that one may stand alone for a while.

What was left so by its person is kept by view and width; which panes there are is the business of each view.
"""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.widget import Widget

from console.app.screens.base import ConsoleScreen, Pane
from console.app.shares import STEP, measured, moved

__all__ = ("Shared",)


class Shared(ConsoleScreen):
    """A view with several panes."""

    SIDES: ClassVar[tuple[str, ...]] = ()
    """What shares the room, from left to right or from top to bottom."""

    def __init__(self) -> None:
        super().__init__()
        self._shares: tuple[str, tuple[int, ...]] = "", ()
        """For which width, and what is laid out."""
        self.alone = False
        """One pane has all of the room."""

    @property
    def upright(self) -> bool:
        """They stand above each other."""
        return False

    def laid_out(self) -> None:
        """The panes may have other sizes now: the lines between them meet elsewhere. Called at every layout."""
        self.rule()

    def grow(self, steps: int) -> bool:
        """Give the pane with the focus more room, or less; False where it has no neighbour to share it with."""
        self.together()
        sides = self._sides()
        at = next((n for n, side in enumerate(sides) if self.current in (side, *side.query("*"))), None)
        if at is None or len(sides) < 2:
            return False
        now = self._shares[1]
        if len(now) != len(sides):
            now = measured([side.outer_size.height if self.upright else side.outer_size.width for side in sides])
        self.console.shares.put(self._key, moved(now, at, steps * STEP))
        self.share()
        return True

    def as_ever(self) -> None:
        """All panes are shown, each with what it has where nobody moved anything."""
        self.together()
        self.console.shares.put(self._key, ())
        self.share()

    def stand_alone(self, pane: Pane) -> bool:
        """Show nothing but this pane; False where nothing stands beside it anyway."""
        if self.has_class("-narrow") or len(self.panes()) < 2:
            return False
        self._clear()
        self.alone, at = True, pane.parent
        inner: Widget = pane
        while isinstance(at, Widget) and inner.id != "body":
            for other in at.children:
                other.set_class(other is not inner, "-away")
            inner.add_class("-whole")
            inner, at = at, at.parent
        return True

    def together(self) -> None:
        """Show all panes again."""
        if self.alone:
            self._clear()
            self.alone = False

    def share(self) -> None:
        """Lay the sides out as they were left at this width."""
        if not self.drawn:
            return
        sides, wanted = self._sides(), self.console.shares.of(self._key)
        wanted = wanted if len(wanted) == len(sides) else ()
        if (self._key, wanted) == self._shares:
            return
        self._shares = self._key, wanted
        for side in map(self.query_one, self.SIDES):
            side.styles.width = side.styles.height = None
        self.set_class(bool(wanted), "-moved")
        for side, part in zip(sides, wanted, strict=bool(wanted)):
            size = "1fr" if side is sides[-1] else f"{part}%"
            if self.upright:
                side.styles.height = size
            else:
                side.styles.width = size

    def focus_pane(self, pane: Pane) -> None:
        """Where one stands alone, it is this one."""
        if self.alone:
            self.stand_alone(pane)
        super().focus_pane(pane)

    def on_mount(self) -> None:
        """As they were left."""
        self.screen_layout_refresh_signal.subscribe(self, lambda _screen: self.laid_out() if self.drawn else None)
        self.share()

    def on_screen_resume(self) -> None:
        """As they were left."""
        self.share()

    def on_resize(self, event: events.Resize) -> None:
        """At another width they share in another way."""
        self.call_after_refresh(self._at_another_width)

    def _at_another_width(self) -> None:
        if self.has_class("-narrow"):
            self.together()
        self.share()

    @property
    def _key(self) -> str:
        width = next((name for name in ("narrow", "wide", "huge") if self.has_class(f"-{name}")), "")
        return f"{self.VIEW}/{width}"

    def _sides(self) -> list[Widget]:
        """Those that are shown at this width."""
        if self.has_class("-narrow"):
            return []
        return [side for side in map(self.query_one, self.SIDES) if side.display or side.has_class("-away")]

    def _clear(self) -> None:
        for widget in self.query("#body *"):
            widget.remove_class("-away", "-whole")
