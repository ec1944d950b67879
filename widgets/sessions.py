"""Owns how a session becomes a line or two of a list: who works on what for how long, how it stands, what it used."""

from __future__ import annotations

from collections.abc import Iterable

from console.i18n import _, ngettext
from console.records.fill import Fill
from console.records.session import Session, SessionStatus
from console.sentences import spoken
from widgets.ages import age, clock, span
from widgets.cells import Line, Span, cut, fit, right, width
from widgets.marks import Glyphs
from widgets.models import SessionRow
from widgets.painted import Look
from widgets.rows import plain, ref
from widgets.spark import bar

__all__ = ("is_silent", "session_counts", "session_line", "session_lines", "used")

_NAME, _AGE, _LEAST = 12, 7, 18
"""Cells of the name, of the age, and the least for what it works on."""
_COLUMNS = {"quiet": 6, "tokens": 7, "cost": 7, "full": 6}
"""What else is told of one, and its cells with a blank before."""
_FIRST = ("quiet", "cost", "full", "tokens")
"""In this order where there is not room for all."""


def session_lines(row: SessionRow, cells: int, look: Look) -> tuple[Line, ...]:
    """Who works on what for how long; below, its last word."""
    session, glyphs = row.session, look.glyphs
    mark, role, state = _life(row, look)
    where = ref(row.project, session.task_id)
    label, name = plain(row.agent), plain(session.agent)
    who: list[Span] = [(label, "strong")]
    if name != label:
        who.append((f" {name}", "dim"))
    if session.seat_id is not None:
        who.append((f" {glyphs.review}", "secondary"))
    room = cells - 2 - 8 - min(14, width(where)) - 1
    first: Line = (
        (f"{mark} ", role),
        *_clipped(who, room, glyphs),
        (" " + fit(where, min(14, width(where)), glyphs.more), "dim"),
        (right(state or _time(session, look.now), 7), role if state else "text" if session.live else "dim"),
        (" ", "text"),
    )
    word = _word(row, look)
    return first, (("  ", "text"), (cut(word, cells - 3, glyphs.more), "dim"))


def session_line(row: SessionRow, cells: int, look: Look, fill: Fill | None = None) -> tuple[Line, ...]:
    """In one line; `fill` is how full its context is, where that is known."""
    session, glyphs = row.session, look.glyphs
    mark, role, state = _life(row, look)
    told = {
        "quiet": (_quiet(session, look.now), "warning" if is_silent(row, look.now) else "dim"),
        "tokens": (_thousands(session.tokens), "dim"),
        "cost": (f"${session.cost:.2f}" if session.cost else "", "dim"),
        "full": _filled(fill, glyphs),
    }
    tail: list[Span] = [(right(state or _time(session, look.now), _AGE), role if state else "text")]
    tail += [(right(told[name][0], _COLUMNS[name]), told[name][1]) for name in _columns(cells)]
    who = plain(row.agent) + (f" {glyphs.review}" if session.seat_id is not None else "")
    room = cells - 2 - _NAME - sum(width(text) for text, _role in tail) - 1
    told_of = (plain(row.task_title), "text" if session.live else "dim")
    if session.live and row.ask is not None:
        told_of = (plain(row.ask.body), "primary")
    about = [(f"{ref(row.project, session.task_id)} ", "dim"), told_of]
    name = (fit(who, _NAME - 1, glyphs.more) + " ", "strong" if session.live else "text")
    return (((f"{mark} ", role), name, *_clipped(about, room, glyphs), *tail, (" ", "text")),)


def used(cells: int) -> Span:
    """What stands in the columns of `session_line`, for a heading that ends where the lines do."""
    titles = {"quiet": _("quiet"), "tokens": _("tokens"), "cost": _("cost"), "full": _("full")}
    text = right(_("age"), _AGE) + "".join(right(titles[name], _COLUMNS[name]) for name in _columns(cells))
    return text + " ", "dim"


def session_counts(rows: Iterable[SessionRow], now: int) -> str:
    """`5 live · 1 silent · 1 asks`."""
    live = [row for row in rows if row.session.live]
    silent, asking = sum(1 for row in live if is_silent(row, now)), sum(1 for row in live if row.ask is not None)
    found = [_("{n} live").format(n=len(live))]
    found += [_("{n} silent").format(n=silent)] if silent else []
    found += [ngettext("{n} asks", "{n} ask", asking).format(n=asking)] if asking else []
    return " · ".join(found)


def _columns(cells: int) -> list[str]:
    """Those there is room for."""
    room, chosen = cells - 3 - _NAME - _AGE - _LEAST, set()
    for name in _FIRST:
        if _COLUMNS[name] <= room:
            chosen.add(name)
            room -= _COLUMNS[name]
    return [name for name in _COLUMNS if name in chosen]


def _quiet(session: Session, now: int) -> str:
    """For how long it has said nothing."""
    return age(session.last_word_at or session.started_at, now) if session.live else ""


def _thousands(tokens: int) -> str:
    for size, unit in ((1e6, "M"), (1e3, "k")):
        if tokens >= size:
            return f"{tokens / size:.3g}{unit}"
    return str(tokens) if tokens else ""


def _filled(fill: Fill | None, glyphs: Glyphs) -> Span:
    if fill is None or fill.window <= 0:
        return "", "dim"
    share = min(fill.used / fill.window, 1.0)
    role = "error" if share >= 0.9 else "warning" if share >= 0.75 else "dim"
    return f"{bar(share, glyphs)} {share:>3.0%}", role


def is_silent(row: SessionRow, now: int) -> bool:
    """Whether it has said nothing for so long that it is worth a look."""
    heard = row.session.last_word_at or row.session.started_at
    return heard is not None and now - heard >= row.silence


def _life(row: SessionRow, look: Look) -> tuple[str, str, str]:
    """Mark, role, and a word that takes the place of the running time."""
    session, glyphs = row.session, look.glyphs
    if session.status == SessionStatus.LOST:
        return glyphs.lost, "error", _("lost")
    if session.stop_reason is not None and session.gone_at is None:
        return glyphs.silent, "warning", _("stops")
    if not session.live:
        if session.status == SessionStatus.CANCELLED:
            return glyphs.cancelled, "dim", ""  # it was stopped, and did not fail
        good = session.status == SessionStatus.SUCCEEDED
        return (glyphs.done, "success", "") if good else (glyphs.failed, "error", "")
    if session.status == SessionStatus.STARTING:
        return glyphs.silent, "dim", _("starts")
    if row.ask is not None:
        return glyphs.asks, "primary", _("asks")
    if is_silent(row, look.now):
        return glyphs.silent, "warning", _("silent")
    return glyphs.live, "success", ""


def _time(session: Session, now: int) -> str:
    """How long it has worked, or how long ago it ended."""
    return clock(session.started_at or session.created_at, now) if session.live else age(session.ended_at, now)


def _word(row: SessionRow, look: Look) -> str:
    """What there is to know of it, and its last words, whatever else is said."""
    last = plain(row.session.last_line or "")
    if state := _told(row, look):
        return f"{state}  {look.glyphs.dot} {last}" if last and last not in state else state
    return last or plain(row.task_title)


def _told(row: SessionRow, look: Look) -> str:
    """What it asks, for how long it has been silent, why it failed; empty where it just works."""
    session: Session = row.session
    if session.live and row.ask is not None:
        return plain(row.ask.body)
    if session.live and is_silent(row, look.now):
        heard = session.last_word_at or session.started_at or look.now
        said = _("no word for {age}").format(age=span(look.now - heard))
        return said + (_(", nudged") if session.nudged_at else "")
    return plain(spoken(session.failure)) if session.failure else ""


def _clipped(spans: list[Span], room: int, glyphs: Glyphs) -> list[Span]:
    kept: list[Span] = []
    for text, role in spans:
        if room <= 0:
            break
        kept.append((cut(text, room, glyphs.more), role))
        room -= width(kept[-1][0])
    return [*kept, (" " * max(room, 0), "text")]
