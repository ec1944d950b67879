"""Owns the making of the home's database, where one that was there before is told as lost, and its coming back from a copy.

It never takes a loss for a beginning: what a home that was in use has left beside its database says that there was one.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing, suppress
from pathlib import Path
from types import MappingProxyType
from typing import Any

from console.blackboard.backup import copy_into, examine
from console.blackboard.connection import create_home, open_copy, open_home
from console.blackboard.writes.home import set_flag
from console.errors import Conflict, UsageError
from console.home import Home
from console.keeping.backup import backing_up, keep_copy
from console.keeping.copies import HOME_NAME, folder_of, listed, newest
from console.keeping.told import tell
from console.records.actor import Actor, Origin

__all__ = ("LOST", "lost_words", "make_home_database", "raise_again", "restore_home")

LOST = "replaced:home"
"""The cause of the alert."""
NONE: Mapping[str, Mapping[str, Any]] = MappingProxyType({})


def make_home_database(home: Home, *, now: int, flags: Mapping[str, Mapping[str, Any]] = NONE) -> str | None:
    """Make it where it is not there. What was lost in words, with an alert, where there was one before.

    `flags` are the pause and the e-stop that were in force, for who knows them: they hold again before anything is told.
    """
    if home.state_db.exists():
        return None
    lost = lost_words(home, now) if _was_there(home) else None
    try:
        create_home(home.state_db)
    except Conflict:
        return None  # another process was a moment earlier, and tells it
    raise_again(home, flags)
    if lost is not None:
        tell(home, LOST, lost, now=now)
    return lost


def raise_again(home: Home, flags: Mapping[str, Mapping[str, Any]]) -> None:
    """Let a pause and an e-stop hold that were in force; what is raised stays as it is."""
    if flags:
        with closing(open_home(home.state_db)) as db:
            for name, flag in flags.items():
                by = Actor(name=str(flag["actor"]), origin=Origin.SCHEDULER)
                set_flag(db, name, reason=flag["reason"], by=by, now=flag["at"])


def lost_words(home: Home, now: int) -> str:
    """What a lost database means, and what brings it back."""
    copy = None
    with suppress(OSError):
        copy = newest(listed(folder_of(home, HOME_NAME)), now)
    says = (
        "the home's database (state/moziplus.db) was deleted and has been made anew: pauses, an e-stop, open alerts, requests"
        " and how far the inbox was read are lost"
    )
    if copy is None:
        return f"{says}; there is no copy of it"
    return f"{says}; with no scheduler running, `moziplus restore {HOME_NAME}` brings {copy.path.name} back"


def restore_home(home: Home, source: Path, *, now: int) -> Path:
    """Make the copy `source` the content of the home's database; gives the copy of what it was before.

    For whoever is in charge. Raises UsageError for a copy of something else, and as `examine` does.
    """
    with backing_up(home):
        found = examine(source)
        if found.project:
            raise UsageError(f"{source} is a copy of project {found.project}, not of a home's database")
        with closing(open_home(home.state_db)) as live, closing(open_copy(source, look=True)) as copy:
            safety, _ = keep_copy(live, folder_of(home, HOME_NAME), HOME_NAME, now=now, safety=True)
            copy_into(copy, live)
    return safety.path


def _was_there(home: Home) -> bool:
    """By what a scheduler, a project or a backup has left. A home whose making was interrupted has none of it."""
    if home.in_charge_lock.exists() or any(home.state.glob(f"{home.state_db.name}-*")):
        return True
    return any(any(found) for found in (home.projects.glob("*/blackboard.db"), home.runs.glob("*")))
