"""Owns the version of a database: building a new one and bringing an older one up to date, additively.

`user_version` is the number of the schema. Migration n is `migrations/<schema>_<n>.sql`; each is one transaction.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from console.errors import DatabaseSetAside

__all__ = ("VERSIONS", "bring_up_to_date", "build")

VERSIONS = {"schema": 1, "home_schema": 1}
_HERE = Path(__file__).parent


def build(db: sqlite3.Connection, schema: str, application_id: int, rows: list[tuple[str, tuple[object, ...]]]) -> None:
    """Create everything of `schema` and insert the first `rows` in one transaction."""
    triggers = "triggers" if schema == "schema" else "home_triggers"
    text = (_HERE / f"{schema}.sql").read_text("utf-8") + (_HERE / f"{triggers}.sql").read_text("utf-8")
    db.executescript(f"BEGIN IMMEDIATE;\n{text}")
    for sql, values in rows:
        db.execute(sql, values)
    db.execute(f"PRAGMA application_id = {application_id}")
    db.execute(f"PRAGMA user_version = {VERSIONS[schema]}")
    db.execute("COMMIT")


def bring_up_to_date(db: sqlite3.Connection, schema: str, path: Path) -> None:
    """Apply the migrations that `path` lacks. Raises DatabaseSetAside where it comes from a newer moziplus."""
    (found,) = db.execute("PRAGMA user_version").fetchone()
    wanted = VERSIONS[schema]
    if found > wanted:
        raise DatabaseSetAside(
            f"{path} has schema {found}, this moziplus knows {wanted}; update moziplus", cause="newer"
        )
    for number in range(found + 1, wanted + 1):
        _apply(db, _HERE / "migrations" / f"{schema}_{number}.sql", number)


def _apply(db: sqlite3.Connection, script: Path, number: int) -> None:
    db.execute("BEGIN IMMEDIATE")
    try:
        (now,) = db.execute("PRAGMA user_version").fetchone()
        if now < number:  # another process may have done it while this one waited
            for statement in _statements(script.read_text("utf-8")):
                db.execute(statement)
            db.execute(f"PRAGMA user_version = {number}")
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


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
