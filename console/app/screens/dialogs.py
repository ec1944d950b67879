"""Owns the boxes that ask: pick one of several lines, or write one. They decide nothing.

Arrows and enter always suffice, for letters may be caught by an input method.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar, cast

from textual import events
from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.binding import BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from console.app.screens.words import Words
from console.errors import MoziError
from console.i18n import _
from console.sentences import spoken
from widgets.cells import Line, cut, fit, right, width
from widgets.line_list import LineList
from widgets.painted import Look

if TYPE_CHECKING:
    from console.app.app import Console

__all__ = ("Ask", "Choice", "Confirm", "Pick", "Told")

T = TypeVar("T")
ROWS = 16
"""Lines of a list before it scrolls."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A line to pick."""

    value: Any
    title: str
    keys: str = ""
    group: str = ""
    why_not: str = ""
    """Why it cannot be picked now; shown, and still there."""
    words: str = ""
    """What a filter looks in, besides the title."""


class Dialog(ModalScreen[Any], inherit_bindings=False):
    """A box over the screen. Escape leaves it without an answer."""

    BINDINGS: ClassVar[list[BindingType]] = []
    AUTO_FOCUS = None
    ONE_LINE = True
    """No key begins another line in it."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look = look
        self.ready = False
        """It takes what is typed."""
        self.left = False
        """Its answer was given."""
        self.then: Callable[[Any], object] | None = None
        """Who waits for the answer."""
        self.given_up: Callable[[str], object] | None = None
        """Who keeps what was written when the box is left without an answer."""

    def dismiss(self, result: Any = None) -> AwaitComplete:
        """Leave, and hand the answer over at once: a key that came between two boxes would act on the view below.

        Once: a second enter that was under way already finds the box left, and answers nothing.
        """
        if self.left:
            return AwaitComplete()
        self.left = True
        left = super().dismiss()
        if self.then is not None:
            self.then(result)
        return left

    def on_mount(self) -> None:
        """The field, or the list, has the focus: what was typed ahead goes there. Of a subclass this comes last."""
        self.ready = True
        cast("Console", self.app).typed_ahead.release()

    def on_key(self, event: events.Key) -> None:
        """Keys that the box takes; what nobody takes goes on to the field's own bindings."""
        if self.app.screen is not self:
            cast("Console", self.app).typed_ahead.again(event)
        elif self.takes(event.key):
            event.stop()

    def takes(self, key: str) -> bool:
        """Do what a key means in this box; False where it means nothing. Textual calls every class's on_key, this once."""
        if key == "escape":
            if self.given_up is not None:
                self.given_up(self.draft)
            self.dismiss(None)
        return key == "escape"

    @property
    def draft(self) -> str:
        """What was written in it so far."""
        return ""


class Pick(Dialog):
    """Pick one of several lines; with `searched` what is typed narrows them."""

    def __init__(
        self, look: Look, title: str, choices: Sequence[Choice], *, searched: bool = False, prompt: str = ""
    ) -> None:
        super().__init__(look)
        self._title, self._choices, self._searched, self._prompt = title, choices, searched, prompt
        self.begin_at = 0
        """The line that the cursor begins on."""

    def compose(self) -> ComposeResult:
        """The question, the line that narrows, the list."""
        with Vertical(id="box"):
            yield Words(self._title)
            if self._searched:
                field = Input(placeholder=self._prompt)
                field.cursor_blink = False
                yield field
            yield LineList(
                choice=True,
                draw=_choice_lines,
                key=lambda row: row.title,
                text_of=lambda row: f"{row.title} {row.words} {row.keys}",
            )

    def on_mount(self) -> None:
        """Size the list, and be ready for keys."""
        rows = self.query_one(LineList)
        rows.styles.height = max(1, min(len(self._choices), ROWS))
        rows.show(self._choices, self.look)
        rows.move(self.begin_at)
        for words in self.query(Words):
            words.repaint(self.look)
        self.set_focus(self.query_one(Input) if self._searched else rows)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow the list."""
        self.narrow(event.value)

    def narrow(self, words: str) -> None:
        """Show the lines that have these words."""
        rows = self.query_one(LineList)
        rows.filter(words)
        rows.to_end(False)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in the field picks the line of the cursor."""
        self._take()

    def on_line_list_chosen(self, message: LineList.Chosen) -> None:
        """A line was clicked twice."""
        self._take()

    def takes(self, key: str) -> bool:
        """Arrows move, enter picks."""
        rows = self.query_one(LineList)
        steps = {"down": 1, "up": -1, "ctrl+n": 1, "ctrl+p": -1, "tab": 1, "shift+tab": -1}
        if not self._searched:
            steps |= {"j": 1, "k": -1}
        if key in steps:
            rows.move(steps[key])
        elif key in ("pagedown", "pageup"):
            rows.page(1 if key == "pagedown" else -1)
        elif key == "enter" and not self._searched:
            self._take()
        else:
            return super().takes(key)
        return True

    def _take(self) -> None:
        chosen = self.query_one(LineList).row
        if chosen is not None and not chosen.why_not:
            self.dismiss(chosen.value)
        elif chosen is not None:
            self.app.notify(chosen.why_not, markup=False, timeout=3)


class Confirm(Pick):
    """Ask before something that is hard to take back; the cursor stands on no."""

    def __init__(self, look: Look, question: str, verb: str) -> None:
        choices = (
            Choice(value=None, title=_("no"), keys="n"),
            Choice(value=True, title=_("yes, {verb}").format(verb=verb), keys="y"),
        )
        super().__init__(look, question, choices)

    def takes(self, key: str) -> bool:
        """y and n, besides the arrows."""
        if key not in ("y", "n"):
            return super().takes(key)
        self.dismiss(True if key == "y" else None)
        return True


class Ask(Dialog):
    """Ask for one line of text; where it may be `long`, for as many as the operator writes in an editor."""

    def __init__(self, look: Look, label: str, *, required: bool, text: str = "", long: bool = False) -> None:
        super().__init__(look)
        self._label, self._required, self._text, self._long = label, required, text, long
        self.check: Callable[[str], object] = str
        """Raises MoziError for a text that it refuses; that stays, to be mended."""
        self._lines = text if "\n" in text else ""  # what only an editor can show

    def compose(self) -> ComposeResult:
        """The label and the field."""
        with Vertical(id="box"):
            yield Words(self._label)
            field = Input("" if self._lines else self._text, select_on_focus=not self._long)
            field.cursor_blink = False
            yield field
            if self._lines:
                yield Words(_("what you wrote before waits in your editor: ctrl-g"), "warning")
            if self._long:
                yield Words(_("enter sends it · ctrl-g writes it in your editor · esc"), "dim")

    def on_mount(self) -> None:
        """Be ready for keys."""
        for words in self.query(Words):
            words.repaint(self.look)
        self.set_focus(self.query_one(Input))

    def takes(self, key: str) -> bool:
        """The editor, besides what every box takes."""
        if key != "ctrl+g" or not self._long:
            return super().takes(key)
        from console.app.editor import rewritten

        if text := rewritten(self.app, self.query_one(Input).value or self._lines):
            self.dismiss(text)
        return True

    @property
    def draft(self) -> str:
        """The line, or the lines that wait in the editor."""
        return self.query_one(Input).value.strip() or self._lines

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter sends; an empty text only where it may be empty."""
        text = event.value.strip()
        if self._required and not text:
            self.app.notify(_("Write something, or press esc."), markup=False, timeout=3)
            return
        try:
            self.check(text)
        except MoziError as error:
            self.app.notify(spoken(str(error)), severity="error", markup=False)
        else:
            self.dismiss(text)


class Told(Dialog):
    """Say something; whatever is typed does nothing until enter or escape."""

    def __init__(self, look: Look, said: str) -> None:
        super().__init__(look)
        self._said = said

    def compose(self) -> ComposeResult:
        """The sentence."""
        with Vertical(id="box"):
            yield Words(self._said)
            yield Words(_("enter or esc"), "dim")

    def on_mount(self) -> None:
        """Draw it."""
        for words in self.query(Words):
            words.repaint(self.look)

    def takes(self, key: str) -> bool:
        """Enter, besides what every box takes."""
        return super().takes("escape" if key == "enter" else key)


def _choice_lines(row: Choice, cells: int, look: Look) -> tuple[Line, ...]:
    keys = right(row.keys, max(12, width(row.keys))) if row.keys else " " * 12
    group = f"  {row.group}" if row.group and cells > 60 else ""
    said = f"  {row.why_not}" if row.why_not else ""
    room = cells - width(keys) - width(group) - 2
    title = cut(row.title, room)
    rest = fit(said, room - width(title), look.glyphs.more)
    role = "dim" if row.why_not else "text"
    return (((f" {title}", role), (rest, "dim"), (group, "dim"), (keys, "key"), (" ", "text")),)
