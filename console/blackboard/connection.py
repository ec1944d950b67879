"""Owns every database connection of moziplus: how one is created, opened, checked and closed.

Nothing else may call sqlite3.connect, and nothing in a process that holds a connection may open, copy or hash a `.db`,
`-wal` or `-shm` file: closing any descriptor of the file drops SQLite's POSIX locks and corrupts it.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from console.blackboard.below import Below, Files, files_of
from console.blackboard.gate import Gate
from console.blackboard.migrate import Copied, build, fit
from console.blackboard.transaction import BUSY_MS, write
from console.blackboard.translate import translated, unreachable
from console.errors import Conflict, DatabaseSetAside, Unavailable

__all__ = (
    "BUSY_MS",
    "Database",
    "create_home",
    "create_project",
    "open_archived",
    "open_copy",
    "open_home",
    "open_inside",
    "open_project",
    "translated",
    "write",
)

APPLICATION_ID, HOME_APPLICATION_ID = 0x6D6F7A69, 0x6D6F7A68  # "mozi" marks a blackboard, "mozh" a home's database
_TRIES = 3


class Database(sqlite3.Connection):
    """A connection to a blackboard or to the home's database, with the gate that it holds while open."""

    gate: Gate | None = None
    path: Path
    durable: bool | None = None
    """Which synchronous setting is in force: True FULL, False NORMAL, None not yet set."""
    mode: str = "rw"
    """As in the URI that opened it."""
    read_only: bool = False
    files: Files | None = None
    """What was opened; None where nobody can take it away: a copy, or one that is read as it lies."""
    original: Database | None = None
    """Of a copy in memory: the database that it shows, which is older than this program."""
    copied_at: int = 0
    """Of such a copy: the original's data_version when it was made."""
    newer: int = 0
    """Its schema, where that is one of a newer moziplus which this one may still use."""

    def below(self) -> Below:
        """Whether its files are still those that were opened; three calls of stat. A copy is asked what it shows, too."""
        if self.original is not None:
            became = self.original.below()
            (version,) = self.original.execute("PRAGMA data_version").fetchone()
            return Below.WRITTEN if became == Below.NOTHING and version != self.copied_at else became
        return Below.NOTHING if self.files is None else self.files.became(files_of(self.path))

    def note_files(self) -> None:
        """What lies there now is what is open: after one's own checkpoint."""
        if self.files is not None:
            self.files = files_of(self.path)

    def close(self) -> None:
        """Close the connection, then let go of the gate. Safe to call twice."""
        super().close()
        if self.original is not None:
            self.original.close()
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


def open_project(
    folder: Path, *, read_only: bool = False, busy_ms: int = BUSY_MS, in_charge: Copied | None = None
) -> Database:
    """Open the blackboard in `folder`. `in_charge` is given by whoever is: it brings an older one up to date, after
    calling this for a copy. To a reader an older one is shown as if that had been done; a writer does it where nobody is
    in charge, or where whoever is can go on with the newer one.

    Raises DatabaseSetAside (missing, corrupt, not ours, newer version), Conflict (being archived), Unavailable (locked).
    """
    _refuse_strangers(folder)
    return _through_the_gate(folder, "ro" if read_only else "rw", busy_ms, in_charge)


def open_archived(folder: Path) -> Database:
    """Look into the blackboard of an archived project, whose folder and file nobody may write. Raises as `open_project`."""
    return _through_the_gate(folder, "ro&immutable=1", BUSY_MS)


def open_inside(folder: Path) -> Database:
    """Open the blackboard in `folder` for whoever holds its gate exclusively. Raises as `open_project`."""
    return _open(folder / "blackboard.db", APPLICATION_ID, "schema", "rw", BUSY_MS, lambda _: None)


def open_copy(path: Path, *, create: bool = False, look: bool = False) -> Database:
    """Open a copy that nobody else has open: no gate, no checks. Not for live databases.

    `create` makes it (0600) first; `look` writes nothing and takes no lock, as is right for a file on a NAS.
    """
    if create:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600))
    with translated(path):
        return _connect(path, "ro&immutable=1" if look else "rw", BUSY_MS)


def _through_the_gate(folder: Path, mode: str, busy_ms: int, in_charge: Copied | None = None) -> Database:
    gate = Gate.shared(folder)
    try:
        db = _open(folder / "blackboard.db", APPLICATION_ID, "schema", mode, busy_ms, in_charge)
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


def open_home(
    path: Path, *, read_only: bool = False, busy_ms: int = BUSY_MS, in_charge: Copied | None = None
) -> Database:
    """Open the home's database at `path`; as `open_project` does."""
    return _open(path, HOME_APPLICATION_ID, "home_schema", "ro" if read_only else "rw", busy_ms, in_charge)


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


def _open(
    path: Path, application_id: int, schema: str, mode: str, busy_ms: int, in_charge: Copied | None = None
) -> Database:
    with translated(path):
        db = _opened(path, application_id, mode, busy_ms)
        try:
            return fit(db, schema, path, in_charge, lambda: _in_memory(db))
        except BaseException:
            db.close()
            raise


def _opened(path: Path, application_id: int, mode: str, busy_ms: int) -> Database:
    """A connection, and what lay at its path while it was opened: the descriptor itself is SQLite's."""
    for _ in range(_TRIES):
        before = files_of(path)
        if before.name is None:
            raise _not_there(path)
        db = _connect(path, mode, busy_ms)
        try:
            _settle(db)
            _recognise(db, path, application_id)
            found = files_of(path)
        except BaseException:
            db.close()
            raise
        if found.name == before.name:
            db.files = None if "immutable" in mode else found
            return db
        db.close()
    raise Unavailable(f"{path.parent.name}/{path.name} is being replaced by another program; try again in a moment")


def _not_there(path: Path) -> Exception:
    try:
        os.stat(path)
    except FileNotFoundError:
        where = f"{path.parent.name}/{path.name}"
        return DatabaseSetAside(f"{where} is missing; restore a backup with `moziplus restore`", cause="missing")
    except OSError as error:
        return unreachable(path, error)
    return Unavailable(f"{path.parent.name}/{path.name} is being replaced by another program; try again in a moment")


def _in_memory(db: Database) -> Database:
    """A copy of the whole of `db` that lives as long as its connection, to be changed at will."""
    copy: Database = sqlite3.connect(":memory:", isolation_level=None, factory=Database, check_same_thread=False)
    copy.path, copy.mode, copy.read_only, copy.original = db.path, db.mode, True, db
    copy.row_factory = sqlite3.Row
    _settle(copy)
    (copy.copied_at,) = db.execute("PRAGMA data_version").fetchone()
    db.backup(copy)
    return copy


def _connect(path: Path, mode: str, busy_ms: int) -> Database:
    db: Database = sqlite3.connect(
        f"{Path(os.path.realpath(path)).as_uri()}?mode={mode}",  # Path.resolve raises a RuntimeError for ELOOP
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
