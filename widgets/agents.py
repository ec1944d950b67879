"""Owns how an agent reads: a line of what it does and has done, and a text with all of it. Text is made safe here."""

from __future__ import annotations

from dataclasses import dataclass, field

from console.days import shown_today
from console.i18n import _, ngettext
from console.records.agent_stats import AgentStats
from widgets.ages import span
from widgets.cells import Line, Span, cut, fit, right, width
from widgets.limit_words import limit_of
from widgets.painted import Look
from widgets.prose import BLANK, line
from widgets.rows import plain
from widgets.spark import spark
from widgets.text_pane import Paragraph

__all__ = ("AgentRow", "Judged", "agent_heading", "agent_line", "agent_paragraphs")


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """How a reviewer's confident approvals held."""

    given: int = 0
    """Verdicts."""
    confident: int = 0
    """Approvals of which it was sure."""
    overturned: int = 0
    """Of these."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentRow:
    """One agent over all projects."""

    id: str
    label: str
    role: str = ""
    projects: tuple[str, ...] = ()
    """In whose team it is."""
    week: AgentStats
    month: AgentStats
    judged: Judged = field(default_factory=Judged)


_COLUMNS = {"now": 5, "runs": 6, "days": 9, "first": 7, "minutes": 8, "cost": 9, "waits": 7}
"""Cells with a blank before."""
_FIRST = ("now", "runs", "days", "first", "cost", "waits", "minutes")
"""In this order where there is not room for all."""
_LEAST = 16
"""For mark and name."""


def agent_line(row: AgentRow, cells: int, look: Look) -> tuple[Line, ...]:
    """Mark, name, load, and of this week the runs, a bar a day, the first tries, minutes, cost; what waits for you."""
    week, glyphs = row.week, look.glyphs
    limited = bool(limit_of(row.id, look))
    mark, role = (glyphs.held, "warning") if limited else (glyphs.live, "success") if week.load else (glyphs.off, "dim")
    told: dict[str, Span] = {
        "now": (str(week.load or ""), "success"),
        "runs": (str(week.began or ""), "text"),
        "days": (spark(week.runs, glyphs), "accent"),
        "first": (_share(week.first_try), "dim"),
        "minutes": (str(week.busy_ms // 60_000 or ""), "dim"),
        "cost": (f"${week.cost:.2f}" if week.cost else "", "dim"),
        "waits": (f"{glyphs.asks} {week.waiting}" if week.waiting else "", "primary"),
    }
    shown = _columns(cells)
    tail = [(right(told[name][0], _COLUMNS[name]), told[name][1]) for name in shown]
    room = cells - 3 - sum(_COLUMNS[name] for name in shown)
    name, own = plain(row.label), plain(row.id)
    named = [(cut(name, room, glyphs.more), "strong")]
    left = room - width(named[0][0])
    named.append((fit(f" {own}" if own != name and left > 4 else "", left, glyphs.more), "dim"))
    return (((f"{mark} ", role), *named, *tail, (" ", "text")),)


def agent_heading(title: str, cells: int) -> Line:
    """The names of the columns, where the lines have them."""
    names = {
        "now": _("now"),
        "runs": _("runs"),
        "days": _("7 days"),
        "first": _("1st try"),
        "minutes": _("minutes"),
        "cost": _("cost"),
        "waits": _("waits"),
    }
    shown = _columns(cells)
    room = cells - 1 - sum(_COLUMNS[name] for name in shown)
    return (
        (fit(title, room), "title"),
        ("".join(right(cut(names[n], _COLUMNS[n] - 1), _COLUMNS[n]) for n in shown) + " ", "dim"),
    )


def agent_paragraphs(row: AgentRow, look: Look) -> list[Paragraph]:
    """Who it is, what it does now, and both spans of days."""
    found = [line(("strong", plain(row.label)), ("dim", f"  {plain(row.id)}  {plain(row.role)}"))]
    if row.projects:
        found.append(line(("dim", _("in") + " "), ("text", ", ".join(map(plain, row.projects)))))
    if until := next((at for name, at in look.limits if name == row.id), None):
        found.append(line(("warning", _("rate limited until {when}").format(when=shown_today(until, look.now)))))
    n, waits = row.month.load, row.month.waiting
    now = ngettext("{n} session at work", "{n} sessions at work", n).format(n=n) if n else _("not at work")
    found.append(line(("dim", _("now") + " "), ("success" if n else "text", now)))
    if waits:
        said = ngettext("{n} answer of yours is waited for", "{n} answers of yours are waited for", waits)
        found.append(line(("primary", said.format(n=waits))))
    for title, stats in ((_("THIS WEEK"), row.week), (_("30 DAYS"), row.month)):
        found += [BLANK, line(("title", title)), *_told(stats, look)]
    judged = row.judged
    if judged.given:
        found += [BLANK, line(("title", _("AS REVIEWER")))]
        found.append(line(("dim", _("verdicts") + " "), ("text", str(judged.given))))
        if judged.confident:
            share = f"  {judged.overturned / judged.confident:.0%}"
            sure = _("{overturned} of {sure} approvals of which it was sure were overturned later")
            said = sure.format(overturned=judged.overturned, sure=judged.confident)
            found.append(line(("warning" if judged.overturned else "text", said), ("dim", share)))
    return found


def _told(stats: AgentStats, look: Look) -> list[Paragraph]:
    if not stats.began and not stats.waited_ms:
        return [line(("dim", _("nothing")))]
    reviews = ngettext("{n} review among them", "{n} reviews among them", stats.reviews).format(n=stats.reviews)
    tried = _("{good} of {n} first tries succeeded").format(good=stats.first_successes, n=stats.first_tries)
    found = [
        line(("dim", _("runs") + " "), ("text", str(stats.began)), ("dim", f"  {reviews}" if stats.reviews else "")),
        line(
            ("accent", spark(stats.runs, look.glyphs)),
            ("dim", "  " + _("most on a day: {n}").format(n=max(stats.runs))),
        ),
        line(("text", tried), ("dim", f"  {_share(stats.first_try)}")),
        line(("dim", _("at work for") + " "), ("text", span(stats.busy_ms))),
    ]
    if stats.tokens or stats.cost:
        tokens = f"  {stats.tokens:,} " + _("tokens")
        found.append(line(("dim", _("used") + " "), ("text", f"${stats.cost:.2f}"), ("dim", tokens)))
    if stats.waited_ms:
        found.append(line(("dim", _("waited for you") + " "), ("text", span(stats.waited_ms))))
    return found


def _share(share: float | None) -> str:
    return "" if share is None else f"{share:.0%}"


def _columns(cells: int) -> list[str]:
    room, chosen = cells - 3 - _LEAST, set()
    for name in _FIRST:
        if _COLUMNS[name] <= room:
            chosen.add(name)
            room -= _COLUMNS[name]
    return [name for name in _COLUMNS if name in chosen]
