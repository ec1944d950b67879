"""Owns what needs the operator now, in a home and all its projects, whoever is in charge. It answers nothing."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import partial

from console.blackboard.connection import Database
from console.blackboard.reads.needs import needs as waiting
from console.commands.snoozes import snoozes
from console.engine.home_now import needs_now
from console.home import Home
from console.records.need import Need, in_order
from console.records.snooze import asleep
from console.settings.load import settings_as_far_as_right
from console.showing.everywhere import LeftOut, in_every_project, of_the_home

__all__ = ("awake", "needs_everywhere")

Every = Callable[[Callable[[str, Database], list[Need]]], list[Need]]


def needs_everywhere(
    home: Home, now: int, left_out: LeftOut, environ: Mapping[str, str] = os.environ, of: Every | None = None
) -> list[Need]:
    """All of it in the order in which it is best settled; `of` reads the projects, where only one of them is asked for."""
    found: list[Need] = []
    if of is None:
        settings, problems = settings_as_far_as_right(home, environ)
        found = [*needs_now(home, settings, problems, now), *of_the_home(home, lambda db: _of("", db), left_out)]
    every = of or partial(in_every_project, home, left_out=left_out)
    return sorted([*found, *every(_of)], key=in_order)


def awake(home: Home, found: list[Need], now: int) -> tuple[list[Need], list[Need]]:
    """What is to be seen now, and what was put off."""
    kept = snoozes(home, now)
    put_off = [need for need in found if asleep(need, kept, now) is not None]
    return [need for need in found if need not in put_off], put_off


def _of(project: str, db: Database) -> list[Need]:
    return [*waiting(db, project)]
