"""Owns the paragraphs of a session's transcript: when, what was said and done, as a person reads it. Text is made safe here."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import Enum

from console.days import LOCAL
from console.i18n import N_, _
from console.records.transcript import Entry, EntryKind
from console.sentences import spoken
from console.text import safe
from console.transcript.shown import folded, is_error, shown
from widgets.prose import TAB
from widgets.text_pane import Paragraph

__all__ = ("Kinds", "earlier_paragraph", "transcript_paragraphs")

WIDE = 4_000
"""Characters of one line."""
INDENT = 9


class Kinds(Enum):
    """Which entries are shown."""

    ALL = "all"
    ERRORS = "errors"
    """What failed, and what was called there."""
    ASKS = "asks"
    """What it asked, and what it was told."""

    @property
    def next(self) -> Kinds:
        """Round and round."""
        every: list[Kinds] = [*Kinds]
        return every[(every.index(self) + 1) % len(every)]

    @property
    def told(self) -> str:
        """Said in the heading; empty for all."""
        return _(_TITLES[self]) if self in _TITLES else ""


_TITLES = {Kinds.ERRORS: N_("only errors"), Kinds.ASKS: N_("only asks")}
_NONE = {Kinds.ERRORS: N_("No errors in what is read here."), Kinds.ASKS: N_("No asks in what is read here.")}


def transcript_paragraphs(entries: Iterable[Entry], kinds: Kinds = Kinds.ALL, *, fold: bool = False) -> list[Paragraph]:
    """What happened, the oldest first; the time stands where it is another. Folded, tools and thinking are a line."""
    found: list[Paragraph] = []
    before = ""
    chosen = _chosen([*entries], kinds) if kinds != Kinds.ALL else entries
    for entry, lines in folded(chosen, _words) if fold else ((entry, shown(entry, _words)) for entry in chosen):
        time = datetime.fromtimestamp(entry.at / 1000, LOCAL).strftime("%H:%M:%S") if entry.at else ""
        by = entry.fields.get("by")
        lead = f"{safe(by, 40)}: " if isinstance(by, str) and by else ""
        for n, (role, text) in enumerate(lines):
            head = time if not n and time != before else ""
            said = ((f"{head:{INDENT}}", "dim"), *(((lead, "strong"),) if lead and not n else ()))
            found.append((INDENT, (*said, (safe(text, WIDE).replace("\n", " ").expandtabs(TAB), role))))
            before = time
    return found or [(0, ((_(_NONE[kinds]), "dim"),))] if kinds in _NONE else found


def _chosen(entries: list[Entry], kinds: Kinds) -> list[Entry]:
    if kinds == Kinds.ASKS:
        return [entry for entry in entries if entry.kind is EntryKind.ASK or entry.fields.get("by")]
    failed = {entry.id for entry in entries if entry.id and is_error(entry)}
    called = (EntryKind.TOOL_CALL, EntryKind.TOOL_RESULT)
    return [entry for entry in entries if is_error(entry) or (entry.kind in called and entry.id in failed)]


def earlier_paragraph(session: str) -> Paragraph:
    """That there is more before it, and how that is read."""
    text = _("What came before is not shown here: P shows all of it, or moziplus session log {session} -n 0")
    text = text.format(session=session[:8])
    return 0, ((text, "dim"),)


def _words(text: str) -> str:
    """Words of ours; a sentence that a transcript itself holds is known again."""
    known = _(text)
    return known if known != text else spoken(text)
