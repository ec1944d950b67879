"""Owns the alerts that are open now, in a home and all its projects, worst first. It ends and acknowledges none."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import partial

from console.api.alert import Alert
from console.blackboard.connection import Database
from console.blackboard.reads.needs import open_alerts_now
from console.engine.home_now import trouble_now
from console.home import Home
from console.records.alert import Level
from console.settings.load import settings_as_far_as_right
from console.showing.everywhere import LeftOut, in_every_project, of_the_home

__all__ = ("alerts_everywhere", "worst_first")

Every = Callable[[Callable[[str, Database], list[Alert]]], list[Alert]]
_ORDER = {level: place for place, level in enumerate((Level.URGENT, Level.ATTENTION, Level.ROUTINE, Level.OPTIONAL))}


def alerts_everywhere(
    home: Home, now: int, left_out: LeftOut, environ: Mapping[str, str] = os.environ, of: Every | None = None
) -> list[Alert]:
    """All of them; `of` reads the projects, where only one of them is asked for."""
    found: list[Alert] = []
    if of is None:
        settings, problems = settings_as_far_as_right(home, environ)
        found = [Alert.of(None, entry) for entry in trouble_now(home, settings, problems, now)]
        found += of_the_home(home, lambda db: _of(None, db), left_out)
    every = of or partial(in_every_project, home, left_out=left_out)
    return worst_first([*found, *every(_of)])


def worst_first(found: list[Alert]) -> list[Alert]:
    """By level, the oldest first."""
    return sorted(found, key=lambda alert: (_ORDER[alert.level], alert.at or ""))


def _of(project: str | None, db: Database) -> list[Alert]:
    return [Alert.of(project, entry) for entry in open_alerts_now(db, project or "")]
