"""Owns the clocks that a test turns: one that stands still until it is moved, one that goes on from wherever it was set."""

from __future__ import annotations

from console.clock import SystemClock

__all__ = ("TurnedClock", "VirtualClock")


class VirtualClock:
    """Starts at `start` (epoch ms); never moves by itself and never goes back. Both readings are one time."""

    def __init__(self, start: int) -> None:
        self._now = self._start = start

    def now(self) -> int:
        """UTC epoch milliseconds."""
        return self._now

    def monotonic(self) -> float:
        """Seconds since the start."""
        return (self._now - self._start) / 1000

    def continuous(self) -> float:
        """It never sleeps."""
        return self.monotonic()

    def move_to(self, moment: int) -> None:
        """It is `moment` now (epoch ms)."""
        assert moment >= self._now, "time never goes back"
        self._now = moment


class TurnedClock(SystemClock):
    """The machine's clock, set to another time; `monotonic` is the machine's own."""

    def __init__(self, now: int) -> None:
        self._ahead = now - super().now()

    def now(self) -> int:
        """UTC epoch milliseconds as set."""
        return super().now() + self._ahead

    def turn(self, now: int) -> None:
        """It is `now` from now on."""
        self._ahead += now - self.now()
