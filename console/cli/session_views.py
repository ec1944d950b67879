"""Owns how sessions look to people and to programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.cli.in_words import facts, in_words
from console.cli.output import Column

if TYPE_CHECKING:
    from console.api.session import Session

__all__ = ("COLUMNS", "session_text")

COLUMNS = (
    Column("SESSION", lambda r: r.id[:8]),
    Column("TASK", lambda r: f"{r.project}#{r.task}"),
    Column("AGENT", "agent", most=30),
    Column("STATUS", lambda r: _status(r), words=True),
    Column("TRY", "attempt", right=True),
    Column("STARTED", lambda r: r.started_at or r.created_at),
    Column("LAST WORD", lambda r: in_words(r.failure or "") or r.last_line, most=80, gives=True),
)


def session_text(record: Session) -> str:
    """One session for people."""
    known = (
        (
            "task",
            f"{record.project}#{record.task}" + (in_words(f", review seat {record.seat}") if record.seat else ""),
        ),
        ("agent", f"{record.agent} ({record.backend})"),
        ("status", in_words(_status(record))),
        ("asks", ", ".join(f"{record.project}#{number}" for number in record.asks) or None),
        ("stopping", record.stop_reason),
        ("attempt", record.attempt),
        ("started", record.started_at),
        ("last word", record.last_word_at),
        ("last line", record.last_line),
        ("ended", record.ended_at),
        ("gone", record.gone_at),
        ("exit code", record.exit_code),
        ("failure", record.failure and in_words(record.failure)),
        ("tokens", record.tokens or None),
        ("cost", f"{record.cost:.4f} USD" if record.cost else None),
        ("conversation", record.conversation),
        ("goes on from", record.resumes),
        ("context", _context(record)),
        ("skills", ", ".join(record.skills) or None),
        ("folder", record.folder),
    )
    lines = [in_words(f"session {record.id}"), *facts((name, value) for name, value in known if value is not None)]
    return "\n".join(lines + (["", record.tail] if record.tail else []))


def _context(record: Session) -> str | None:
    context = record.context
    if context is None:
        return None
    if context.window is None:
        return in_words(f"{context.used:,} tokens")
    return in_words(f"{context.used:,} of {context.window:,} tokens ({100 * context.used // context.window} %)")


def _status(record: Session) -> str:
    if record.gone_at is None and record.stop_reason:
        return "stopping"
    return "waiting" if record.gone_at is None and record.asks else record.status
