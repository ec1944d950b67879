"""Owns the page of a session's prompt: what its agent was told when it was started."""

from __future__ import annotations

from pathlib import Path

from console.actions.action import Context, Target
from console.agents.folder import SessionFolder
from console.app.screens.pages import Page
from console.i18n import _
from console.records.session import Session
from console.safe_files import of_session, read
from console.text import safe
from widgets.rows import plain, ref
from widgets.text_pane import TextPane

__all__ = ("PromptScreen",)

MOST = 1 << 20
"""Bytes that are read."""


class PromptScreen(Page):
    """A prompt does not change: it is read once."""

    def __init__(self, project: str, session: Session, folder: Path) -> None:
        super().__init__(project)
        self._session, self._folder = session, folder
        self._asked = False

    def title_text(self) -> str:
        """Whose."""
        return _("PROMPT") + f"  {plain(self._session.agent)}  {ref(self._project, self._session.task_id)}"

    def load(self) -> None:
        """Read it."""
        if not self._asked:
            self._asked = True
            file = SessionFolder(self._folder).prompt
            self.console.errands.fetch_with(lambda: _read(file), self._loaded)

    def target(self) -> Target:
        """The session."""
        contexts = frozenset({Context.ANY, Context.TEXT, Context.SESSION})
        return Target(project=self._project, session=self._session, contexts=contexts)

    def _loaded(self, found: str | None) -> None:
        if self.is_mounted:
            said = _("No prompt is kept of this session.") if found is None else found
            lines = [
                (0, ((each.expandtabs(4), "dim" if found is None else "text"),)) for each in safe(said).splitlines()
            ]
            self.query_one(TextPane).show(lines, self.console.look)


def _read(file: Path) -> str | None:
    """None where there is none. Raises OSError where it cannot be read."""
    try:
        return read(*of_session(file.parent, file.name), most=MOST).decode("utf-8", "replace")
    except FileNotFoundError:
        return None
