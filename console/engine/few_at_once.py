"""Owns beginning things a few at a time: many threads spend more time on taking turns than on their work.

Waits for nobody who is late: what has not answered in a moment goes on beside the others.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import TypeVar

__all__ = ("few_at_once",)

T = TypeVar("T")

AT_ONCE, MOMENT = 3, 0.02
"""Things that are under way at once, and seconds after which one that has not answered no longer counts among them."""


async def few_at_once(begin: Callable[[T], asyncio.Task[None]], things: Iterable[T]) -> set[asyncio.Task[None]]:
    """Begin each of them, the first ones first; gives those that are late."""
    late: set[asyncio.Task[None]] = set()
    under_way: set[asyncio.Task[None]] = set()
    waiting = list(reversed(list(things)))
    while waiting or under_way:
        while waiting and len(under_way) < AT_ONCE:
            under_way.add(begin(waiting.pop()))
        done, under_way = await asyncio.wait(under_way, timeout=MOMENT, return_when=asyncio.FIRST_COMPLETED)
        if not done:
            late, under_way = late | under_way, set()
    return late
