"""Owns the question whether the home still lies where this life of the scheduler found it, by its mark and lock.

It makes nothing and writes nothing: a disk may be away for a moment, and another home may lie in its place.
"""

from __future__ import annotations

import json
from enum import StrEnum

from console.engine.in_charge import InCharge
from console.engine.stamps import stamp_of
from console.home import Home

__all__ = ("HomeHere", "Where", "home_id")


class Where(StrEnum):
    """How the home stands; the text says it to people."""

    HERE = "here"
    AWAY = "away (unmounted, renamed or removed); nothing is started until it is back"
    ANOTHER = "another one than before; nothing is done in it. End this scheduler, or put the old home back"
    NEW_LOCK = "here again, but the lock of whoever is in charge is another file; it is taken anew"


class HomeHere:
    """Looks; cheap enough for every tick."""

    def __init__(self, home: Home, held: InCharge) -> None:
        self._home, self._held = home, held
        self._id, self._stamp = home_id(home), stamp_of(home.home_mark)

    def look(self) -> Where:
        """Where the home is now."""
        stamp = stamp_of(self._home.home_mark)
        if stamp is None:
            return Where.AWAY
        if stamp != self._stamp:
            found = home_id(self._home)
            if found != self._id:
                return Where.AWAY if found is None else Where.ANOTHER
            self._stamp = stamp
        return Where.HERE if self._held.is_in_place(self._home) else Where.NEW_LOCK


def home_id(home: Home) -> str | None:
    """What its mark says which home it is; None where it cannot be read."""
    try:
        found = json.loads(home.home_mark.read_text("utf-8"))
        return str(found["id"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
