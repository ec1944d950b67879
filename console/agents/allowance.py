"""Owns how long an agent may still run: its limit, and on top of that what it had to wait for an answer.

Asks the blackboard only when the limit is over otherwise; one that is away for a moment ends nobody.
"""

from __future__ import annotations

from pathlib import Path

from console.agents.handing_over import asks_by_command, seconds_for_note
from console.agents.spec import StartSpec
from console.backends import traits_of
from console.blackboard.connection import open_project
from console.blackboard.reads.asks import waited
from console.clock import Clock
from console.errors import MoziError

__all__ = ("Allowance",)

AGAIN = 1.0
"""Seconds between two looks while it waits."""
AWAY = 60.0
"""Seconds that it may go on where the blackboard cannot be read."""


class Allowance:
    """Of one session, from its first start on; a run that only writes a note has less, and the next one the rest."""

    def __init__(self, spec: StartSpec, clock: Clock) -> None:
        self._spec = spec
        self._clock = clock
        self._limit = 0.0
        self._began: float | None = None
        self._asks = traits_of(spec.backend).asks
        self._waited = 0.0
        self._look_at = 0.0

    def begin(self, spec: StartSpec) -> None:
        """Its agent is started, as `spec` says; where that is not for the first time, with what is left of its time."""
        self._limit = seconds_for_note(spec) if asks_by_command(spec) else spec.task_timeout
        if self._began is None:
            self._began = self._clock.monotonic()

    def is_over(self) -> bool:
        """Whether it has had its time."""
        assert self._began is not None, "it has not begun"
        passed, limit = self._clock.monotonic() - self._began, self._limit
        if passed <= limit + self._waited:
            return False
        if not self._asks:
            return True
        if passed < self._look_at:
            return False
        self._look_at = passed + AGAIN
        try:
            self._waited = self._read()
        except MoziError:
            return passed > limit + self._waited + AWAY
        return passed > limit + self._waited

    def _read(self) -> float:
        db = open_project(Path(self._spec.project_folder), read_only=True)
        try:
            return waited(db, self._spec.session, self._clock.now()) / 1000
        finally:
            db.close()
