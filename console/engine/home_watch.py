"""Owns the home's database as the scheduler holds it: flags, requests, alerts of no project, and its own status row."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Concatenate, ParamSpec, TypeVar

from console.blackboard.aio import AsyncDatabase
from console.blackboard.backup import sound
from console.blackboard.below import Below
from console.blackboard.changes import data_version
from console.blackboard.connection import Database, open_home
from console.blackboard.migrate import Copied
from console.blackboard.reads.home import away, flags, open_requests
from console.blackboard.reads.notes import told_causes
from console.blackboard.upkeep import checkpoint, outgrown
from console.clock import SystemClock
from console.errors import DatabaseSetAside
from console.home import Home
from console.keeping.home_database import LOST, make_home_database, raise_again
from console.records.fitness import Away, UnfitWhy
from console.records.request import Request

__all__ = ("HomeWatch", "open_home_database")

P = ParamSpec("P")
T = TypeVar("T")


WORDS = {
    Below.GONE: "the home's database was deleted and has been made anew: open alerts and requests of the home are lost",
    Below.REPLACED: "the home's database was replaced by another file; what that one says holds now",
    Below.SHRUNK: "the home's database was cut short; it was opened anew, see `moziplus doctor`",
}


def open_home_database(
    home: Home,
    *,
    read_only: bool = False,
    in_charge: Copied | None = None,
) -> Database:
    """The home's database, made on first use; one that was there before is told as lost. Raises what opening raises."""
    make_home_database(home, now=SystemClock().now())
    return open_home(home.state_db, read_only=read_only, in_charge=in_charge)


def _reopened(home: Home, flags: dict[str, dict[str, Any]], in_charge: Copied | None) -> Database:
    """What lies there now; with `flags` where it was made anew, by us or a moment earlier: nobody starts what was stopped."""
    if in_charge is None:
        return open_home(home.state_db, read_only=True)
    made = make_home_database(home, now=SystemClock().now(), flags=flags) is not None
    db = open_home(home.state_db, in_charge=in_charge)
    if not sound(db):
        db.close()
        raise DatabaseSetAside("state/moziplus.db is corrupt; see `moziplus doctor`", cause="corrupt")
    if not made and LOST in told_causes(db):  # a command was a moment earlier, which knows of no pause
        raise_again(home, flags)  # what we made ourselves has them, and the operator may have resumed since
    return db


@dataclass(frozen=True, slots=True)
class _Read:
    version: int
    flags: dict[str, dict[str, Any]]
    requests: tuple[Request, ...]
    alerts: dict[str, str]
    away: dict[str, Away]


class HomeWatch:
    """What the home's database said last."""

    def __init__(self, door: AsyncDatabase, home: Home, in_charge: Copied | None) -> None:
        self._door = door
        self._home, self._path = home, home.state_db
        self._in_charge, self._opening = in_charge, asyncio.Lock()
        self._lost: Below | None = None
        """What happened to its files, while it could not be opened again."""
        self.changed_below: str | None = None
        """What the operator should hear of that."""
        self._read: _Read | None = None
        self._dirty = True

    @classmethod
    async def open(cls, home: Home, *, in_charge: Copied | None = None) -> HomeWatch:
        """Open it, make it first where it is not there, and look once; only to be read where nobody is `in_charge`."""

        def opened() -> Database:
            return open_home_database(home, read_only=in_charge is None, in_charge=in_charge)

        watch = cls(await AsyncDatabase.open(opened), home, in_charge)
        await watch.look()
        return watch

    @property
    def flags(self) -> dict[str, dict[str, Any]]:
        """The flags that are up."""
        return {} if self._read is None else self._read.flags

    @property
    def requests(self) -> tuple[Request, ...]:
        """What is asked and not answered."""
        return () if self._read is None else self._read.requests

    @property
    def alerts(self) -> dict[str, str]:
        """The home's own open alerts: cause → what it says."""
        return {} if self._read is None else self._read.alerts

    @property
    def away(self) -> dict[str, Away]:
        """Agents whose provider refuses them, by id."""
        return {} if self._read is None else self._read.away

    @property
    def signed_out(self) -> dict[str, str]:
        """Those that could not sign in, by id, with what they said."""
        return {a.agent: a.said for a in self.away.values() if a.why is UnfitWhy.SIGNED_OUT}

    async def look(self) -> None:
        """Read anew where something changed."""
        await self._same_door()
        version = None if self._read is None or self._dirty else self._read.version
        self._dirty = False
        try:
            self._read = await self._door.call(_look, version) or self._read
        except BaseException:
            self._dirty = True
            raise

    async def changed(self) -> bool:
        """Whether somebody committed since the last look; cheap."""
        return (
            self._read is None
            or self._dirty
            or self._lost is not None
            or self._door.below() != Below.NOTHING
            or await self._door.call(data_version) != self._read.version
        )

    async def call(self, command: Callable[Concatenate[Database, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a command on the home's database. What was read counts as old from now on."""
        await self._same_door()
        try:
            return await self._door.call(command, *args, **kwargs)
        finally:
            self._dirty = True

    async def publish(self, command: Callable[Concatenate[Database, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a command that changes nothing which is read here."""
        await self._same_door()
        return await self._door.call(command, *args, **kwargs)

    async def shrink(self) -> None:
        """Write the log back where it has grown: nobody else does while this scheduler holds the database."""
        if outgrown(self._path):
            await self._door.call(checkpoint)

    async def close(self) -> None:
        """Let go of it."""
        await self._door.close()

    async def _same_door(self) -> None:
        """Where the files under the connection are no longer those that were opened, open what lies there now.

        A database that was deleted is made anew, with the pause and the e-stop that were in force.
        """
        async with self._opening:
            if self._lost is None:
                if (below := self._door.below()) == Below.NOTHING:
                    return
                self._lost = below
                await self._door.close()
            flags, in_charge = self.flags, self._in_charge
            self._door = await AsyncDatabase.open(lambda: _reopened(self._home, flags, in_charge))
            self.changed_below = WORDS.get(self._lost, self.changed_below)
            self._lost, self._dirty = None, True


def _look(db: Database, version: int | None) -> _Read | None:
    found = data_version(db)
    if found == version:
        return None
    return _Read(found, flags(db), open_requests(db), told_causes(db), away(db))
