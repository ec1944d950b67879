"""Owns how a task reads: records in, paragraphs out, the newest first."""

from __future__ import annotations

import shlex

from console.i18n import _
from console.records.hold import hold_told
from console.records.likes import LikeBy, Likely
from console.records.output import plain_size
from console.records.session import Session, SessionStatus, resumed
from console.records.task import Task, TaskStatus
from console.records.worktree import way_on
from console.sentences import spoken
from widgets.ages import age, span
from widgets.marks import Glyphs, task_mark
from widgets.pages import Fits, TaskPage
from widgets.painted import Look
from widgets.prose import BLANK, comment, line, text
from widgets.rows import plain
from widgets.task_history import history_paragraphs, time_paragraphs
from widgets.text_pane import Paragraph

__all__ = ("status_word", "task_paragraphs")


def task_paragraphs(page: TaskPage, look: Look, fits: Fits | None = None) -> list[Paragraph]:
    """What the task is, how it stands, what came of it; `fits` where one wants to know who could do it."""
    task = page.task
    mark, role = task_mark(task.status, look.glyphs, blocked=task.waits_for_dependency)
    found: list[Paragraph] = [
        line(("strong", plain(task.title))),
        line(
            ("dim", f"{page.project}#{task.id}  "), (role, f"{mark} {status_word(task)}"), ("dim", _facts(task, look))
        ),
    ]
    if why := _why(task):
        found.append(line(("dim", _("why") + " "), ("warning", plain(spoken(why)))))
    found += [*_others(_("after"), page.needs, look), *_others(_("holds up"), page.needed_by, look)]
    if fits is not None:
        found += _fits(fits)
    if page.history is not None:
        found += time_paragraphs(page.history, look)
    found += _worktree(page)
    if task.body.strip():
        found += [BLANK, *text(task.body, 0)]
    found += _attempts(page.sessions, look)
    if page.outputs:
        found += [BLANK, line(("title", _("OUTPUTS")), ("dim", "  " + _("o reads them")))]
        found += [
            line(("text", plain(out.path)), ("dim", f"  v{out.version}  {plain_size(out.size)}"))
            for out in page.outputs
        ]
    if page.comments:
        found += [BLANK, line(("title", _("SAID")))]
        found += [part for each in reversed(page.comments) for part in comment(each, look)]
    if page.history is not None:
        found += history_paragraphs(page.history, {one.id: one.agent for one in page.sessions}, page.project, look)
    return found


def _others(word: str, tasks: tuple[Task, ...], look: Look) -> list[Paragraph]:
    """What it waits for, or what waits for it."""
    found = []
    for one in tasks:
        mark, role = task_mark(one.status, look.glyphs)
        found.append(line(("dim", f"{word} "), (role, f"{mark} "), ("text", f"#{one.id} {plain(one.title)}")))
    return found


def _fits(fits: Fits) -> list[Paragraph]:
    """Who could do it, and why nobody does yet."""
    who = ", ".join(map(plain, fits.agents)) or _("nobody of the team")
    found = [line(("dim", _("fits") + " "), ("text" if fits.agents else "warning", who))]
    if fits.likely is not None:
        found.append(_likely(fits.likely))
    return found + [line(("dim", _("not yet") + " "), ("warning", plain(why))) for why in fits.keeps]


def _likely(likely: Likely) -> Paragraph:
    """What tasks like it took, on how many that rests, and what is like it about them."""
    rests = {
        LikeBy.AGENT_AND_TAGS: _("median of {n} with its tags, by the same agent"),
        LikeBy.TAGS: _("median of {n} with its tags"),
        LikeBy.AGENT: _("median of {n} by the same agent"),
        LikeBy.ROLE: _("median of {n} for the same role"),
    }[likely.by]
    took = span(likely.busy_ms) + (f"  ${likely.cost:.2f}" if likely.cost else "")
    return line(("dim", _("like it") + " "), ("text", took), ("dim", f"  {rests.format(n=likely.tasks)}"))


def _why(task: Task) -> str:
    """Why it stands as it does: what an earlier session failed of is no reason why it is held, or worked on now."""
    if task.status == TaskStatus.HELD:
        return hold_told(task.hold_reason, task.hold_rule)
    return (task.failure or "") if task.status not in (TaskStatus.WORKING, TaskStatus.REVIEW) else ""


def _worktree(page: TaskPage) -> list[Paragraph]:
    """Why its git worktree is still there and what to type; where its work went."""
    task, known = page.task, page.worktree
    if known is None:
        return []
    found = []
    if task.work_folder and known.kept:
        size = f"  {plain_size(known.size)}"
        found += [
            line(("dim", _("kept") + " "), ("text", plain(task.work_folder)), ("dim", size)),
            line(("dim", _("why") + " "), ("warning", plain(known.why))),
            line(("dim", _("type") + " "), ("text", plain(way_on(page.project, task, known.kept)))),
        ]
    if known.merged:
        into = _("merged into {branch} as {commit}")
        found.append(line(("dim", into.format(branch=plain(known.merged_into or ""), commit=known.merged[:10]))))
    if known.discarded:
        back = f"git -C {shlex.quote(known.repository)} branch task-{task.id} {known.discarded}"
        says = _("commits that were taken back; `{command}` brings them back") if known.left else None
        says = says or _("discarded; `{command}` brings it back")
        found.append(line(("dim", says.format(command=plain(back)))))
    return found


def status_word(task: Task) -> str:
    """How a task stands, in a word."""
    if task.waits_for_dependency:
        return _("blocked")
    return {
        TaskStatus.PENDING: _("pending"),
        TaskStatus.WORKING: _("working"),
        TaskStatus.REVIEW: _("in review"),
        TaskStatus.HELD: _("held"),
        TaskStatus.DONE: _("done"),
        TaskStatus.FAILED: _("failed"),
        TaskStatus.CANCELLED: _("cancelled"),
    }[task.status]


def _attempts(sessions: tuple[Session, ...], look: Look) -> list[Paragraph]:
    if not sessions:
        return []
    found = [BLANK, line(("title", _("SESSIONS")))]
    goes_on = resumed(sessions)
    for session in reversed(sessions):
        word, role = _session_word(session, look.glyphs)
        took = "" if session.ended_at is None else span(session.ended_at - (session.started_at or session.created_at))
        found.append(
            line(
                ("strong", plain(session.agent)),
                (role, f"  {word}"),
                ("dim", f"  {took}  {age(session.created_at, look.now)}"),
                ("dim", f"  ${session.cost:.2f}" if session.cost else ""),
                ("dim", f"  {session.tokens:,} " + _("tokens") if session.tokens else ""),
            )
        )
        if session.id in goes_on:
            found += text(_("goes on with its conversation"), 2, "dim")
        if session.failure:
            found += text(spoken(session.failure), 2, "warning")
    return found


def _facts(task: Task, look: Look) -> str:
    facts = [f"P{task.priority}"]
    who = task.assignee or (f"@{task.role}" if task.role else "")
    if who:
        facts.append(plain(who))
    if task.deadline is not None and task.status == TaskStatus.PENDING:
        left = task.deadline - look.now
        facts.append(_("due {when}").format(when=span(left)) if left > 0 else _("overdue"))
    facts.append(_("changed {age} ago").format(age=age(task.updated_at, look.now)))
    return "  " + "  ".join(facts)


def _session_word(session: Session, glyphs: Glyphs) -> tuple[str, str]:
    return {
        SessionStatus.STARTING: (f"{glyphs.silent} " + _("starting"), "dim"),
        SessionStatus.RUNNING: (f"{glyphs.live} " + _("running"), "success"),
        SessionStatus.SUCCEEDED: (f"{glyphs.done} " + _("succeeded"), "success"),
        SessionStatus.FAILED: (f"{glyphs.failed} " + _("failed"), "error"),
        SessionStatus.TIMED_OUT: (f"{glyphs.failed} " + _("timed out"), "error"),
        SessionStatus.CANCELLED: (f"{glyphs.cancelled} " + _("cancelled"), "dim"),
        SessionStatus.LOST: (f"{glyphs.lost} " + _("lost"), "error"),
    }[session.status]
