"""Owns how a thing that the home knows or goes by reads: a line of a list, and all of it. Text is made safe here."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from console.days import shown_today
from console.i18n import N_, _, ngettext
from widgets.ages import age, span
from widgets.cells import Line, Span, cut, fit, right, width
from widgets.painted import Look
from widgets.prose import BLANK, line, text
from widgets.rows import plain
from widgets.spark import bar
from widgets.text_pane import Paragraph

__all__ = ("KnowledgeRow", "Kind", "knowledge_line", "knowledge_paragraphs")


class Kind(StrEnum):
    """What it is, in the order in which they are listed."""

    SKILL = "skill"
    EXPERIENCE = "experience"
    SCHEDULE = "schedule"
    GUARDRAIL = "guardrail"
    BUDGET = "budget"
    PROTOCOL = "protocol"

    @property
    def told(self) -> str:
        """In a word."""
        return _(_KINDS[self])


_KINDS = {
    Kind.SKILL: N_("skill"),
    Kind.EXPERIENCE: N_("experience"),
    Kind.SCHEDULE: N_("schedule"),
    Kind.GUARDRAIL: N_("guardrail"),
    Kind.BUDGET: N_("budget"),
    Kind.PROTOCOL: N_("protocol"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class KnowledgeRow:
    """One of them."""

    kind: Kind
    name: str
    project: str = ""
    """Empty for the home's."""
    number: int | None = None
    note: str = ""
    """In one line."""
    text: str = ""
    """All of it."""
    uses: int | None = None
    """How often an experience was used, a schedule came, a rule decided."""
    at: int | None = None
    """Epoch ms of its last use; of a schedule its next moment."""
    share: float | None = None
    """How much of a budget is used up; more than 1 where it is passed."""


def knowledge_line(row: KnowledgeRow, cells: int, look: Look) -> tuple[Line, ...]:
    """Kind, project, name, note, how often and when."""
    used, when = _used(row, look), _moment(row, look)
    tail: list[Span] = [(right(used, 6), "text")] if cells >= 50 else []
    tail += [(right(when, 7), "accent" if row.kind == Kind.SCHEDULE else "dim")]
    left: list[Span] = [(fit(row.kind.told, 11, look.glyphs.more) + " ", "dim")]
    if cells >= 60:
        left.append((fit(plain(row.project), 9, look.glyphs.more) + " ", "dim"))
    room = cells - 1 - sum(width(part) for part, _role in (*left, *tail))
    name = plain(row.name)
    shown = cut(name, room, look.glyphs.more)
    note = fit(f"  {plain(row.note)}" if row.note else "", room - width(shown), look.glyphs.more)
    return ((*left, (shown, "text"), (note, "dim"), *tail, (" ", "text")),)


def knowledge_paragraphs(row: KnowledgeRow, look: Look) -> list[Paragraph]:
    """All of it."""
    where = f"  {plain(row.project)}" if row.project else ""
    number = f" {row.number}" if row.number is not None else ""
    found = [line(("strong", plain(row.name))), line(("dim", f"{row.kind.told}{number}{where}"))]
    if row.note:
        found.append(line(("text", plain(row.note))))
    if row.kind == Kind.SCHEDULE:
        said = _("comes next at {when}").format(when=shown_today(row.at, look.now)) if row.at else _("disabled")
        found.append(line(("accent" if row.at else "warning", said)))
    if row.uses is not None:
        times = ngettext("{n} time", "{n} times", row.uses).format(n=row.uses)
        last = (
            "  " + _("last {age} ago").format(age=age(row.at, look.now)) if row.at and row.kind != Kind.SCHEDULE else ""
        )
        found.append(line(("dim", f"{times}{last}")))
    return [*found, BLANK, *text(row.text, 0)] if row.text.strip() else found


def _used(row: KnowledgeRow, look: Look) -> str:
    if row.share is not None:
        return f"{bar(min(row.share, 1.0), look.glyphs)} {row.share:.0%}"
    return "" if row.uses is None else f"{look.glyphs.times}{row.uses}"


def _moment(row: KnowledgeRow, look: Look) -> str:
    if row.kind == Kind.SCHEDULE:
        return _("in {span}").format(span=span(row.at - look.now)) if row.at is not None else _("off")
    return age(row.at, look.now)
