"""Owns the scheduler inside this process: starting it behind the first paint, and what becomes of it when the console ends.

It shares nothing with the screens but files; whether it is in charge is for the operator to know and for the end.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from enum import StrEnum
from typing import Protocol

__all__ = ("Charge", "Ending", "Scheduling")

_log = logging.getLogger("moziplus.console")


class Scheduling(Protocol):
    """What the console needs of an embedded scheduler; `console.engine.host.EmbeddedScheduler` is one."""

    @property
    def in_charge(self) -> bool:
        """Whether it is in charge of the home now."""
        ...

    def start(self) -> None:
        """Begin, in a thread of its own."""
        ...

    def stop(self) -> bool:
        """Let go of the home and end. Agents go on."""
        ...


class Ending(StrEnum):
    """What becomes of scheduling when the console ends."""

    HAND_OVER = "hand_over"
    STOP = "stop"


class Charge:
    """An embedded scheduler that is made and started in the background, and ended once."""

    def __init__(
        self,
        make: Callable[[], Scheduling],
        hand_over: Callable[[], object],
        *,
        waits: Callable[[], bool] = lambda: False,
        followed: Callable[[], bool] = lambda: False,
    ) -> None:
        """`waits`: whether somebody stands in the wings. `followed`: whether, after this one let go, somebody took over."""
        self._make, self._hand_over, self._followed = make, hand_over, followed
        self.somebody_waits = waits
        self._scheduler: Scheduling | None = None
        self._starter = threading.Thread(target=self._start, name="moziplus-start", daemon=True)
        self._begun = self._over = False
        self._ending = threading.Lock()
        self.problem = ""

    @property
    def in_charge(self) -> bool:
        """Whether this process schedules the home now."""
        return self._scheduler is not None and self._scheduler.in_charge

    def start(self) -> None:
        """Import and start the engine without holding up the screen."""
        self._begun = True
        self._starter.start()

    def end(self, how: Ending) -> None:
        """Stop scheduling here; where it was in charge and is to be handed over, another scheduler waits already: one that
        stood in the wings anyway, else a detached one that is started for it.

        Once: who comes second waits for the first.
        """
        with self._ending:
            if self._begun and not self._over:
                self._over = True
                self._end(how)

    def _end(self, how: Ending) -> None:
        self._starter.join(10)
        if self._scheduler is None:
            return
        handing_over = how == Ending.HAND_OVER and self._scheduler.in_charge
        waited = handing_over and self.somebody_waits()
        if handing_over and not waited:
            self._start_another()
        self._scheduler.stop()
        if waited and not self._followed():
            self._start_another()

    def _start_another(self) -> None:
        try:
            self._hand_over()
        except Exception:
            _log.exception("no scheduler could be started to hand over to")

    def _start(self) -> None:
        try:
            scheduler = self._make()
            scheduler.start()
            self._scheduler = scheduler
        except Exception as error:
            self.problem = str(error)
            _log.exception("the scheduler could not be started in the console")
