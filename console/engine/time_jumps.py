"""Owns noticing that the time of day moved by itself: the machine slept, or somebody set its clock.

A wait counts seconds that pass while the machine is awake, so without this a moment that came in its sleep would be met
a tick late.
"""

from __future__ import annotations

from console.clock import Clock

__all__ = ("TimeJumps",)

SLACK = 2.0
"""Seconds by which both readings of a clock may differ; they are not taken at one instant, and NTP slews."""


class TimeJumps:
    """Compares the time of day with the time that has passed."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last = clock.now(), clock.monotonic()

    def jumped(self) -> bool:
        """Whether the time of day moved otherwise than time has passed since the last call."""
        (day, passed), self._last = self._last, (self._clock.now(), self._clock.monotonic())
        return abs((self._last[0] - day) / 1000 - (self._last[1] - passed)) > SLACK
