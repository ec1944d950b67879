"""Owns the alerts of keeping house: raised and ended in the home's own database, one for each cause."""

from __future__ import annotations

import logging
from contextlib import closing

from console.blackboard.connection import open_home
from console.blackboard.reads.notes import open_causes
from console.blackboard.writes.notes import end_alert, observe
from console.errors import MoziError
from console.home import Home
from console.records.actor import SCHEDULER

__all__ = ("end_all_but", "tell")

_log = logging.getLogger("moziplus.keeping")


def tell(home: Home, cause: str, problem: str | None, *, now: int) -> None:
    """Raise the alert of `cause` with `problem`, or end it where there is none. Never fails: it then only logs."""
    try:
        with closing(open_home(home.state_db)) as db:
            if problem is None:
                end_alert(db, cause, now=now)
            else:
                observe(db, problem, cause=cause, by=SCHEDULER, now=now)
    except MoziError as error:
        _log.warning("the alert %s (%s) could not be kept: %s", cause, problem, error)


def end_all_but(home: Home, kinds: tuple[str, ...], names: set[str], *, now: int) -> None:
    """End the alerts `<kind>:<name>` of things that are no longer there. Never fails, as `tell`."""
    try:
        with closing(open_home(home.state_db)) as db:
            for cause in sorted(open_causes(db)):
                kind, _, name = cause.partition(":")
                if kind in kinds and name not in names:
                    end_alert(db, cause, now=now)
    except MoziError as error:
        _log.warning("alerts could not be ended: %s", error)
