"""Owns the check of each blackboard and of the home's database, by SQLite itself, through connections.

It never opens a database file in another way: that would drop the locks of whoever works in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

from console.blackboard.connection import Database, open_home, open_project
from console.blackboard.lockers import lockers
from console.blackboard.reads.health import damage, schema_version, try_to_write
from console.blackboard.reads.notes import told_causes
from console.cli.doctor.line import Line, ok, warn, wrong
from console.cli.doctor.place import Place
from console.errors import Conflict, DatabaseSetAside, Locked, MoziError, Unavailable
from console.home import Home
from console.keeping.home_database import LOST

__all__ = ("check",)

_BUSY_MS = 2000
_HOME_LOST = (
    "with nothing running move state/moziplus.db* away and run `moziplus init` on the home: pauses, requests and alerts of"
    " the home are lost, no task is"
)


def check(place: Place) -> Iterator[Line]:
    """One line for each database, and one for each thing that is damaged."""
    home = place.home
    if home is None:
        return
    if home.state_db.exists():
        try:
            yield from _database(
                "the home's database",
                lambda: open_home(home.state_db, read_only=True, busy_ms=_BUSY_MS),
                lambda: open_home(home.state_db, busy_ms=_BUSY_MS),
                "",
            )
        except Locked as error:
            yield _locked("the home's database", error, home.state_db, "")
        yield from _lost(home)
    for name, folder in place.projects.items():
        try:
            yield from _database(
                f"the blackboard of {name}",
                _opener(folder),
                _opener(folder, read_only=False),
                name,
            )
        except Locked as error:
            place.locked.add(name)
            yield _locked(f"the blackboard of {name}", error, folder / "blackboard.db", name)


def _lost(home: Home) -> Iterator[Line]:
    """An earlier one that was deleted, as long as the operator has not acknowledged it."""
    with suppress(MoziError), closing(open_home(home.state_db, read_only=True, busy_ms=_BUSY_MS)) as db:
        if (says := told_causes(db).get(LOST)) is not None:
            yield warn(says, "`moziplus alert list`, then `moziplus alert ack` it")


def _opener(folder: Path, *, read_only: bool = True) -> Callable[[], Database]:
    return lambda: open_project(folder, read_only=read_only, busy_ms=_BUSY_MS)


def _locked(what: str, error: Locked, path: Path, project: str) -> Line:
    pids = ", ".join(map(str, lockers(path)))
    return wrong(
        f"{what}: {error}",
        f"pid {pids} keeps it locked: end that program, or wait" if pids else _remedy(error, project),
    )


def _database(
    what: str, opened: Callable[[], Database], to_write: Callable[[], Database], project: str
) -> Iterator[Line]:
    """What is wrong with it, or that it is whole. Raises Locked where another program does not let us look."""
    try:
        with closing(opened()) as db:
            found, version, usable = damage(db), schema_version(db), db.original is None
        if usable and not found:  # an older one is not written before whoever is in charge has brought it up to date
            with closing(to_write()) as db:
                try_to_write(db)
    except Locked:
        raise
    except MoziError as error:
        yield wrong(f"{what}: {error}", _remedy(error, project))
        return
    for problem in found:
        yield wrong(f"{what} is damaged: {problem}", _restore(project))
    if not found:
        yield ok(f"{what} is whole (schema {version})")


def _remedy(error: MoziError, project: str) -> str:
    if isinstance(error, DatabaseSetAside):
        return {
            "missing": f"{_restore(project)}; or, to start it anew, `moziplus restore {project} --empty`",
            "corrupt": _restore(project),
            "not_a_database": _restore(project),
            "not_ours": "it belongs to another program and was not touched: move its folder out of projects/",
            "newer": "upgrade moziplus to the version that wrote it",
            "journal_mode": f"it was copied by hand or lies on an unfit disk: {_restore(project)}",
        }.get(error.cause, _restore(project))
    if isinstance(error, Conflict):
        return "it is being archived or restored; look again in a moment"
    if isinstance(error, Unavailable) and "cannot be written" in str(error):
        return (
            "make its disk writable again (one with errors is mounted read-only), or look from outside of the sandbox"
        )
    if isinstance(error, Unavailable):
        return "look again; if it stays so, `lsof` on the file names the program that holds it"
    return _restore(project)


def _restore(project: str) -> str:
    return f"restore a backup with `moziplus restore {project}`" if project else _HOME_LOST
