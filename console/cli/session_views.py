"""Owns how sessions look to people and to programs."""

from __future__ import annotations

from typing import Any

from console.cli.in_words import facts, in_words
from console.cli.output import Column
from console.clock import iso
from console.records.session import Session

__all__ = ("COLUMNS", "session_record", "session_text")

COLUMNS = (
    Column("SESSION", lambda r: r["id"][:8]),
    Column("TASK", lambda r: f"{r['project']}#{r['task']}"),
    Column("AGENT", "agent", most=30),
    Column("STATUS", lambda r: "stopping" if r["stop_reason"] and r["gone_at"] is None else r["status"], words=True),
    Column("TRY", "attempt", right=True),
    Column("STARTED", lambda r: r["started_at"] or r["created_at"]),
    Column("LAST WORD", lambda r: in_words(r["failure"] or "") or r["last_line"], most=80, gives=True),
)


def session_record(project: str, session: Session) -> dict[str, Any]:
    """A session for JSON; field names are stable."""
    return {
        "project": project,
        "id": session.id,
        "task": session.task_id,
        "seat": session.seat_id,
        "agent": session.agent,
        "backend": session.backend,
        "status": session.status,
        "fence": session.fence,
        "attempt": session.attempt,
        "run": session.run_id,
        "folder": session.folder,
        "lease_until": iso(session.lease_until),
        "created_at": iso(session.created_at),
        "started_at": iso(session.started_at),
        "last_word_at": iso(session.last_word_at),
        "last_line": session.last_line,
        "ended_at": iso(session.ended_at),
        "gone_at": iso(session.gone_at),
        "stop_reason": session.stop_reason,
        "exit_code": session.exit_code,
        "failure": session.failure,
        "tail": session.tail,
        "counted": bool(session.counted),
        "tokens": session.tokens,
        "cost": session.cost,
        "skills": list(session.skills),
    }


def session_text(record: dict[str, Any]) -> str:
    """One session for people."""
    known = (
        (
            "task",
            f"{record['project']}#{record['task']}"
            + (in_words(f", review seat {record['seat']}") if record["seat"] else ""),
        ),
        ("agent", f"{record['agent']} ({record['backend']})"),
        ("status", in_words(record["status"])),
        ("stopping", record["stop_reason"]),
        ("attempt", record["attempt"]),
        ("started", record["started_at"]),
        ("last word", record["last_word_at"]),
        ("last line", record["last_line"]),
        ("ended", record["ended_at"]),
        ("gone", record["gone_at"]),
        ("exit code", record["exit_code"]),
        ("failure", record["failure"] and in_words(record["failure"])),
        ("tokens", record["tokens"] or None),
        ("cost", f"{record['cost']:.4f} USD" if record["cost"] else None),
        ("skills", ", ".join(record["skills"]) or None),
        ("folder", record["folder"]),
    )
    lines = [in_words(f"session {record['id']}"), *facts((name, value) for name, value in known if value is not None)]
    return "\n".join(lines + (["", record["tail"]] if record["tail"] else []))
