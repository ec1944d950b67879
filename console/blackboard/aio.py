"""Owns the async door: a connection on a thread of its own, to which whole commands are handed, one hop each."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

import aiosqlite

from console.blackboard.below import Below
from console.blackboard.connection import Database

__all__ = ("AsyncDatabase",)

P = ParamSpec("P")
T = TypeVar("T")


class AsyncDatabase(aiosqlite.Connection):
    """aiosqlite's connection whose thread never keeps the process alive, with `call` for whole commands.

    A cancelled `call` may still have committed: commands that matter carry a key or are idempotent.
    """

    def __init__(self, opener: Callable[[], Database]) -> None:
        super().__init__(opener, iter_chunk_size=256)
        self._thread.daemon = True

    @classmethod
    async def open(cls, opener: Callable[[], Database]) -> AsyncDatabase:
        """Run `opener` on the new thread; raises what it raises, and no thread is left then."""
        door = cls(opener)
        try:
            await door
        except BaseException:
            # Its last word goes to this loop; without the wait it could find the loop closed.
            await asyncio.shield(asyncio.to_thread(door._thread.join, 5.0))
            raise
        return door

    async def call(self, command: Callable[Concatenate[Database, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `command(database, …)` on the connection's thread and give its result."""
        result = await self._execute(  # type: ignore[no-untyped-call]
            command, cast(Any, self._conn), *args, **kwargs
        )
        return cast(T, result)

    def below(self) -> Below:
        """Whether the database's files are still those that were opened; asked here and now, of the file system alone."""
        return Below.NOTHING if self._connection is None else cast(Database, self._connection).below()

    async def close(self) -> None:
        """Close the connection and its thread; safe to call twice."""
        if self._connection is not None:
            await asyncio.shield(super().close())
