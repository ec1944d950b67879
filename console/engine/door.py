"""Owns the scheduler's connection to one blackboard: opened when it is wanted, closed to make room for others.

It notices where the files under it are no longer those that were opened, and reads nothing of what is in them.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from console.blackboard.aio import AsyncDatabase
from console.blackboard.backup import sound
from console.blackboard.below import Below, Files, files_of
from console.blackboard.changes import data_version
from console.blackboard.connection import Database, open_project
from console.blackboard.migrate import Copied
from console.clock import Clock
from console.errors import DatabaseSetAside

__all__ = ("Door",)

LEFT_FOR = 60.0
"""Seconds after which a blackboard whose connection was closed to make room is read again, whatever its files say."""
BUSY_MS = 2000
"""A scheduler waits less for a lock than a command does: it comes again."""


class Door:
    """The way to one blackboard."""

    def __init__(self, folder: Path, clock: Clock, keep: Copied | None) -> None:
        """`keep` makes a copy of an older blackboard before it is brought up to date; None: this one is not in charge,
        and only reads."""
        self.used_at = 0.0
        """Monotonic seconds when it was last wanted."""
        self._folder, self._path = folder, folder / "blackboard.db"
        self._clock, self._keep = clock, keep
        self._open: AsyncDatabase | None = None
        self._left: Files | None = None
        """The files as they were when the connection was closed to make room."""
        self._doubted, self._turn = False, asyncio.Lock()
        self.newer = 0
        """The schema, where it is one of a newer moziplus which this one may still use."""

    @property
    def is_open(self) -> bool:
        """It holds a connection."""
        return self._open is not None

    @property
    def now(self) -> AsyncDatabase | None:
        """The connection, where there is one."""
        return self._open

    def left_as_it_was(self) -> bool:
        """Closed to make room, and nothing was written since, as far as the files say."""
        late = self._clock.monotonic() - self.used_at > LEFT_FOR
        return self._open is None and self._left is not None and not late and files_of(self._path) == self._left

    def changed_below(self) -> bool:
        """Whether other files lie there than those that are open."""
        return self._open is not None and self._open.below() != Below.NOTHING

    async def open(self) -> AsyncDatabase:
        """The connection, opened now where there is none. Raises as `open_project` does."""
        self.used_at = self._clock.monotonic()
        if self._open is None or self._turn.locked():
            async with self._turn:
                if self._open is None:
                    self._left = None
                    self._open = await AsyncDatabase.open(self._opened)
        return self._open

    async def notice(self) -> str | None:
        """Close it where it no longer leads to what lies there; what happened, where another file may lie there now."""
        below = Below.NOTHING if self._open is None else self._open.below()
        if below == Below.NOTHING:
            return None
        await self.close()
        self._doubted = True
        if below == Below.WRITTEN:
            return None
        return f"{self._folder.name}: its blackboard was {below} while it was open; what lies there now was opened"

    async def rest(self, version: int | None) -> bool:
        """Close it to make room. False where somebody committed since `version`, or that cannot be said any more."""
        async with self._turn:
            door, left = self._open, files_of(self._path)
            if door is None:
                return True  # somebody else has just done it
            same = version is not None and door.below() == Below.NOTHING and await door.call(data_version) == version
            self._open = None
            await door.close()
            after = files_of(self._path)
            left = after if after.log is None else left  # whoever leaves last moves the log into the file
            self._left = left if same else None
            return same

    async def close(self) -> None:
        """Let go of the database and its gate; the next use opens them again."""
        async with self._turn:
            door, self._open, self._left = self._open, None, None
            if door is not None:
                await door.close()

    def _opened(self) -> Database:
        """On the connection's own thread. A file that was written into is read as a whole once: pages may be damaged."""
        db = open_project(self._folder, read_only=self._keep is None, busy_ms=BUSY_MS, in_charge=self._keep)
        if self._doubted and not sound(db):
            db.close()
            name = self._folder.name
            raise DatabaseSetAside(
                f"{name}/blackboard.db is corrupt; restore a backup with `moziplus restore {name}`", cause="corrupt"
            )
        self._doubted, self.newer = False, db.newer
        return db
