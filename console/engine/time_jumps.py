"""Owns noticing that the time of day moved by itself: the machine slept, or somebody set its clock; and remembering it.

What was written down before such a jump is then still read rightly, also by the next scheduler. It judges nothing but the
clock: `doubt` says that now is further on than this machine was up, and then nothing old may be removed.
"""

from __future__ import annotations

import json
import logging
from contextlib import closing
from pathlib import Path

import msgspec

from console.agents.identity import boot_id
from console.blackboard.connection import open_home
from console.blackboard.reads.notes import is_acknowledged
from console.clock import Clock
from console.home import Home, write_atomically
from console.records.awake import Awake, Era

__all__ = ("CAUSE", "Timekeeper", "doubted")

SLACK = 2.0
"""Seconds by which both readings of a clock may differ; they are not taken at one instant, and NTP slews."""
KEEP_EVERY = 60.0
"""Seconds between two notes of the present readings, by which the next scheduler knows what happened meanwhile."""
ERAS = 64
"""Eras that are remembered."""
HOUR, DAY = 3_600_000, 86_400_000
UNEXPLAINED, OFF = HOUR, 7 * DAY
"""Milliseconds that now may be further on than the machine was up: within one boot, and with a time switched off between."""
CAUSE = "clock"
"""Of the alert."""

_log = logging.getLogger("moziplus.engine")


class _Readings(msgspec.Struct, frozen=True):
    boot: str
    now: int
    monotonic: float
    continuous: float


class _Kept(msgspec.Struct, frozen=True):
    """The file."""

    last: _Readings
    began: int
    eras: tuple[tuple[int, int, int], ...] = ()
    ahead: int = 0


class Timekeeper:
    """Compares the time of day with the time that has passed, from look to look and from life to life."""

    def __init__(self, file: Path, clock: Clock, *, keep: bool = False) -> None:
        """`file` is where it is remembered; only with `keep` it is written."""
        self._file, self._clock, self._keep = file, clock, keep
        self.behind = False
        """The clock went back since `settle` was called last: what was to be tried at a moment would never come."""
        kept = _read(file)
        here = self._readings()
        self.awake = Awake(began=here.now)
        self.ahead = 0
        """Milliseconds that the time of day was set on, without a sleep or an hour switched off to explain it."""
        self._last, self._noted = here, here.monotonic - KEEP_EVERY
        if kept is not None:
            self.awake = Awake(eras=tuple(Era(*era) for era in kept.eras), began=kept.began)
            self.ahead, self._last = kept.ahead, kept.last
            self._compare(here)
        self.began_behind = self.settle()
        """The clock had gone back when this began."""
        self._note(here)

    def look(self) -> bool:
        """Whether the time of day moved otherwise than time has passed since the last look. Cheap."""
        here = self._readings()
        jumped = self._compare(here)
        if jumped or here.monotonic - self._noted >= KEEP_EVERY:
            self._note(here)
        return jumped

    @property
    def doubt(self) -> str | None:
        """Why what looks old may be young; None where the clock is as it should be."""
        if self.ahead <= 0:
            return None
        days, hours = divmod(round(self.ahead / HOUR), 24)
        by = f"{days} d" if days else f"{hours} h"
        return (
            f"the clock was set on by {by} more than this machine was up or off: nothing old is removed until it is right"
            " again, or until you acknowledge this"
        )

    def trust(self) -> None:
        """The operator says that the time is right."""
        self.ahead = 0
        self._note(self._readings())

    def settle(self) -> bool:
        """Whether the clock went back since this was asked last."""
        behind, self.behind = self.behind, False
        return behind

    def _readings(self) -> _Readings:
        clock = self._clock
        return _Readings(
            boot=boot_id(), now=clock.now(), monotonic=clock.monotonic(), continuous=clock.continuous()
        )  # fmt: skip

    def _compare(self, here: _Readings) -> bool:
        """Take a jump down, where there is one between the last readings and these."""
        last, self._last = self._last, here
        same = last.boot == here.boot and here.monotonic >= last.monotonic
        passed = here.monotonic - last.monotonic if same else here.monotonic
        up = here.continuous - last.continuous if same else here.continuous
        went = here.now - last.now
        slid = went - round(passed * 1000)
        if abs(slid) <= SLACK * 1000:
            return False
        eras = (*self.awake.eras, Era(self.awake.began, last.now, slid))[-ERAS:]
        self.awake = Awake(eras=eras, began=here.now if same else here.now - round(passed * 1000))
        unexplained = went - round(up * 1000)
        self._doubt(unexplained, UNEXPLAINED if same else OFF)
        self.behind = self.behind or slid < 0
        if self._keep:  # who only asks says nothing
            _log.warning("the time of day moved by %d s while %d s passed", round(went / 1000), round(passed))
        return True

    def _doubt(self, unexplained: int, most: int) -> None:
        """A clock that is set back by as much as it was set on is right again."""
        if unexplained > most or unexplained < -SLACK * 1000:
            self.ahead += unexplained
        if abs(self.ahead) <= UNEXPLAINED:
            self.ahead = 0

    def _note(self, here: _Readings) -> None:
        self._noted = here.monotonic
        if not self._keep:
            return
        eras = tuple((era.began, era.ended, era.slid) for era in self.awake.eras)
        kept = _Kept(last=here, began=self.awake.began, eras=eras, ahead=self.ahead)
        try:
            write_atomically(self._file, json.dumps(msgspec.to_builtins(kept)) + "\n")
        except OSError as error:
            _log.info("the readings of the clock could not be kept: %s", error)


def doubted(home: Home, clock: Clock) -> str | None:
    """Why what looks old in `home` may be young, as far as the operator has not said that the time is right."""
    doubt = Timekeeper(home.clock_file, clock).doubt
    if doubt is None:
        return None
    with closing(open_home(home.state_db, read_only=True)) as db:
        return None if is_acknowledged(db, CAUSE) else doubt


def _read(file: Path) -> _Kept | None:
    try:
        return msgspec.json.decode(file.read_bytes(), type=_Kept)
    except (OSError, msgspec.MsgspecError):
        return None
