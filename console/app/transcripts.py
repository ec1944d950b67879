"""Owns what a pane shows of one session: its transcript as far as it was read, by kinds, folded or whole. Draws nothing.

Reading goes over the errands; what comes back for a session that is no longer looked at is passed over.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from console.app.errands import Errands
from console.app.said import Said, SessionText
from console.i18n import _
from console.records.session import Session
from console.text import one_line
from widgets.prose import output_paragraphs
from widgets.text_pane import Paragraph
from widgets.transcript import Kinds, earlier_paragraph, transcript_paragraphs

__all__ = ("Tail",)


class Tail:
    """One session at a time. For the screen's thread."""

    def __init__(self, errands: Errands, changed: Callable[[Tail], object]) -> None:
        """`changed` is called when there is more to show, or it is shown otherwise."""
        self._errands, self._changed = errands, changed
        self._text: SessionText | None = None
        self._said = Said()
        self.session: Session | None = None
        self.project = ""
        self.kinds, self.fold = Kinds.ALL, False
        self.paragraphs: list[Paragraph] = []
        self._refused = ""
        """Why it cannot be read, in one line."""
        self.fresh = True
        """Another session than before."""

    @property
    def earlier(self) -> bool:
        """There is more before what was read."""
        return self._said.earlier

    def look_at(self, project: str, session: Session | None) -> None:
        """Read this one from now on; the same one again reads on."""
        same = self.session is not None and session is not None and self.session.id == session.id
        self.project, self.session = project, session
        if not same:
            self._text = SessionText(Path(session.folder)) if session is not None and session.folder else None
            self._said, self._refused, self.fresh = Said(), "", True
            self._show()
        self.more()

    def more(self) -> None:
        """Read on, where there is more."""
        if (text := self._text) is not None:
            known = self._said.version
            self._errands.fetch_with(lambda: _more(text, known), lambda said: self._read(text, said))

    def choose(self, kinds: Kinds, *, fold: bool) -> None:
        """Show these kinds from now on."""
        if (kinds, fold) != (self.kinds, self.fold):
            self.kinds, self.fold = kinds, fold
            self._show()

    def _read(self, text: SessionText, said: Said | str | None) -> None:
        if text is not self._text or said is None or said == self._refused:
            return
        self._refused = said if isinstance(said, str) else ""
        if isinstance(said, Said):
            self._said = said
        self._show()

    def _show(self) -> None:
        said, session = self._said, self.session
        if session is None:
            self.paragraphs = []
        elif self._text is None:
            self.paragraphs = [(0, ((_("This session keeps no output here."), "dim"),))]
        else:
            text = output_paragraphs(said.output) if said.output else self._entries()
            self.paragraphs = [*([earlier_paragraph(session.id)] if said.earlier else []), *text]
        self._changed(self)

    def _entries(self) -> list[Paragraph]:
        if self._refused:
            return [(0, ((one_line(self._refused), "warning"),))]
        if not self._said.version:
            return [(0, ((_("It has said nothing yet."), "dim"),))]
        return transcript_paragraphs(self._said.entries, self.kinds, fold=self.fold)


def _more(text: SessionText, known: int) -> Said | str | None:
    """What there is to read; why it cannot be read. Who has not begun to speak has no output, which is no fault."""
    try:
        return text.more(known)
    except FileNotFoundError:
        return None
    except OSError as error:
        return str(error)
