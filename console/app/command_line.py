"""Owns the command line: a field with what may follow, the actions that fit, and the line of a shell that does the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

from textual.containers import Vertical
from textual.suggester import Suggester
from textual.widgets import Input

from console.actions.action import Action, Target
from console.actions.lines import line_of
from console.app.command_words import completions, understood, verb_of
from console.app.screens.dialogs import Choice, Pick
from console.app.verbs import VERBS
from console.i18n import _
from widgets.cells import Line, cut
from widgets.line_list import LineList
from widgets.painted import Painted

if TYPE_CHECKING:
    from console.app.app import Console

__all__ = ("CommandLine",)

_MOVES = frozenset({"down", "up", "ctrl+n", "ctrl+p", "tab", "shift+tab", "pagedown", "pageup"})
RECENT = 3
"""Lines that were written before, above everything else."""


class _Shell(Painted):
    """What a shell would be told."""

    def __init__(self) -> None:
        super().__init__(classes="words")
        self._text = ""
        self.styles.height = 1

    def say(self, text: str) -> None:
        """Another one."""
        self._text = text
        self.repaint(self.look)

    def line(self, y: int) -> Line:
        """The line behind a prompt."""
        return ((cut(f"$ {self._text}" if self._text else "", self.size.width), "dim"),)


class _Ghost(Suggester):
    """The rest of a line that was written before, or of what may follow."""

    def __init__(self, app: Console) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._app = app

    async def get_suggestion(self, value: str) -> str | None:
        """The first line that begins so."""
        verbs = (verb.names[0] for verb in VERBS if not verb.in_full)
        known = (*self._app.history.newest_first, *completions(self._app, value), *verbs)
        return next((line for line in known if len(line) > len(value) and line.startswith(value)), None)


class CommandLine(Pick):
    """Enter does the line where it says all, else the row of the list."""

    def __init__(self, app: Console, target: Target, choices: Sequence[Choice]) -> None:
        self._of, self._target = app, target
        verbs = [
            Choice(
                value=f"{verb.names[0]} ",
                title=f"{verb.names[0]} {verb.takes}".strip(),
                group=_(verb.title),
                words=" ".join(verb.names),
            )
            for verb in VERBS
            if not (verb.danger and app.read_only)
        ]
        recent = [Choice(value=line, title=line, group=_("before")) for line in app.history.newest_first[:RECENT]]
        prompt = _("a command, such as pause; quant#31 opens a task")
        super().__init__(app.look, _("Command"), [*recent, *choices, *verbs], searched=True, prompt=prompt)
        self._every = tuple(self._choices)
        self._moved = False
        """A row of the list was chosen by hand."""

    def on_mount(self) -> None:
        """The rest of what is begun stands behind it; tab takes it."""
        self.query_one(Input).suggester = _Ghost(self._of)
        self.query_one("#box", Vertical).mount(shell := _Shell())
        shell.repaint(self.look)

    def narrow(self, words: str) -> None:
        """What fits what was written; behind a verb what may follow it."""
        rows = self.query_one(LineList)
        if lines := completions(self._of, words):
            rows.filter("")
            rows.show([Choice(value=line, title=line) for line in lines], self.look)
        elif (found := verb_of(words, read_only=self._of.read_only)) is not None and found[1]:
            rows.filter("")
            rows.show([Choice(value=words.strip(), title=words.strip())], self.look)
        else:
            rows.show(self._every, self.look)
            rows.filter(words)
        rows.to_end(False)
        self._tell()

    def on_line_list_moved(self, message: LineList.Moved) -> None:
        """Another row: another line of a shell."""
        self._tell()

    def takes(self, key: str) -> bool:
        """Tab takes the ghost where there is one."""
        field = self.query_one(Input)
        if key == "tab" and field._suggestion and field.cursor_at_end:
            field.action_cursor_right()
            return True
        self._moved = self._moved or key in _MOVES
        return super().takes(key)

    def _take(self) -> None:
        line = self.query_one(Input).value.strip()
        row = self.query_one(LineList).row
        if not line and not self._moved:
            self.dismiss(None)  # what stands first was done once: it is not done again by one key too many
        elif understood(self._of, line) and not (row is not None and self._is_longer(row, line)):
            self.dismiss(line)
        elif row is not None and isinstance(row.value, str) and row.value.endswith((" ", "=")):
            field = self.query_one(Input)  # a verb is completed, never done: what it does may end every agent's work
            field.value = row.value if " " in row.title else row.value.strip()
            field.cursor_position = len(field.value)
        elif row is None:
            why = _("This is no command: {line}").format(line=line)
            self._of.notify(why, severity="warning", markup=False, timeout=6)
        else:
            super()._take()

    @staticmethod
    def _is_longer(row: Choice, line: str) -> bool:
        """The row completes what was begun behind a verb; what was written before does not take the place of a whole line."""
        begun = isinstance(row.value, str) and " " in line
        return begun and row.value.strip() != line and row.value.startswith(line)

    def _tell(self) -> None:
        row = self.query_one(LineList).row
        shells = self.query(_Shell)
        if not shells:
            return
        value: Any = None if row is None else row.value
        if isinstance(value, str):
            found = verb_of(value, read_only=self._of.read_only)
            says = found[0].shell_line(found[1]) if found is not None else ""
        else:
            says = "" if value is None else line_of(cast(Action, value), self._target)
        shells.first().say(says)
