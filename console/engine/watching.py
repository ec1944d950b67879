"""Owns since when a scheduler has been able to dispatch: nobody is late for a time in which nobody could start them."""

from __future__ import annotations

from collections.abc import Callable

from console.clock import Clock

__all__ = ("Watching",)

STALLED = 3
"""Intervals between two ticks from which on it did not just look, but slept."""


class Watching:
    """Its start, its wake from a sleep, a step of the clock, the last resume of the home: the latest of these."""

    def __init__(self, clock: Clock, interval: Callable[[], int]) -> None:
        """`interval`: seconds between two ticks."""
        self._clock, self._interval, self._closed = clock, interval, False
        self._since = self._looked_at = clock.now()

    def moved(self) -> None:
        """The time of day jumped."""
        self._since = self._looked_at = self._clock.now()

    def since(self, *, closed: bool) -> int:
        """Epoch ms, at a tick, the home being `closed` by a flag or not."""
        now = self._clock.now()
        slept = not 0 <= now - self._looked_at <= STALLED * 1000 * self._interval()
        if slept or (self._closed and not closed):
            self._since = now
        self._looked_at, self._closed = now, closed
        return self._since
