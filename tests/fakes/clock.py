"""Owns a clock that stands still until a test moves it: both readings are one time."""

from __future__ import annotations


class VirtualClock:
    """Starts at `start` (epoch ms); never moves by itself and never goes back."""

    def __init__(self, start: int) -> None:
        self._now = self._start = start

    def now(self) -> int:
        """UTC epoch milliseconds."""
        return self._now

    def monotonic(self) -> float:
        """Seconds since the start."""
        return (self._now - self._start) / 1000

    def move_to(self, moment: int) -> None:
        """It is `moment` now (epoch ms)."""
        assert moment >= self._now, "time never goes back"
        self._now = moment
