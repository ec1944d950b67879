"""Owns how tasks look to people: a row of a list, and one task with what lies around it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import structs

from console.cli.guardrail_views import decision_line
from console.cli.in_words import facts, in_words
from console.cli.output import Column
from console.cli.worktree_views import worktree_facts
from console.records.hold import hold_told
from console.records.task import OnFailure, TaskKind, TaskStatus

if TYPE_CHECKING:
    from console.api.graph import GraphTask
    from console.api.task import Task, TaskShown

__all__ = ("COLUMNS", "shown_text", "titled", "who")


def who(record: Task | GraphTask) -> str:
    """Whom a task is for."""
    wanted = record.assignee or (f"@{record.role}" if record.role else "")
    needs = f"[{', '.join(record.needs)}]" if record.needs else ""
    return " ".join(part for part in (wanted, needs) if part) or in_words("anyone")


def titled(record: Task | GraphTask) -> str:
    """The title, after the kind where that is not plain work."""
    return str(record.title if record.kind == TaskKind.WORK else f"[{record.kind}] {record.title}")


COLUMNS = (
    Column("TASK", lambda r: f"{r.project}#{r.id}"),
    Column("STATUS", lambda r: "blocked" if r.blocked else r.status, words=True),
    Column("P", "priority", right=True),
    Column("FOR", who, most=30),
    Column("TITLE", titled, most=120, gives=True),
)


def shown_text(record: TaskShown) -> str:
    """One task for people."""
    held = in_words(hold_told(record.hold_reason, record.hold_rule)) if record.status == TaskStatus.HELD else ""
    known = (
        ("status", in_words("blocked" if record.blocked else record.status)),
        ("priority", record.priority),
        ("for", who(record)),
        ("held", held),
        ("failure", in_words(record.failure or "")),
        ("deadline", record.deadline),
        ("not before", record.not_before),
        ("part of", f"#{record.parent}" if record.parent else ""),
        ("tags", ", ".join(record.tags)),
        ("reviews", ", ".join(record.reviews) or in_words("none")),
        ("kind", "" if record.kind == TaskKind.WORK else _kind(record)),
        ("comes from", f"#{record.from_task}" if record.from_task else ""),
        ("expects", ", ".join(record.expect)),
        ("on failure", "" if record.on_failure == OnFailure.ASK else record.on_failure),
        ("undone by", record.undo),
        ("cap", _cap(record)),
        ("attempts", record.attempts or ""),
        ("branch", record.branch),
        ("works in", record.work_folder),
        *worktree_facts(record.worktree),
        ("created", f"{record.created_at}, {record.created_by}"),
    )
    lines = [f"{record.project}#{record.id} {record.title}"]
    lines += facts((name, value) for name, value in known if value not in (None, ""))
    if record.body:
        lines += ["", record.body]
    return "\n".join([*lines, *_neighbours(record), *_happened(record)])


def _kind(record: TaskShown) -> str:
    kind = in_words(record.kind)
    return kind + in_words(f", took effect {record.applied_at}") if record.applied_at else kind


def _cap(record: TaskShown) -> str:
    from console.commands.caps import said
    from console.records.budget import Limit

    return "" if record.cap is None else in_words(said(Limit(**structs.asdict(record.cap))))


def _neighbours(record: TaskShown) -> list[str]:
    lines = []
    for near, title in ((record.depends_on, "after"), (record.dependents, "before"), (record.children, "parts")):
        lines += facts((title, f"#{t.id} {t.title} ({in_words(t.status)})") for t in near)
    return ["", *lines] if lines else []


def _happened(record: TaskShown) -> list[str]:
    seen: list[tuple[str, str]] = [
        ("output", o.path + in_words(f" (version {o.version}, {o.size} bytes)")) for o in record.outputs
    ]
    for thread in record.review_threads:
        stands = in_words(thread.status) + ", " + in_words(f"round {thread.round}")
        why = f" ({in_words(thread.reason)})" if thread.reason else ""
        seen.append(("review", f"{thread.id} {thread.protocol}: {stands}{why}"))
    seen += [("guardrail", decision_line(decision)) for decision in record.guardrails]
    for session in record.sessions:
        why = f": {in_words(session.failure)}" if session.failure else ""
        goes_on = in_words(f", goes on from {session.resumes[:8]}") if session.resumes else ""
        seen.append(("session", f"{session.id[:8]} {session.agent} {in_words(session.status)}{goes_on}{why}"))
    seen += [("ask", f"{a.ask} {a.by}, {a.at}: {a.text} ({in_words(a.status)}) {a.said}".rstrip()) for a in record.asks]
    seen += [(str(c.type), f"{c.by}, {c.at}: {c.body}") for c in record.comments]
    lines = facts(seen)
    return ["", *lines] if lines else []
