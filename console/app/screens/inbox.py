"""Owns the view of the inbox: each line in quarantine with its reason, to be read whole."""

from __future__ import annotations

from collections.abc import Sequence

from console.app.screens.listed import Listed
from console.app.shelf import Shelf
from console.blackboard.reads.inbox import list_messages
from console.errors import MoziError
from console.i18n import _
from console.records.inbox import InboxMessage, MessageStatus
from console.sentences import spoken
from widgets.ages import age
from widgets.cells import Line, fit, right
from widgets.line_list import LineList
from widgets.models import World
from widgets.painted import Look
from widgets.prose import BLANK, line, text
from widgets.rows import plain
from widgets.text_pane import Paragraph

__all__ = ("Inbox",)

MOST = 500
"""The newest lines that are shown."""


class Inbox(Listed):
    """The newest first."""

    VIEW = "inbox"

    def names(self) -> tuple[str, str]:
        """Of the panes."""
        return _("INBOX"), _("LINE")

    def listing(self) -> LineList:
        """A line a line."""
        return LineList(
            id="list",
            draw=_drawn,
            key=lambda row: row.id,
            heading=lambda look, cells: ((_("INBOX"), "title"), ("  " + _("in quarantine"), "dim")),
            empty=lambda look: (
                _("Reading…") if not self.known else _("Nothing is in quarantine: all that came could be read.")
            ),
            text_of=lambda row: f"{row.writer} {row.project} {row.reason} {plain(row.body)}",
        )

    def read(self, shelf: Shelf, world: World, now: int) -> Sequence[InboxMessage]:
        """From the home's own database."""
        try:
            return list_messages(shelf.home(), statuses=(MessageStatus.BAD,), limit=MOST)[::-1]
        except MoziError:
            return ()

    def told(self, row: InboxMessage, look: Look) -> list[Paragraph]:
        """Why, whose, and the whole line."""
        about = [f"#{row.id}", plain(row.writer), plain(row.project), plain(row.kind), age(row.at, look.now)]
        retry = f"moziplus inbox retry {row.id}"
        return [
            line(("warning", plain(spoken(row.reason or "")))),
            line(("dim", "  ".join(part for part in about if part))),
            line(("dim", _("type") + " "), ("text", retry), ("dim", "  " + _("once what is wrong was mended"))),
            BLANK,
            *text(row.body, 0),
        ]


def _drawn(row: InboxMessage, cells: int, look: Look) -> tuple[Line, ...]:
    mark = look.glyphs.failed
    who = 14 if cells >= 50 else 0
    room = cells - 2 - who - 6
    return (
        (
            (f"{mark} ", "error"),
            (fit(plain(row.writer or row.project), who - 1, look.glyphs.more) + " " if who else "", "strong"),
            (fit(plain(spoken(row.reason or "")), room, look.glyphs.more), "text"),
            (right(age(row.at, look.now), 5), "dim"),
            (" ", "text"),
        ),
    )
