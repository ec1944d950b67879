"""Owns the composer: where a verdict is written, at the bottom, under what is judged and never over it. It decides nothing.

Findings of the reviewers can be ticked, lines of one's own name a place as `path:line text`; what it leads to stands above.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.suggester import Suggester
from textual.widgets import Input

from console.app.screens.dialogs import Dialog
from console.app.screens.words import Words
from console.commands.verdict_text import as_line
from console.i18n import _
from console.text import one_line
from widgets.cells import Line, cut
from widgets.line_list import LineList
from widgets.painted import Look

__all__ = ("Composer", "Entry")

ROWS = 6
"""Findings in sight."""
LOW = 16
"""Lines of a terminal below which the keys are not told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line of the checklist."""

    text: str
    place: str = ""
    number: int | None = None
    """Of a reviewer's finding; None for a line of one's own."""
    ticked: bool = False

    @property
    def line(self) -> str:
        """As it is sent."""
        return self.text if self.number is None and not self.place else as_line(self.text, self.place)


class _Paths(Suggester):
    """Completes the path that a line begins with."""

    def __init__(self, paths: Sequence[str]) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._paths = paths

    async def get_suggestion(self, value: str) -> str | None:
        """The first output whose path, or file name, begins so."""
        if not value or " " in value or ":" in value:
            return None
        names = (*self._paths, *(path.rsplit("/", 1)[-1] for path in self._paths))
        return next((f"{name}:" for name in names if name.startswith(value)), None)


class Composer(Dialog):
    """Write a verdict; dismissed with its text, or None."""

    COVERS_NOTHING, ONE_LINE = True, False

    def __init__(
        self,
        look: Look,
        title: str,
        *,
        required: bool,
        text: str = "",
        own: Sequence[Entry] = (),
        paths: Sequence[str] = (),
    ) -> None:
        """`text` is what was written before and refused; `own` are findings that were noted on the work."""
        super().__init__(look)
        self._title, self._required, self._paths = title, required, paths
        before, _end, self._text = text.rpartition("\n")
        kept = (Entry(text=line, ticked=True) for line in before.replace("\n  ", "\0").split("\n") if line)
        self._entries: list[Entry] = [*own, *(replace(one, text=one.text.replace("\0", "\n  ")) for one in kept)]
        self._own = frozenset(one.line for one in own)

    def compose(self) -> ComposeResult:
        """What is written for, and what it leads to; the checklist; the line."""
        with Vertical(id="box"):
            yield Words(self._title)
            yield Words("…", "dim", classes="leads")
            yield LineList(draw=_entry_lines, key=lambda one: (one.number, one.text, one.place), choice=True)
            field = Input(
                self._text,
                placeholder=_("what is to be changed, or path:line text"),
                suggester=_Paths(self._paths),
                select_on_focus=False,  # the first key would take away what is brought back
            )
            field.cursor_blink = False
            yield field
            yield Words(
                _("enter sends · ctrl-j next line · up, down, tab tick · ctrl-g editor · pgup, pgdn read · esc"), "dim"
            )

    def on_mount(self) -> None:
        """Be ready for keys, and take no more room than it needs."""
        self._show()
        for words in self.query(Words):
            words.repaint(self.look)
        self.set_focus(self.query_one(Input))

    def fill(self, found: Sequence[Entry], leads: str, paths: Sequence[str]) -> None:
        """What was read meanwhile: the reviewers' findings, what the verdict leads to, the outputs."""
        if not self.is_mounted:
            return
        self._entries = [*found, *(one for one in self._entries if one.number is None)]
        self.query_one(".leads", Words).say(f"{self.look.glyphs.to} {leads}")
        self.query_one(Input).suggester = _Paths(paths)
        self._show()

    @property
    def written(self) -> str:
        """All that would be sent."""
        said = self.query_one(Input).value.strip()
        return "\n".join([*(one.line for one in self._entries if one.ticked), *([said] if said else [])])

    @property
    def draft(self) -> str:
        """What was written here; findings of the reviewers, and what was noted on the work, stay where they are."""
        said = self.query_one(Input).value.strip()
        mine = [one.line for one in self._entries if one.number is None and one.line not in self._own]
        return "\n".join([*mine, *([said] if said else [])])

    def takes(self, key: str) -> bool:
        """The checklist, the editor and the text below, besides what every box takes."""
        rows, field = self.query_one(LineList), self.query_one(Input)
        if key in ("up", "down"):
            rows.move(-1 if key == "up" else 1)
        elif key in ("ctrl+j", "ctrl+enter", "shift+enter"):
            self._keep(field)
        elif key == "tab" and field._suggestion and field.cursor_at_end:
            field.action_cursor_right()
        elif key == "tab" or (key == "space" and not field.value and self._entries):
            self._tick(rows)
        elif key in ("pageup", "pagedown"):
            self._read(1 if key == "pagedown" else -1)
        elif key == "ctrl+g":
            self._edit()
        else:
            return super().takes(key)
        return True

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter sends what is ticked and written."""
        if self.written or not self._required:
            self.dismiss(self.written)
        else:
            self.app.notify(_("Tick a finding, write something, or press esc."), markup=False, timeout=3)

    def dismiss(self, result: Any = None) -> Any:
        """Give the room back first."""
        self._make_room(0)
        return super().dismiss(result)

    def _keep(self, field: Input) -> None:
        """The line is done, the next begins."""
        if said := field.value.strip():
            self._entries.append(Entry(text=said, ticked=True))
            field.value = ""
            self._show()

    def _tick(self, rows: LineList) -> None:
        if (here := rows.row) is not None:
            self._entries = [replace(one, ticked=not one.ticked) if one is here else one for one in self._entries]
            self._show()

    def _read(self, pages: float) -> None:
        """Scroll what is judged."""
        pane = getattr(self.app.screen_stack[-2], "current", None)
        if pane is not None:
            pane.page(pages)

    def _edit(self) -> None:
        from console.app.editor import rewritten

        if text := rewritten(self.app, self.written):
            self.dismiss(text)

    def on_resize(self) -> None:
        """Another height leaves another room for the checklist: the line that is written is always in sight."""
        self.call_after_refresh(self._show)

    def _show(self) -> None:
        rows, words = self.query_one(LineList), self.query(Words)
        low = self.size.height < LOW
        words.last().display = not low
        self.set_class(low, "-low")
        others = sum(len(one.wrapped) for one in words if one.display) + (2 if low else 4)
        rows.display = bool(self._entries)
        rows.styles.height = max(1, min(len(self._entries), ROWS, self.size.height * 3 // 5 - others))
        rows.show(tuple(self._entries), self.look)
        self.call_after_refresh(lambda: self._make_room(self.query_one("#box").outer_size.height))

    def _make_room(self, lines: int) -> None:
        """What is judged stands above, whole: it gives up the lines that are taken here."""
        for body in self.app.screen_stack[-2].query("#body") if len(self.app.screen_stack) > 1 else ():
            body.styles.margin = (0, 0, max(0, lines - 2), 0)  # the rule and the keys are below it anyway


def _entry_lines(one: Entry, cells: int, look: Look) -> tuple[Line, ...]:
    box = "[x] " if one.ticked else "[ ] "
    number = f"{one.number:>2} " if one.number is not None else " + "
    room = max(10, cells - len(box) - len(number) - cell_len(one.place) - 3)
    text = cut(one_line(one.text, 300), room, look.glyphs.more)
    gap = " " * (room - cell_len(text) + 2)
    role = "text" if one.ticked else "dim"
    return (((box, "key"), (number, "dim"), (text, role), (gap, "text"), (one.place, "accent")),)
