"""A clock whose `now` can be turned while it runs; its own tests are those of whoever turns it.

It goes at the machine's pace from wherever it was set; `monotonic` is the machine's own.
"""

from __future__ import annotations

from console.clock import SystemClock

__all__ = ("TurnedClock",)


class TurnedClock(SystemClock):
    """The machine's clock, set to another time."""

    def __init__(self, now: int) -> None:
        self._ahead = now - super().now()

    def now(self) -> int:
        """UTC epoch milliseconds as set."""
        return super().now() + self._ahead

    def turn(self, now: int) -> None:
        """It is `now` from now on."""
        self._ahead += now - self.now()
