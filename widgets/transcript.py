"""Owns the paragraphs of a session's transcript: when, what was said and done, as a person reads it. Text is made safe here."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from console.days import LOCAL
from console.i18n import _
from console.records.transcript import Entry
from console.sentences import spoken
from console.text import safe
from console.transcript.shown import shown
from widgets.text_pane import Paragraph

__all__ = ("earlier_paragraph", "transcript_paragraphs")

TAB = 4
WIDE = 4_000
"""Characters of one line."""
INDENT = 9


def transcript_paragraphs(entries: Iterable[Entry]) -> list[Paragraph]:
    """What happened, the oldest first; the time stands where it is another than before."""
    found: list[Paragraph] = []
    before = ""
    for entry in entries:
        time = datetime.fromtimestamp(entry.at / 1000, LOCAL).strftime("%H:%M:%S") if entry.at else ""
        by = entry.fields.get("by")
        lead = f"{safe(by, 40)}: " if isinstance(by, str) and by else ""
        for n, (role, text) in enumerate(shown(entry, _words)):
            head = time if not n and time != before else ""
            said = ((f"{head:{INDENT}}", "dim"), *(((lead, "strong"),) if lead and not n else ()))
            found.append((INDENT, (*said, (safe(text, WIDE).replace("\n", " ").expandtabs(TAB), role))))
            before = time
    return found


def earlier_paragraph(session: str) -> Paragraph:
    """That there is more before it, and how that is read."""
    text = _("What came before is not shown here: P shows all of it, or moziplus session log {session} -n 0")
    text = text.format(session=session[:8])
    return 0, ((text, "dim"),)


def _words(text: str) -> str:
    """Words of ours; a sentence that a transcript itself holds is known again."""
    known = _(text)
    return known if known != text else spoken(text)
