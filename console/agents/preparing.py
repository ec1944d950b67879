"""Owns the knowledge of which sessions' places are being made just now, and the giving up of that.

Such a session has no process of its own yet; nobody but this scheduler can say whether it goes on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ("Preparing",)


class Preparing:
    """The sessions between their claim and their runner, for one life of the scheduler."""

    def __init__(self) -> None:
        self._over: dict[str, asyncio.Event] = {}
        self._given_up: set[str] = set()
        self._ended = False

    def __contains__(self, session: str) -> bool:
        return session in self._over

    @contextmanager
    def of(self, session: str) -> Iterator[None]:
        """Its place is being made while this lasts."""
        over = self._over[session] = asyncio.Event()
        try:
            yield
        finally:
            del self._over[session]
            self._given_up.discard(session)
            over.set()

    def is_given_up(self, session: str) -> bool:
        """Whether its making is to stop."""
        return self._ended or session in self._given_up

    async def give_up(self, session: str) -> None:
        """Let its making stop, and wait until it has; nothing where it is not being made."""
        if (over := self._over.get(session)) is not None:
            self._given_up.add(session)
            await over.wait()

    def end(self) -> None:
        """Give up all of them, and whatever comes."""
        self._ended = True
