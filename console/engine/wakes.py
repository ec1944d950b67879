"""Owns the causes for which the scheduler looks: told to it, collected, and handed over in one go.

It only collects; what a cause means is not known here.
"""

from __future__ import annotations

import asyncio

__all__ = ("Wakes",)

REST = 0.03
"""Seconds between two looks, so that a burst of causes is one of them."""


class Wakes:
    """A set of causes on one event loop."""

    def __init__(self, *, rest: float = REST) -> None:
        """`rest`: seconds between the first cause and the handing over."""
        self._rest = rest
        self._loop = asyncio.get_running_loop()
        self._event = asyncio.Event()
        self._causes: set[str] = set()

    def tell(self, cause: str) -> None:
        """Something happened; from the loop's own thread."""
        self._causes.add(cause)
        self._event.set()

    def tell_from_thread(self, cause: str) -> None:
        """The same from any thread, also when the loop has ended."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self.tell, cause)

    async def wait(self, seconds: float) -> frozenset[str]:
        """The causes told since the last call: at once if there are some, else after at most `seconds`, then empty."""
        try:
            async with asyncio.timeout(max(seconds, 0)):
                await self._event.wait()
        except TimeoutError:
            pass
        else:
            await asyncio.sleep(self._rest)
        causes = frozenset(self._causes)
        self._causes.clear()
        self._event.clear()
        return causes
