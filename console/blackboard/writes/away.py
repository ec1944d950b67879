"""Owns which agents are away in the home's database: refused until a time, or not signed in. Raises no alert itself."""

from __future__ import annotations

from console.blackboard.connection import Database, write
from console.records.fitness import Away

__all__ = ("back", "note_away")


def note_away(db: Database, away: Away) -> None:
    """The agent is away; what was known before gives way, but for the time since when it cannot sign in."""
    with write(db):
        db.execute(
            "INSERT INTO away (agent, why, until, said, defined, since) VALUES (:agent, :why, :until, :said, :defined, :since)"
            " ON CONFLICT (agent) DO UPDATE SET why = excluded.why, until = excluded.until, said = excluded.said,"
            " defined = excluded.defined, since = excluded.since",
            {
                "agent": away.agent,
                "why": str(away.why),
                "until": away.until,
                "said": away.said,
                "defined": away.defined,
                "since": away.since,
            },
        )


def back(db: Database, agent: str) -> bool:
    """The agent works again, or may be tried; False where it was not away."""
    with write(db):
        return db.execute("DELETE FROM away WHERE agent = ?", (agent,)).rowcount == 1
