"""Owns how the history of a task reads: where its time went as one line of marks with the sums, and each event in words."""

from __future__ import annotations

from collections.abc import Mapping

from console.days import shown_today
from console.i18n import N_, _, ngettext
from console.records.event import Event
from console.records.task_history import Spent, TaskHistory, sums
from widgets.ages import span
from widgets.cells import Line
from widgets.marks import Glyphs
from widgets.painted import Look
from widgets.prose import BLANK, line
from widgets.rows import plain
from widgets.text_pane import Paragraph

__all__ = ("history_paragraphs", "time_paragraphs")

CELLS = 48
"""Of the line of marks."""
_NAMES = {
    Spent.WAITED: N_("waited {time}"),
    Spent.RAN: N_("ran {time}"),
    Spent.REVIEW: N_("in review {time}"),
    Spent.YOU: N_("waited for you {time}"),
}
_STATUS = {
    "pending": N_("pending"),
    "working": N_("working"),
    "review": N_("in review"),
    "held": N_("held"),
    "done": N_("done"),
    "failed": N_("failed"),
    "cancelled": N_("cancelled"),
    "starting": N_("starting"),
    "running": N_("running"),
    "succeeded": N_("succeeded"),
    "timed_out": N_("timed out"),
    "lost": N_("lost"),
    "open": N_("open"),
    "approved": N_("approved"),
    "changes_requested": N_("in rework"),
    "rejected": N_("rejected"),
    "escalated": N_("escalated"),
    "closed": N_("closed"),
    "answered": N_("answered"),
    "expired": N_("expired"),
    "approve": N_("approves"),
    "request_changes": N_("requests changes"),
    "reject": N_("rejects"),
    "abstain": N_("abstains"),
    "waiting": N_("waiting"),
    "given": N_("given"),
    "vacant": N_("vacant"),
    "active": N_("active"),
    "distilled": N_("distilled"),
    "deprecated": N_("deprecated"),
    "dropped": N_("dropped"),
}
_SAID = {
    "task created": N_("made"),
    "task status": N_("the task is {new}"),
    "task edited": N_("edited: {new}"),
    "task deleted": N_("deleted: {old}"),
    "task blocked": N_("waits for other tasks"),
    "task unblocked": N_("waits for no other task any more"),
    "session created": N_("{agent} is started"),
    "session status": N_("{agent}: {new}"),
    "session stop": N_("{agent} is to stop: {new}"),
    "comment created": N_("a comment"),
    "decision created": N_("decided: {new}"),
    "output created": N_("output {new}"),
    "review created": N_("a review begins"),
    "review status": N_("the review is {new}"),
    "review round": N_("round {new}"),
    "review escalated": N_("the review goes to {new}"),
    "submission created": N_("handed in, round {new}"),
    "seat created": N_("{new} is to judge"),
    "seat status": N_("a reviewer's part is {new}"),
    "verdict created": N_("verdict: {new}"),
    "verdict undone": N_("verdict taken back: {old}"),
    "ask created": N_("asks"),
    "ask status": N_("the ask is {new}"),
    "guardrail created": N_("a guardrail decides: {new}"),
    "dependency created": N_("is to wait for #{new}"),
    "dependency deleted": N_("is not to wait for #{old} any more"),
    "observation created": N_("an alert: {new}"),
    "observation acked": N_("the alert is acknowledged"),
    "observation ended": N_("the alert has ended"),
    "experience created": N_("learnt: {new}"),
    "experience status": N_("what was learnt is {new}"),
    "experience edited": N_("what was learnt reads otherwise: {new}"),
    "experience deleted": N_("forgotten: {old}"),
    "distillation created": N_("experiences are to be distilled: {new}"),
    "distillation status": N_("the distillation is {new}"),
    "worktree merged": N_("merged"),
    "worktree discarded": N_("discarded"),
}
"""Entity and kind to what is said of it."""


def time_paragraphs(history: TaskHistory, look: Look) -> list[Paragraph]:
    """Where its time went, in marks from left to right, and how much of each; what it used."""
    found: list[Paragraph] = []
    every = sum(one.ms for one in history.stretches)
    if every:
        found.append((0, _marks(history, every, look.glyphs)))
        told = [_(_NAMES[spent]).format(time=span(ms)) for spent, ms in sums(history.stretches).items() if ms]
        marks = [_mark(spent, look.glyphs) for spent, ms in sums(history.stretches).items() if ms]
        spans: list[tuple[str, str]] = []
        for (mark, role), text in zip(marks, told, strict=True):
            spans += [(role, f"{mark} "), ("dim", f"{text}   ")]
        found.append(line(*spans))
    used = history.used
    if used.sessions:
        n = used.sessions
        runs = ngettext("{n} session", "{n} sessions", n).format(n=n)
        cost = f"  ${used.cost:.2f}" if used.cost else ""
        tokens = f"  {used.tokens:,} " + _("tokens") if used.tokens else ""
        found.append(line(("dim", _("used") + " "), ("text", f"{runs}{cost}{tokens}")))
    return found


def history_paragraphs(history: TaskHistory, agents: Mapping[str, str], project: str, look: Look) -> list[Paragraph]:
    """Every event, the newest first; `agents` are who each session is of."""
    if not history.events:
        return []
    found: list[Paragraph] = [BLANK, line(("title", _("HISTORY")))]
    for event in reversed(history.events):
        when = shown_today(event.at, look.now)
        found.append(line(("dim", f"{when}  "), ("text", _words(event, agents)), ("dim", f"  {plain(event.actor)}")))
    if (n := history.left_out) > 0:
        more = ngettext("… {n} earlier event: {command}", "… {n} earlier events: {command}", n)
        command = f"moziplus events --project {project} --since 0"
        found.append(line(("dim", more.format(n=f"{n:,}", command=command))))
    return found


def _words(event: Event, agents: Mapping[str, str]) -> str:
    known = _SAID.get(f"{event.entity} {event.kind}")
    new, old = (plain(_(_STATUS[value]) if value in _STATUS else value or "") for value in (event.new, event.old))
    if known is None:
        return plain(f"{event.entity} {event.kind} {new}")
    agent = plain(agents.get(event.id, event.id[:8])) if event.entity == "session" else ""
    return _(known).format(new=new, old=old, agent=agent)


def _marks(history: TaskHistory, every: int, glyphs: Glyphs) -> Line:
    """A cell for each share of the time: what most of it went on."""
    spans: list[tuple[str, str]] = []
    at, done = 0, 0
    for one in history.stretches:
        done += one.ms
        cells = round(CELLS * done / every) - at
        mark, role = _mark(one.spent, glyphs)
        spans.append((mark * cells, role))
        at += cells
    return tuple(part for part in spans if part[0])


def _mark(spent: Spent, glyphs: Glyphs) -> tuple[str, str]:
    return {
        Spent.WAITED: (glyphs.routine, "dim"),
        Spent.RAN: (glyphs.working, "accent"),
        Spent.REVIEW: (glyphs.review, "secondary"),
        Spent.YOU: (glyphs.needs, "primary"),
    }[spent]
