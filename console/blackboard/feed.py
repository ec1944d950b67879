"""Owns what the change feed says: which change of which table becomes which event, and the triggers that write it.

A database is made with these triggers, and every migration lays them anew. Nothing else adds to the feed.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ("HOME", "PROJECT", "Told", "triggers")

_NOW = "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)"
_OF_REVIEW = "(SELECT task_id FROM reviews WHERE id = NEW.review_id)"
_EDITED = (
    "title",
    "body",
    "priority",
    "assignee",
    "role",
    "needs",
    "tags",
    "reviews",
    "parent",
    "deadline",
    "not_before",
    "expect",
    "on_failure",
    "undo",
)
_NOBODY = ("'unknown'", "'unknown'", "NULL")


@dataclass(frozen=True, slots=True)
class Told:
    """One kind of event, and the change of a row that it tells. All but the names are expressions of SQL over NEW and OLD."""

    table: str
    kind: str
    entity: str
    new: str = "NULL"
    old: str = "NULL"
    of: str = ""
    """The columns whose change is told, between blanks; without any, an insert is."""
    deleted: bool = False
    when: str = ""
    """Which of these changes are told; all, unless it says otherwise."""
    task: str = "NEW.task_id"
    id: str = "NEW.id"
    fence: str = "NULL"
    at: str = ""
    """Epoch milliseconds. The row's own moment, unless it says otherwise; now, where a bare shell wrote it."""
    who: tuple[str, str, str] | None = None
    """Actor, origin and session. Whoever the row names, unless it says otherwise; unknown, where a bare shell wrote it."""
    kind_is: str = ""
    """The kind as an expression, where it depends on the row."""


PROJECT = (
    Told("tasks", "created", "task", "NEW.status", task="NEW.id", fence="NEW.fence", at="NEW.created_at"),
    Told("tasks", "status", "task", "NEW.status", "OLD.status", of="status", task="NEW.id", fence="NEW.fence"),
    Told(
        "tasks",
        "edited",
        "task",
        "trim(" + " || ".join(f"iif(NEW.{name} IS NOT OLD.{name}, '{name} ', '')" for name in _EDITED) + ")",
        of=" ".join(_EDITED),
        task="NEW.id",
    ),
    Told(
        "tasks",
        "fence",
        "task",
        "NEW.fence",
        "OLD.fence",
        of="fence",
        when="NEW.fence <> OLD.fence AND NEW.status = OLD.status",
        task="NEW.id",
        fence="NEW.fence",
    ),
    # Written by the trigger that follows the dependency, so that nobody who could be named here has asked for it.
    Told(
        "tasks",
        "blocked",
        "task",
        "NEW.blocked_by",
        "OLD.blocked_by",
        of="blocked_by",
        when="(NEW.blocked_by > 0) <> (OLD.blocked_by > 0)",
        task="NEW.id",
        at=_NOW,
        who=("'blackboard'", "'scheduler'", "NULL"),
        kind_is="iif(NEW.blocked_by > 0, 'blocked', 'unblocked')",
    ),
    Told("tasks", "deleted", "task", old="OLD.title", deleted=True, task="OLD.id"),
    Told("dependencies", "created", "dependency", "NEW.needs", task="NEW.task", id="NEW.task || '<' || NEW.needs"),
    Told(
        "dependencies",
        "deleted",
        "dependency",
        old="OLD.needs",
        deleted=True,
        task="OLD.task",
        id="OLD.task || '<' || OLD.needs",
    ),
    Told("sessions", "created", "session", "NEW.status", fence="NEW.fence", at="NEW.created_at"),
    Told(
        "sessions",
        "gone",
        "session",
        "NEW.status",
        of="gone_at",
        when="NEW.gone_at IS NOT NULL AND OLD.gone_at IS NULL",
        fence="NEW.fence",
    ),
    Told("sessions", "status", "session", "NEW.status", "OLD.status", of="status", fence="NEW.fence"),
    Told("sessions", "stop", "session", "NEW.stop_reason", "OLD.stop_reason", of="stop_reason", fence="NEW.fence"),
    Told("sessions", "word", "session", "NEW.last_line", of="last_line", fence="NEW.fence"),
    Told(
        "sessions",
        "usage",
        "session",
        "NEW.tokens || ' ' || NEW.cost",
        "OLD.tokens || ' ' || OLD.cost",
        of="tokens cost",
        fence="NEW.fence",
    ),
    Told("comments", "created", "comment", "NEW.comment_type"),
    Told("decisions", "created", "decision", "NEW.title"),
    Told("observations", "created", "observation", "NEW.level"),
    Told("observations", "acked", "observation", "NEW.acked_by", of="acked_at", at=f"coalesce(NEW.acked_at, {_NOW})"),
    Told("observations", "ended", "observation", "NEW.cause", of="ended_at", at=f"coalesce(NEW.ended_at, {_NOW})"),
    Told("outputs", "created", "output", "NEW.path"),
    Told("reviews", "created", "review", "NEW.status", at="NEW.opened_at"),
    Told("reviews", "status", "review", "NEW.status", "OLD.status", of="status"),
    Told(
        "reviews",
        "escalated",
        "review",
        "NEW.escalated_to",
        "OLD.escalated_to",
        of="escalated_to",
        when="NEW.status = 'escalated' AND OLD.status = 'escalated' AND NEW.escalated_to IS NOT OLD.escalated_to",
    ),
    Told("reviews", "round", "review", "NEW.round", "OLD.round", of="round"),
    Told("submissions", "created", "submission", "NEW.round", task=_OF_REVIEW),
    Told("seats", "created", "seat", "NEW.reviewer", task=_OF_REVIEW, fence="NEW.fence", at="NEW.updated_at"),
    Told("seats", "status", "seat", "NEW.status", "OLD.status", of="status", task=_OF_REVIEW, fence="NEW.fence"),
    Told("verdicts", "created", "verdict", "NEW.verdict", task=_OF_REVIEW),
    Told(
        "verdicts",
        "undone",
        "verdict",
        old="NEW.verdict",
        of="undone_at",
        task=_OF_REVIEW,
        at=f"coalesce(NEW.undone_at, {_NOW})",
    ),
    Told("experiences", "created", "experience", "NEW.title"),
    Told("experiences", "status", "experience", "NEW.status", "OLD.status", of="status"),
    Told("experiences", "edited", "experience", "NEW.title", "OLD.title", of="title body tags"),
    Told("experiences", "deleted", "experience", old="OLD.title", deleted=True, task="OLD.task_id"),
    Told("schedules", "created", "schedule", "NEW.kind", task="NULL", at="NEW.updated_at"),
    Told("schedules", "changed", "schedule", "NEW.next_at", "OLD.next_at", of="enabled next_at template", task="NULL"),
    Told("schedules", "deleted", "schedule", deleted=True, task="NULL"),
    Told("distillations", "created", "distillation", "NEW.tag"),
    Told("distillations", "status", "distillation", "NEW.status", "OLD.status", of="status"),
    Told("asks", "created", "ask", "NEW.kind"),
    Told("asks", "status", "ask", "NEW.status", "OLD.status", of="status"),
    Told("guardrail_decisions", "created", "guardrail", "NEW.effect"),
    Told("project", "paused", "project", "NEW.paused_at", "OLD.paused_at", of="paused_at", task="NULL"),
    Told("project", "archived", "project", "NEW.archived", "OLD.archived", of="archived", task="NULL"),
    Told("project", "restored", "project", "NEW.epoch", "OLD.epoch", of="epoch", task="NULL"),
    Told(
        "worktrees",
        "merged",
        "worktree",
        "NEW.merged",
        "NEW.merged_into",
        of="merged",
        when="NEW.merged IS NOT NULL AND NEW.merged IS NOT OLD.merged",
        id="NEW.task_id",
    ),
    Told(
        "worktrees",
        "discarded",
        "worktree",
        "NEW.discarded",
        of="discarded",
        when="NEW.discarded IS NOT NULL AND NEW.discarded IS NOT OLD.discarded",
        id="NEW.task_id",
    ),
    Told("worktrees", "kept", "worktree", of="kept", id="NEW.task_id"),
)
"""What a project's blackboard tells."""

HOME = (
    Told("observations", "created", "observation", "NEW.level", task="NULL"),
    Told(
        "observations",
        "acked",
        "observation",
        "NEW.acked_by",
        of="acked_at",
        task="NULL",
        at=f"coalesce(NEW.acked_at, {_NOW})",
    ),
    Told(
        "observations",
        "ended",
        "observation",
        "NEW.cause",
        of="ended_at",
        task="NULL",
        at=f"coalesce(NEW.ended_at, {_NOW})",
    ),
    Told("flags", "set", "flag", "NEW.reason", task="NULL", id="NEW.name", who=("NEW.actor", "'unknown'", "NULL")),
    Told("flags", "cleared", "flag", old="OLD.reason", deleted=True, task="NULL", id="OLD.name"),
    Told("requests", "asked", "request", "NEW.kind", task="NULL", who=("NEW.actor", "NEW.origin", "NULL")),
    Told(
        "requests",
        "answered",
        "request",
        "NEW.outcome",
        of="outcome_at",
        task="NULL",
        at=f"coalesce(NEW.outcome_at, {_NOW})",
        who=("'scheduler'", "'scheduler'", "NULL"),
    ),
)
"""What the home's own database tells."""


def triggers(told: tuple[Told, ...]) -> str:
    """The script that lays the triggers of `told`."""
    return "\n".join(map(_trigger, told))


def _trigger(told: Told) -> str:
    columns = told.of.split()
    event = "DELETE" if told.deleted else f"UPDATE OF {', '.join(columns)}" if columns else "INSERT"
    when = told.when or " OR ".join(f"NEW.{name} IS NOT OLD.{name}" for name in columns)
    actor, origin, session = told.who or _who(told)
    values = (
        told.at or _at(told),
        actor,
        origin,
        session,
        told.task,
        told.kind_is or f"'{told.kind}'",
        f"'{told.entity}'",
        told.id.replace("NEW.", "OLD.") if told.deleted else told.id,
        told.old,
        told.new,
        told.fence,
    )
    return (
        f"CREATE TRIGGER {told.table}_told_{told.kind} AFTER {event} ON {told.table}\n"
        + (f"WHEN {when}\n" if when else "")
        + "BEGIN\n"
        + "    INSERT INTO events (at, actor, origin, session, task, kind, entity, id, old, new, fence)\n"
        + f"    VALUES ({', '.join(values)});\n"
        + "END;\n"
    )


def _at(told: Told) -> str:
    if told.deleted:
        return _NOW
    if not told.of:
        return "NEW.at"
    return f"iif(NEW.rev <> OLD.rev AND NEW.updated_at IS NOT NULL, NEW.updated_at, {_NOW})"


def _who(told: Told) -> tuple[str, str, str]:
    """Whoever the row names. In an update, a `rev` that did not move means that a bare shell wrote it."""
    if told.deleted:
        return _NOBODY
    actor, origin = "coalesce(NEW.actor, 'unknown')", "coalesce(NEW.origin, 'unknown')"
    if not told.of:
        return actor, origin, "NEW.in_session"
    named = "iif(NEW.rev <> OLD.rev, {}, {})"
    return named.format(actor, "'unknown'"), named.format(origin, "'unknown'"), named.format("NEW.in_session", "NULL")
