"""Owns the version of a database: building a new one and bringing an older one up to date, additively.

Migration n is `migrations/<schema>_<n>.sql`; each is one transaction, and lays the triggers anew, so that an old database
keeps its rows by today's rules. Never takes anything away. A read never migrates: only whoever is in charge does, and a
writer where that can stop nobody.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from console.errors import DatabaseSetAside, Unavailable

if TYPE_CHECKING:
    from console.blackboard.connection import Database

__all__ = ("USABLE_FROM", "VERSIONS", "Copied", "bring_up_to_date", "build", "fit", "level")

VERSIONS = {"schema": 10, "home_schema": 2}
"""The number of each schema, one more with every migration."""
USABLE_FROM = {"schema": 2, "home_schema": 1}
"""The oldest schema whose programs can read and write this one. It is what `user_version` holds, because that is all that
they look at; the number itself is then in `schema_level`. Raise it only with a change that is not additive."""
LARGEST = 256 * 1024 * 1024
"""Bytes of an older database that are copied into memory to be read."""
Copied = Callable[["Database"], None]
"""Makes a copy of an older database before it is changed."""
_MOMENT = 3.0
"""Seconds that a writer leaves to whoever is in charge to bring a database up to date."""
_LEVEL = (
    "CREATE TABLE IF NOT EXISTS schema_level"
    " (only_one INTEGER PRIMARY KEY CHECK (only_one = 1), number INTEGER NOT NULL) STRICT"
)
_HERE = Path(__file__).parent


def build(db: sqlite3.Connection, schema: str, application_id: int, rows: list[tuple[str, tuple[object, ...]]]) -> None:
    """Create everything of `schema` and insert the first `rows` in one transaction."""
    text = (_HERE / f"{schema}.sql").read_text("utf-8") + _triggers(schema)
    db.executescript(f"BEGIN IMMEDIATE;\n{text}")
    for sql, values in rows:
        db.execute(sql, values)
    db.execute(f"PRAGMA application_id = {application_id}")
    _note(db, schema, VERSIONS[schema])
    db.execute("COMMIT")


def level(db: sqlite3.Connection) -> int:
    """The number of its schema."""
    (version,) = db.execute("PRAGMA user_version").fetchone()
    try:
        row = db.execute("SELECT number FROM schema_level").fetchone()
    except sqlite3.OperationalError as error:
        if "no such table" not in str(error):
            raise
        row = None
    return max(int(version), 0 if row is None else int(row[0]))


def fit(db: Database, schema: str, path: Path, in_charge: Copied | None, copy: Callable[[], Database]) -> Database:
    """`db` as this program can use it; an older one that is only read as a `copy` of it that is up to date.

    Raises DatabaseSetAside where it comes from a newer moziplus that shuts this one out, Unavailable where it is older
    and cannot be brought up to date now.
    """
    found = level(db)
    if found > VERSIONS[schema]:
        _refuse_newer(db, schema, path, found)
        db.newer = found
    elif found < VERSIONS[schema]:
        if db.read_only:
            return _shown(db, schema, path, found, copy)
        if in_charge is not None:
            in_charge(db)
            bring_up_to_date(db, schema, path)
        else:
            _before_writing(db, schema, path)
    return db


def bring_up_to_date(db: sqlite3.Connection, schema: str, path: Path) -> None:
    """Apply the migrations that `path` lacks; `db` may write. Raises DatabaseSetAside where it comes from a newer moziplus."""
    found = level(db)
    if found > VERSIONS[schema]:
        _refuse_newer(db, schema, path, found)
    for number in range(found + 1, VERSIONS[schema] + 1):
        _apply(db, schema, number)


def _refuse_newer(db: sqlite3.Connection, schema: str, path: Path, found: int) -> None:
    (version,) = db.execute("PRAGMA user_version").fetchone()
    if version > VERSIONS[schema]:
        raise DatabaseSetAside(
            f"{path} has schema {found}, this moziplus knows {VERSIONS[schema]}; update moziplus", cause="newer"
        )


def _shown(db: Database, schema: str, path: Path, found: int, copy: Callable[[], Database]) -> Database:
    (pages,), (size,) = db.execute("PRAGMA page_count").fetchone(), db.execute("PRAGMA page_size").fetchone()
    if pages * size > LARGEST:
        raise Unavailable(
            f"{path.parent.name}/{path.name} has schema {found} of an older moziplus; `moziplus run` brings it up to date,"
            " then it can be read"
        )
    shown = copy()
    bring_up_to_date(shown, schema, path)
    shown.execute("PRAGMA query_only = ON")
    return shown


def _before_writing(db: Database, schema: str, path: Path) -> None:
    """Bring it up to date where nobody is in charge, or where whoever is can go on with what it becomes."""
    (version,) = db.execute("PRAGMA user_version").fetchone()
    until = time.monotonic() + _MOMENT
    while level(db) < VERSIONS[schema]:
        with _nobody_in_charge(path) as nobody:
            if nobody or version >= USABLE_FROM[schema]:
                bring_up_to_date(db, schema, path)
                return
        if time.monotonic() > until:
            raise Unavailable(
                f"{path.parent.name}/{path.name} has schema {level(db)}, and so has the scheduler in charge: it is an older"
                " moziplus. End it (`moziplus status` names it), start this one, and try again"
            )
        time.sleep(0.05)


@contextmanager
def _nobody_in_charge(path: Path) -> Iterator[bool]:
    """Whether no scheduler has the home of the database at `path`; none takes it before the block ends."""
    state = path.parent if path.name == "moziplus.db" else path.parents[2] / "state"
    try:
        lock = os.open(state / "in_charge.lock", os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        yield True
        return
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        yield False
    else:
        yield True
    finally:
        os.close(lock)


def _note(db: sqlite3.Connection, schema: str, number: int) -> None:
    """Write the number where every version looks for it: an older one sees the last that it may use."""
    least = USABLE_FROM[schema]
    if number > least:
        db.execute(_LEVEL)
        db.execute("INSERT OR REPLACE INTO schema_level (only_one, number) VALUES (1, ?)", (number,))
    db.execute(f"PRAGMA user_version = {min(number, least)}")


def _apply(db: sqlite3.Connection, schema: str, number: int) -> None:
    from console.crash import crash_point  # not for every command that opens a database

    script = (_HERE / "migrations" / f"{schema}_{number}.sql").read_text("utf-8")
    db.execute("BEGIN IMMEDIATE")
    try:
        if level(db) < number:  # another process may have done it while this one waited
            old = db.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall()
            last = _triggers(schema) if number == VERSIONS[schema] else ""
            drops = [f'DROP TRIGGER "{name}"' for (name,) in old]
            for n, statement in enumerate([*drops, *_statements(script), *_statements(last)]):
                db.execute(statement)
                crash_point(f"migration-{number}-{n}")
            _note(db, schema, number)
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


def _triggers(schema: str) -> str:
    from console.blackboard import feed  # only what makes or migrates a database needs it, no start of a command

    if schema == "schema":
        return (_HERE / "triggers.sql").read_text("utf-8") + feed.triggers(feed.PROJECT)
    return feed.triggers(feed.HOME)


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
