"""Owns that a page of a task is read anew only where something of that task was told since: the world goes on all the time."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from console.app.errands import Errands

if TYPE_CHECKING:
    from console.blackboard.connection import Database
    from console.blackboard.reads.told import Stamp

__all__ = ("Anew",)


class Anew:
    """What was read last, and how far its task was told then."""

    def __init__(self, errands: Errands) -> None:
        self._errands = errands
        self._key: object = None
        self._stamp: Stamp | None = None
        self._page: Any = None

    def fetch(
        self,
        project: str,
        task: Callable[[Database], int],
        key: object,
        read: Callable[[Database], Any],
        then: Callable[[Any], object],
    ) -> None:
        """`then` with what `read` gives, or with what it gave the last time for this `key` where the task stands as it did."""
        from console.blackboard.reads.told import told_of

        known = self._stamp if key == self._key else None

        def look(db: Database) -> tuple[Stamp, Any]:
            stamp = told_of(db, task(db))  # first: what is told while it is read is read once more
            return stamp, None if stamp == known else read(db)

        def looked(found: tuple[Stamp, Any]) -> None:
            stamp, page = found
            if page is not None:
                self._key, self._stamp, self._page = key, stamp, page
            if key == self._key:
                then(self._page)

        self._errands.fetch(project, look, looked)
