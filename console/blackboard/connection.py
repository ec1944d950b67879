"""Owns every database connection of moziplus: how one is created, opened, checked, written through and closed.

Nothing else may call sqlite3.connect, and nothing in a process that holds a connection may open, copy or hash a `.db`,
`-wal` or `-shm` file: closing any descriptor of the file drops SQLite's POSIX locks and corrupts it.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from console.blackboard.gate import Gate
from console.blackboard.migrate import bring_up_to_date, build, is_older
from console.errors import Conflict, DatabaseSetAside, Unavailable

__all__ = (
    "Database",
    "create_home",
    "create_project",
    "open_archived",
    "open_copy",
    "open_home",
    "open_inside",
    "open_project",
    "write",
)

APPLICATION_ID, HOME_APPLICATION_ID = 0x6D6F7A69, 0x6D6F7A68  # "mozi" marks a blackboard, "mozh" a home's database
BUSY_MS = 10_000
PATIENCE = "MOZIPLUS_LOCK_PATIENCE"
"""Environment: seconds that a write keeps trying for the write lock, with a random pause, before it gives up; 10."""


class Database(sqlite3.Connection):
    """A connection to a blackboard or to the home's database, with the gate that it holds while open."""

    gate: Gate | None = None
    path: Path
    durable: bool | None = None
    """Which synchronous setting is in force: True FULL, False NORMAL, None not yet set."""
    mode: str = "rw"
    """As in the URI that opened it."""
    read_only: bool = False

    def close(self) -> None:
        """Close the connection, then let go of the gate. Safe to call twice."""
        super().close()
        if self.gate is not None:
            self.gate.release()
            self.gate = None


def create_project(folder: Path, project: str, now: int) -> None:
    """Create `folder/blackboard.db` (0600, WAL) for `project`.

    Raises Conflict where the file exists: nothing is ever created over data.
    """
    _create(folder / "blackboard.db", "schema", APPLICATION_ID, _first_row(project, now))


def create_home(path: Path) -> None:
    """Create the home's database at `path` (0600, WAL). Raises Conflict where the file exists."""
    _create(path, "home_schema", HOME_APPLICATION_ID, [])


def open_project(folder: Path, *, read_only: bool = False, busy_ms: int = BUSY_MS) -> Database:
    """Open the blackboard in `folder`.

    Raises DatabaseSetAside (missing, corrupt, not ours, newer version), Conflict (being archived), Unavailable (locked).
    """
    _refuse_strangers(folder)
    return _through_the_gate(folder, "ro" if read_only else "rw", busy_ms)


def open_archived(folder: Path) -> Database:
    """Look into the blackboard of an archived project, whose folder and file nobody may write. Raises as `open_project`."""
    return _through_the_gate(folder, "ro&immutable=1", BUSY_MS)


def open_inside(folder: Path) -> Database:
    """Open the blackboard in `folder` for whoever holds its gate exclusively. Raises as `open_project`."""
    return _open(folder / "blackboard.db", APPLICATION_ID, "schema", "rw", BUSY_MS)


def open_copy(path: Path, *, create: bool = False, look: bool = False) -> Database:
    """Open a copy that nobody else has open: no gate, no checks. Not for live databases.

    `create` makes it (0600) first; `look` writes nothing and takes no lock, as is right for a file on a NAS.
    """
    if create:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600))
    with translated(path):
        return _connect(path, "ro&immutable=1" if look else "rw", BUSY_MS)


def _through_the_gate(folder: Path, mode: str, busy_ms: int) -> Database:
    gate = Gate.shared(folder)
    try:
        db = _open(folder / "blackboard.db", APPLICATION_ID, "schema", mode, busy_ms)
    except BaseException:
        gate.release()
        raise
    db.gate = gate
    return db


def _refuse_strangers(folder: Path) -> None:
    """Leave no trace in a folder that was never ours: not a gate, not a log, nothing of the stranger's log written back."""
    path = folder / "blackboard.db"
    if (folder / ".gate").exists() or not path.exists():
        return
    with translated(path), closing(_connect(path, "ro&immutable=1", 0)) as db:
        _recognise(db, path, APPLICATION_ID)


def open_home(path: Path, *, read_only: bool = False, busy_ms: int = BUSY_MS) -> Database:
    """Open the home's database at `path`; raises as `open_project` does."""
    return _open(path, HOME_APPLICATION_ID, "home_schema", "ro" if read_only else "rw", busy_ms)


@contextmanager
def write(db: Database, *, durable: bool = False) -> Iterator[None]:
    """One BEGIN IMMEDIATE transaction; `durable` makes its commit survive a power cut (FULL, fullfsync on macOS).

    Rolls back on any exception. Joins the transaction that is open already, which then decides the durability.
    Raises Unavailable where the database is locked, read-only or the disk full, DatabaseSetAside where it is corrupt.
    """
    joined = db.in_transaction
    if joined:
        yield
        return
    with translated(db.path):
        _set_durability(db, durable)
        _begin(db)
        try:
            yield
            db.execute("COMMIT")
        except BaseException:
            if db.in_transaction:
                db.execute("ROLLBACK")
            raise


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into ours; the one place where that is done."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        ours = _ours(error, path)
        if ours is None:
            raise
        raise ours from error


def _ours(error: sqlite3.DatabaseError, path: Path) -> Exception | None:
    name = getattr(error, "sqlite_errorname", "") or ""
    where = f"{path.parent.name}/{path.name}"
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return Unavailable(f"{where} is locked by another program; try again, or find it with `moziplus doctor`")
    if name == "SQLITE_FULL":
        return Unavailable(f"the disk that holds {where} is full; free some space, nothing was written")
    if name.startswith("SQLITE_READONLY"):
        return Unavailable(f"{where} cannot be written from here (read-only folder or sandbox)")
    if name.startswith("SQLITE_CORRUPT"):
        return DatabaseSetAside(f"{where} is corrupt; see `moziplus doctor`, then restore a backup", cause="corrupt")
    if name.startswith("SQLITE_NOTADB"):
        return DatabaseSetAside(f"{where} is not a database; move it away or restore a backup", cause="not_a_database")
    if name.startswith(("SQLITE_CANTOPEN", "SQLITE_IOERR")):
        return Unavailable(f"{where} cannot be opened ({name}); check that its disk is mounted and its folder is yours")
    return None


def _first_row(project: str, now: int) -> list[tuple[str, tuple[object, ...]]]:
    from uuid import uuid4  # only who makes a database needs it

    sql = "INSERT INTO project (id, project, epoch, created_at, updated_at) VALUES (1, ?, ?, ?, ?)"
    return [(sql, (project, str(uuid4()), now, now))]


def _create(path: Path, schema: str, application_id: int, rows: list[tuple[str, tuple[object, ...]]]) -> None:
    """Build under a temporary name, then link into place, so that no half-made database is ever seen."""
    draft = path.with_name(f".{path.name}.{os.urandom(16).hex()}")
    os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        with translated(path):
            db = sqlite3.connect(draft, isolation_level=None)
            try:
                db.execute("PRAGMA journal_mode = WAL")
                build(db, schema, application_id, rows)
                db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            finally:
                db.close()
        os.link(draft, path)
    except FileExistsError:
        raise Conflict(f"{path} exists already; nothing was changed") from None
    finally:
        for leftover in (draft, Path(f"{draft}-wal"), Path(f"{draft}-shm")):
            leftover.unlink(missing_ok=True)


def _open(path: Path, application_id: int, schema: str, mode: str, busy_ms: int) -> Database:
    if not path.exists():
        raise DatabaseSetAside(
            f"{path.parent.name}/{path.name} is missing; restore a backup with `moziplus restore`", cause="missing"
        )
    with translated(path):
        db = _connect(path, mode, busy_ms)
        try:
            _settle(db)
            _recognise(db, path, application_id)
            if mode == "ro" and is_older(db, schema):
                _open(path, application_id, schema, "rw", busy_ms).close()
            elif "immutable" not in mode:
                bring_up_to_date(db, schema, path)
        except BaseException:
            db.close()
            raise
    return db


def _connect(path: Path, mode: str, busy_ms: int) -> Database:
    db: Database = sqlite3.connect(
        f"{path.resolve().as_uri()}?mode={mode}",
        uri=True,
        isolation_level=None,
        timeout=busy_ms / 1000,
        factory=Database,
        check_same_thread=False,
        cached_statements=256,
    )
    db.path = path
    db.mode = mode
    db.read_only = mode != "rw"
    db.row_factory = sqlite3.Row
    return db


def _settle(db: Database) -> None:
    """The settings of every connection. WAL is only read here: setting it again on a fault would fall back to DELETE."""
    db.execute("PRAGMA foreign_keys = ON")
    db.execute("PRAGMA trusted_schema = OFF")
    db.execute("PRAGMA cell_size_check = ON")
    db.execute("PRAGMA mmap_size = 0")
    db.execute("PRAGMA journal_size_limit = 67108864")
    # SQLite before 3.51.3 can corrupt a file when two connections meet in a checkpoint and a commit. So only the scheduler
    # in charge moves the log into the file (`upkeep`), holding the write lock, besides whoever closes it last.
    db.execute("PRAGMA wal_autocheckpoint = 0")
    db.execute("PRAGMA fullfsync = ON")
    db.execute("PRAGMA checkpoint_fullfsync = ON")


def _recognise(db: Database, path: Path, application_id: int) -> None:
    (found,) = db.execute("PRAGMA application_id").fetchone()
    if found != application_id:
        raise DatabaseSetAside(
            f"{path} is not a moziplus database of this kind (its predecessor's?); nothing was touched. Move its folder"
            " elsewhere, and make a project with `moziplus project create`",
            cause="not_ours",
        )
    (mode,) = db.execute("PRAGMA journal_mode").fetchone()
    if mode != "wal" and "immutable" not in db.mode:
        raise DatabaseSetAside(
            f"{path} is in journal mode {mode}, not wal: it was copied or is on an unfit disk", cause="journal_mode"
        )


def _set_durability(db: Database, durable: bool) -> None:
    if db.durable is not durable:
        db.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
        db.durable = durable


def _patience() -> float:
    try:
        return float(os.environ.get(PATIENCE, ""))
    except ValueError:
        return BUSY_MS / 1000


def _begin(db: Database) -> None:
    """Take the write lock: try at once and again after a random pause, which shares it more evenly than SQLite's own wait."""
    until = time.monotonic() + _patience()
    db.execute("PRAGMA busy_timeout = 0")
    try:
        while True:
            try:
                db.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as error:
                busy = (getattr(error, "sqlite_errorname", "") or "").startswith("SQLITE_BUSY")
                if not busy or time.monotonic() > until:
                    raise
            time.sleep(0.0002 + os.urandom(1)[0] / 255 * 0.0018)
    finally:
        db.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
