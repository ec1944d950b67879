"""Owns the box that a new task begins in: a title, or its whole form from the editor; it goes, or stays a draft."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input

from console.actions.editing import DRAFTED
from console.app.screens.dialogs import Ask
from console.app.screens.words import Words
from console.i18n import _
from widgets.painted import Look

if TYPE_CHECKING:
    from console.app.app import Console

__all__ = ("Draft",)

LINES = 12
"""Of a form, as many are shown."""


class Draft(Ask):
    """Enter lets it go; ctrl-enter, too, where a terminal tells it apart."""

    def __init__(self, look: Look, label: str, *, required: bool, text: str = "", long: bool = False) -> None:
        text = text.removeprefix(DRAFTED)  # of one that was refused: how it goes is said anew
        super().__init__(look, label, required=required, text="" if "\n" in text else text, long=long)
        self._form = text if "\n" in text else ""

    def compose(self) -> ComposeResult:
        """The label, the title, the form where there is one, and the ways out."""
        with Vertical(id="box"):
            yield Words(self._label)
            field = Input(self._text, select_on_focus=False)  # the first key would take away what is brought back
            field.cursor_blink = False
            field.display = not self._form
            yield field
            yield Words(self._shown(), "text", classes="form")
            yield Words(_("enter lets it go · ctrl-o keeps a draft · ctrl-g in your editor · esc"), "dim")

    @property
    def draft(self) -> str:
        """What was written so far, title or form."""
        return self._form or self.query_one(Input).value.strip()

    def takes(self, key: str) -> bool:
        """The editor, and the ways out."""
        if key == "ctrl+g":
            self._write()
        elif key in ("ctrl+o", "ctrl+enter", "ctrl+j") or (key == "enter" and self._form):
            self._go(draft=key == "ctrl+o")
        else:
            return super().takes(key)
        return True

    def _go(self, *, draft: bool) -> None:
        text = self.draft
        if text:
            self.dismiss(DRAFTED + text if draft else text)
        else:
            self.app.notify(_("Write something, or press esc."), markup=False, timeout=3)

    def _write(self) -> None:
        from console.app.forms import new_form

        form = new_form(cast("Console", self.app), self._form or self.query_one(Input).value)
        if form:
            self._form = form
            field = self.query_one(Input)
            field.display = False
            self.set_focus(None)
            words = self.query_one(".form", Words)
            words.say(self._shown())
            words.repaint(self.look)

    def _shown(self) -> str:
        """What of the form says something, without its explanations."""
        lines = [line.partition("  # ")[0].rstrip() for line in self._form.split("\n")]
        told = [
            line for line in lines if line and line != "---" and not line.endswith((":", ": []")) and line[0] != "#"
        ]
        return "\n".join([*told[:LINES], *(["…"] if len(told) > LINES else [])])
