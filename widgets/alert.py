"""Owns how an alert reads: a record in, paragraphs out. Text is made safe here."""

from __future__ import annotations

from console.i18n import _
from console.records.alert import Level
from console.sentences import spoken
from widgets.ages import age
from widgets.marks import alert_mark
from widgets.models import AlertRow
from widgets.painted import Look
from widgets.prose import BLANK, line, text
from widgets.rows import plain, ref
from widgets.text_pane import Paragraph

__all__ = ("alert_paragraphs",)


def alert_paragraphs(row: AlertRow, answer: str, look: Look, *, ended: bool) -> list[Paragraph]:
    """What it says, how urgent, of what, since when; what answers it, and how its task is read."""
    alert = row.alert
    mark, role = alert_mark(alert.level, look.glyphs)
    about = ref(row.project, alert.task_id)
    found: list[Paragraph] = [
        line((role, f"{mark} {_word(alert.level)}"), ("dim", f"  {about}  {age(alert.at, look.now)}")),
        BLANK,
        *text(spoken(alert.body), 0),
        BLANK,
    ]
    if ended:
        found.append(
            line(
                ("dim", _("It is open no more.")),
            )
        )
    elif answer:
        found.append(line(("dim", _("type") + " "), ("text", plain(answer))))
    if alert.task_id is not None and row.project:
        found.append(line(("dim", _("enter reads {task}").format(task=about))))
    if alert.cause:
        found.append(line(("dim", _("cause") + " "), ("text", plain(alert.cause))))
    return found


def _word(level: Level) -> str:
    return {
        Level.URGENT: _("urgent"),
        Level.ATTENTION: _("attention"),
        Level.ROUTINE: _("routine"),
        Level.OPTIONAL: _("optional"),
    }[level]
