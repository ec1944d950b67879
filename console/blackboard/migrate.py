"""Owns the version of a database: building a new one and bringing an older one up to date, additively.

`user_version` is the number of the schema. Migration n is `migrations/<schema>_<n>.sql`; each is one transaction, and lays
the triggers anew, so that an old database keeps its rows by today's rules. Never takes anything away.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from console.errors import DatabaseSetAside

__all__ = ("VERSIONS", "bring_up_to_date", "build", "is_older")

VERSIONS = {"schema": 3, "home_schema": 1}
_HERE = Path(__file__).parent


def build(db: sqlite3.Connection, schema: str, application_id: int, rows: list[tuple[str, tuple[object, ...]]]) -> None:
    """Create everything of `schema` and insert the first `rows` in one transaction."""
    text = (_HERE / f"{schema}.sql").read_text("utf-8") + _triggers(schema)
    db.executescript(f"BEGIN IMMEDIATE;\n{text}")
    for sql, values in rows:
        db.execute(sql, values)
    db.execute(f"PRAGMA application_id = {application_id}")
    db.execute(f"PRAGMA user_version = {VERSIONS[schema]}")
    db.execute("COMMIT")


def bring_up_to_date(db: sqlite3.Connection, schema: str, path: Path) -> None:
    """Apply the migrations that `path` lacks; `db` may write. Raises DatabaseSetAside where it comes from a newer moziplus."""
    (found,) = db.execute("PRAGMA user_version").fetchone()
    wanted = VERSIONS[schema]
    if found > wanted:
        raise DatabaseSetAside(
            f"{path} has schema {found}, this moziplus knows {wanted}; update moziplus", cause="newer"
        )
    for number in range(found + 1, wanted + 1):
        _apply(db, schema, number)


def is_older(db: sqlite3.Connection, schema: str) -> bool:
    """Whether the database lacks migrations."""
    return bool(db.execute("PRAGMA user_version").fetchone()[0] < VERSIONS[schema])


def _apply(db: sqlite3.Connection, schema: str, number: int) -> None:
    script = (_HERE / "migrations" / f"{schema}_{number}.sql").read_text("utf-8")
    db.execute("BEGIN IMMEDIATE")
    try:
        (now,) = db.execute("PRAGMA user_version").fetchone()
        if now < number:  # another process may have done it while this one waited
            old = db.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall()
            last = _triggers(schema) if number == VERSIONS[schema] else ""
            drops = [f'DROP TRIGGER "{name}"' for (name,) in old]
            for statement in [*drops, *_statements(script), *_statements(last)]:
                db.execute(statement)
            db.execute(f"PRAGMA user_version = {number}")
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


def _triggers(schema: str) -> str:
    return (_HERE / ("triggers.sql" if schema == "schema" else "home_triggers.sql")).read_text("utf-8")


def _statements(text: str) -> list[str]:
    """Split a script where SQLite says a statement is complete (a trigger's body holds semicolons)."""
    found: list[str] = []
    part = ""
    for line in text.splitlines(keepends=True):
        part += line
        if sqlite3.complete_statement(part):
            found.append(part)
            part = ""
    return found
