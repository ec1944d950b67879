"""Owns how moments of the time of day are read where that time jumped: the machine slept, or somebody set its clock.

Pure. A moment that was stored before a jump is moved by it, so that what lies between it and now is time that passed while
the machine was awake, whatever its clock said.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ("Awake", "Era")

DAY = 86_400_000
"""Milliseconds for which an era is taken to have gone on unseen."""
SET = 7 * DAY
"""Milliseconds; a shorter jump may be a sleep, or is too short to make anything old."""


@dataclass(frozen=True, slots=True)
class Era:
    """A stretch of time, before the present one, in which the time of day went on as time passed."""

    began: int
    """Epoch ms as its own clock said."""
    ended: int
    """The same: the last that was seen of it."""
    slid: int
    """Milliseconds that the time of day moved by itself between its end and the next beginning; may be negative."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Awake:
    """What is known of jumps of the time of day."""

    eras: tuple[Era, ...] = ()
    """The oldest first."""
    began: int = 0
    """Epoch ms when the present one began, by its own clock."""

    def moment(self, stored: int, now: int) -> int:
        """Where a moment that has passed lies in the present era's time: never after `now`.

        One that no clock of ours can have told counts from the beginning of the present era.
        """
        if self.began <= stored <= now or (not self.eras and stored <= now):
            return stored
        era = self._era(stored)
        if era is None:
            return min(self.began, now)
        return min(stored + sum(later.slid for later in self.eras[era:]), now)

    def until(self, end: int, told: int, now: int) -> int:
        """The end of a wait that began, or was renewed, at `told`: later by what the clock moved since."""
        moved = end + self.moment(told, now) - told
        if self.eras and self.eras[-1].ended < end < self.began:  # told before the jump, whatever was said after it
            moved = max(moved, end + self.eras[-1].slid)
        return moved

    def age(self, stored: int, now: int) -> int:
        """Milliseconds from a moment that has passed to now, whether the machine slept or not.

        One that was told after the clock had been set back, as to 1970, is as much younger.
        """
        era = None if self.began <= stored <= now else self._era(stored)
        slid = 0 if era is None else sum(before.slid for before in self.eras[:era] if abs(before.slid) >= SET)
        return max(now - stored + min(slid, 0), 0)

    def _era(self, stored: int) -> int | None:
        """The era whose clock told a moment: the newest that has it, else the one that it lies closest after.

        A scheduler that was away did not see an era to its end.
        """
        for n in reversed(range(len(self.eras))):
            if self.eras[n].began <= stored <= self.eras[n].ended:
                return n
        unseen = any(era.ended < stored <= era.ended + DAY for era in self.eras)
        if self.eras and stored < self.eras[0].began and not unseen:
            return 0
        before = [
            n for n, era in enumerate(self.eras) if era.ended < stored <= max(era.ended + era.slid, era.ended + DAY)
        ]
        return max(before, key=lambda n: self.eras[n].ended, default=None)
