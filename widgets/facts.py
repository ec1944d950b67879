"""Owns how the home's own state reads: one noun a line, its value, and below it what to do where something is wrong.

Records in, paragraphs out. Text from elsewhere is made safe here; nothing is read.
"""

from __future__ import annotations

from collections.abc import Iterable

from console.i18n import _, ngettext
from widgets.ages import span
from widgets.cells import Span, fit
from widgets.link_words import link_title, link_version, link_word
from widgets.models import LinkTold, LinkUse, Raised, SchedulerState, System, World
from widgets.painted import Look
from widgets.rows import plain
from widgets.text_pane import Paragraph

__all__ = ("inbox_facts", "keeping_facts", "link_facts", "scheduler_facts")

_LABEL = 11
_INDENT = 2 + _LABEL
Fact = list[Paragraph]


def scheduler_facts(world: World, look: Look) -> list[Paragraph]:
    """Who is in charge, whether it ticks, how full it is, and whether it starts anything."""
    state = world.scheduler
    if not state.known:
        return []
    live = sum(1 for row in world.sessions if row.session.gone_at is None)
    used = _("{live} of {limit} at work").format(live=live, limit=state.limit)
    facts = [
        _charge(state, look),
        _tick(state, look),
        _fact(_("agents"), (used, "text"), look),
        _fact(_("order"), (_order(state, world.system), "text"), look),
        _fact(_("run"), (plain(state.run) or _("none yet"), "dim"), look),
        _dispatch(world, look),
        _settings(world.system, look),
    ]
    return [paragraph for fact in facts for paragraph in fact]


def link_facts(world: World, look: Look) -> list[tuple[str, list[Paragraph]]]:
    """Of each link, under its name: how it stands in a word, where it leads, and what its trouble means."""
    told = {link.name: link for link in world.scheduler.links}
    uses = {use.name: use for use in world.system.links}
    return [
        (link_title(plain(name)), _link(world, told.get(name), uses.get(name), look)) for name in sorted({*told, *uses})
    ]


def _link(world: World, told: LinkTold | None, use: LinkUse | None, look: Look) -> list[Paragraph]:
    if told is None:
        used = use is not None and use.used
        said = _("not known while nobody is in charge") if used else _("not used: no agent needs it")
        if used and world.scheduler.running:
            said = _("not looked at yet")
        return _fact(_("state"), (said, "dim"), look)
    word, role = link_word(told.kind)
    mark = {"success": look.glyphs.on, "error": look.glyphs.failed, "warning": look.glyphs.attention}.get(role, "")
    version = f", {link_version(told.name, plain(told.version))}" if told.version else ""
    well = role in ("success", "dim")
    more = () if well else (plain(told.sentence), plain(told.advice))
    found = _fact(_("state"), (word + version, role), look, mark=mark, advice=more)
    return found + _fact(_("address"), (plain("" if use is None else use.address), "dim"), look)


def inbox_facts(world: World, look: Look) -> list[Paragraph]:
    """What waits, what was not understood, and which files are read."""
    system = world.system
    if not system.order:
        return _unknown(system, _("waiting"), look)
    n, idle = system.inbox_waiting, not world.scheduler.running
    said = ngettext("{n} line", "{n} lines", n).format(n=n) if n else _("nothing")
    late = bool(n) and idle
    advice = (_("They are read as soon as somebody is in charge."),) if late else ()
    found = _fact(
        _("waiting"),
        (said, "warning" if late else "text" if n else "dim"),
        look,
        mark=_wrong(late, look),
        advice=advice,
    )
    bad = system.inbox_bad
    said = ngettext("{n} message", "{n} messages", bad).format(n=bad) if bad else _("nothing")
    help_ = (_("`moziplus inbox show --bad` says why; `moziplus inbox retry ID` lets one try again."),) if bad else ()
    found += _fact(
        _("quarantine"),
        (said, "warning" if bad else "dim"),
        look,
        mark=_wrong(bool(bad), look),
        advice=help_,
    )
    return found + _fact(_("files"), (_files(system.inbox_files), "dim"), look)


def keeping_facts(world: World, look: Look) -> list[Paragraph]:
    """The last backup, where copies go, and how much room the disk has."""
    system = world.system
    if not system.order:
        return _unknown(system, _("backup"), look)
    where = plain(system.destination) or _("nowhere; they stay in the home")
    trouble = plain(system.destination_trouble) if system.destination else ""  # an alert of one that was given up
    found = _backup(world, look)
    found += _fact(
        _("copied to"),
        (where, "warning" if trouble else "text" if system.destination else "dim"),
        look,
        mark=_wrong(bool(trouble), look),
        advice=(trouble,) if trouble else (),
    )
    return found + _disk(system, look)


def _charge(state: SchedulerState, look: Look) -> Fact:
    if not state.running:
        advice = (_("Start a scheduler: `moziplus run`, or a console that is not read-only."),)
        return _fact(_("in charge"), (_("nobody"), "warning"), look, mark=look.glyphs.attention, advice=advice)
    who = _("this console")
    if not state.mine:
        kinds = {"headless": _("a headless scheduler"), "console": _("another console")}
        who = kinds.get(state.mode) or f"moziplus {plain(state.mode)}"
    where = _("pid {pid} on {host}").format(pid=state.pid, host=plain(state.host))
    since = "" if state.since is None else ", " + _("for {age}").format(age=span(look.now - state.since))
    return _fact(_("in charge"), (who, "text"), look, more=(f", {where}{since}", "dim"))


def _tick(state: SchedulerState, look: Look) -> Fact:
    every = _("every {age}").format(age=span(1000 * state.tick_interval))
    ago = None if state.last_tick_at is None else _("{age} ago").format(age=span(look.now - state.last_tick_at))
    if state.hung:
        said = _("none for {age}: it hangs").format(
            age=span(look.now - max(state.last_tick_at or 0, state.since or 0)),
        )
        advice = (_("End it with: kill -9 {pid}. Its service goes on, or the next console.").format(pid=state.pid),)
        return _fact(_("last tick"), (said, "error"), look, mark=look.glyphs.failed, advice=advice)
    if ago is None:
        return _fact(_("last tick"), (_("none yet"), "dim"), look)
    took = "" if state.tick_ms is None else f", {state.tick_ms:.0f} ms"
    if not state.running:
        return _fact(_("last tick"), (ago, "dim"), look)
    return _fact(_("last tick"), (ago, "text"), look, more=(f"{took}, {every}", "dim"))


def _order(state: SchedulerState, system: System) -> str:
    """The home's order, and which projects have another one in force."""
    others: dict[str, list[str]] = {}
    for project, order in state.orders:
        if order != system.order:
            others.setdefault(order, []).append(project)
    told = [system.order] if system.order else []
    for order, projects in sorted(others.items()):
        n = len(projects)
        where = ", ".join(projects) if n <= 3 else ngettext("{n} project", "{n} projects", n).format(n=n)
        told.append(_("{order} in {where}").format(order=plain(order), where=plain(where)))
    return "; ".join(told)


def _dispatch(world: World, look: Look) -> Fact:
    """Whether anything new is started; if not, who wanted it so, and why."""
    state, glyphs, label = world.scheduler, look.glyphs, _("dispatch")
    if state.estop is not None:
        said = _said(_("emergency stop by {who}, {age} ago"), state.estop, look)
        return _fact(label, (said, "error"), look, mark=glyphs.held, advice=(_("H goes on, or `moziplus resume`."),))
    if state.pause is not None:
        said = _said(_("paused by {who}, {age} ago"), state.pause, look)
        return _fact(label, (said, "warning"), look, mark=glyphs.held, advice=(_("H goes on, or `moziplus resume`."),))
    if state.draining:
        said = _("draining") if state.drain is None else _said(_("draining for {who}, {age} ago"), state.drain, look)
        return _fact(label, (said, "warning"), look, mark=glyphs.held, advice=(_("It ends when its agents have."),))
    if not state.running:
        return _fact(label, (_("nothing is started while nobody is in charge"), "dim"), look)
    if _disk_is_full(world.system):
        return _fact(label, (_("nothing new is started: the disk is full"), "error"), look, mark=glyphs.held)
    return _fact(label, (_("on"), "success"), look, mark=glyphs.on)


def _settings(system: System, look: Look) -> Fact:
    """Only where something is wrong with them."""
    if not system.problem:
        return []
    advice = (plain(system.problem), _("Mend it, then press r."))
    return _fact(_("settings"), (_("are wrong"), "error"), look, mark=look.glyphs.failed, advice=advice)


def _said(text: str, raised: Raised, look: Look) -> str:
    said = text.format(who=plain(raised.by), age=span(look.now - raised.at))
    return f"{said}: {plain(raised.reason)}" if raised.reason else said


def _files(files: tuple[int, int, int]) -> str:
    live, renamed, closed = files
    told = [
        ngettext("{n} in use", "{n} in use", live).format(n=live) if live else "",
        ngettext("{n} renamed and still read", "{n} renamed and still read", renamed).format(n=renamed)
        if renamed
        else "",
        ngettext("{n} read to its end", "{n} read to their ends", closed).format(n=closed) if closed else "",
    ]
    return ", ".join(part for part in told if part) or _("none yet")


def _backup(world: World, look: Look) -> Fact:
    system, state, label = world.system, world.scheduler, _("backup")
    every = system.backup_every * 1000
    wanted = _("every {age}").format(age=span(every)) if every else _("only by `moziplus backup`")
    ago = None if system.backup_at is None else look.now - system.backup_at
    said = _("none yet") if ago is None else _("{age} ago").format(age=span(ago))
    if system.backup_troubles:
        return _fact(
            label,
            (f"{said}, {wanted}", "warning"),
            look,
            mark=look.glyphs.attention,
            advice=tuple(map(plain, system.backup_troubles)),
        )
    overdue = bool(every) and ago is not None and ago > 2 * every
    if overdue and state.running and look.now - (state.since or 0) > every:
        advice = (_("`moziplus backup` makes one now and says what is in its way."),)
        return _fact(label, (f"{said}, {wanted}", "warning"), look, mark=look.glyphs.attention, advice=advice)
    return _fact(label, (said, "text" if ago is not None else "dim"), look, more=(f", {wanted}", "dim"))


def _disk(system: System, look: Look) -> Fact:
    """How much room is left before nothing new is started."""
    free, floor = _("{size} free").format(size=_size(system.disk_free)), _size(system.disk_floor)
    more = ", " + _("below {floor} nothing new is started").format(floor=floor)
    if _disk_is_full(system):
        advice = (_("`moziplus clean`, or free space elsewhere."),)
        return _fact(_("disk"), (free + more, "error"), look, mark=look.glyphs.failed, advice=advice)
    if system.disk_free < 2 * system.disk_floor:
        advice = (_("Free some space soon: `moziplus clean`."),)
        return _fact(_("disk"), (free + more, "warning"), look, mark=look.glyphs.attention, advice=advice)
    return _fact(_("disk"), (free, "text"), look, more=(more, "dim"))


def _disk_is_full(system: System) -> bool:
    return system.known and system.disk_free < system.disk_floor


def _unknown(system: System, label: str, look: Look) -> Fact:
    """Before the first reading nothing; without settings nobody knows where to look."""
    return _fact(label, (_("not known while the settings are wrong"), "dim"), look) if system.known else []


def _wrong(wrong: bool, look: Look) -> str:
    return look.glyphs.attention if wrong else ""


def _fact(
    label: str, value: Span, look: Look, *, mark: str = "", more: Span = ("", "dim"), advice: Iterable[str] = ()
) -> Fact:
    """The line of one noun; below it, under the value, what that means and what to do."""
    text, role = value
    spans = [(f"{mark or ' '} ", role), (fit(label, _LABEL, look.glyphs.more), "dim"), (text, role)]
    if more[0]:
        spans.append(more)
    return [(_INDENT, tuple(spans)), *((_INDENT, ((" " * _INDENT + said, "text"),)) for said in advice if said)]


def _size(size: int) -> str:
    if size >= 1 << 30:
        return f"{size / (1 << 30):.0f} GB" if size >= 10 << 30 else f"{size / (1 << 30):.1f} GB"
    return f"{size / (1 << 20):.0f} MB"
