"""Owns the home's database as the scheduler holds it: flags, requests, alerts of no project, and its own status row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from console.blackboard.aio import AsyncDatabase
from console.blackboard.changes import data_version
from console.blackboard.connection import Database, create_home, open_home
from console.blackboard.reads.home import flags, open_requests
from console.blackboard.reads.notes import told_causes
from console.blackboard.upkeep import checkpoint, outgrown
from console.errors import Conflict
from console.home import Home
from console.records.request import Request

__all__ = ("HomeWatch", "open_home_database")

P = ParamSpec("P")
T = TypeVar("T")


def open_home_database(home: Home, *, read_only: bool = False) -> Database:
    """The home's database, made on first use. Raises what opening raises."""
    _make(home.state_db)
    return open_home(home.state_db, read_only=read_only)


def _make(path: Path) -> None:
    if not path.exists():
        try:
            create_home(path)
        except Conflict:
            return  # somebody else has just made it


@dataclass(frozen=True, slots=True)
class _Read:
    version: int
    flags: dict[str, dict[str, Any]]
    requests: tuple[Request, ...]
    alerts: dict[str, str]


class HomeWatch:
    """What the home's database said last."""

    def __init__(self, door: AsyncDatabase, path: Path) -> None:
        self._door = door
        self._path = path
        self._read: _Read | None = None
        self._dirty = True

    @classmethod
    async def open(cls, home: Home) -> HomeWatch:
        """Open it, make it first where it is not there, and look once."""
        watch = cls(await AsyncDatabase.open(lambda: open_home_database(home)), home.state_db)
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

    async def look(self) -> None:
        """Read anew where something changed."""
        version = None if self._read is None or self._dirty else self._read.version
        self._dirty = False
        try:
            self._read = await self._door.call(_look, version) or self._read
        except BaseException:
            self._dirty = True
            raise

    async def changed(self) -> bool:
        """Whether somebody committed since the last look; cheap."""
        return self._read is None or self._dirty or await self._door.call(data_version) != self._read.version

    async def call(self, command: Callable[Concatenate[Database, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a command on the home's database. What was read counts as old from now on."""
        try:
            return await self._door.call(command, *args, **kwargs)
        finally:
            self._dirty = True

    async def publish(self, command: Callable[Concatenate[Database, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a command that changes nothing which is read here."""
        return await self._door.call(command, *args, **kwargs)

    async def shrink(self) -> None:
        """Write the log back where it has grown: nobody else does while this scheduler holds the database."""
        if outgrown(self._path):
            await self._door.call(checkpoint)

    async def close(self) -> None:
        """Let go of it."""
        await self._door.close()


def _look(db: Database, version: int | None) -> _Read | None:
    found = data_version(db)
    if found == version:
        return None
    return _Read(found, flags(db), open_requests(db), told_causes(db))
