"""Owns the check of the locks of agents at work against the rows of the blackboards. It stops nothing."""

from __future__ import annotations

from collections.abc import Iterator

from console.cli.doctor.line import Line, ok, warn, wrong
from console.cli.doctor.place import Place
from console.engine.held_locks import Odd, compare
from console.keeping.living import living

__all__ = ("check",)


def check(place: Place) -> Iterator[Line]:
    """One line for each session whose lock and row do not fit."""
    if place.home is None:
        return
    found = compare(place.home)
    for one in found:
        stop = f"`moziplus session stop {one.session}` stops it"
        if one.odd is Odd.UNREADABLE:
            yield warn(one.says, f"restore its blackboard, or {stop}")
        elif one.odd is Odd.NO_LOCK:
            yield wrong(one.says, "a scheduler in charge ends it and tries again; `moziplus run` where nobody is")
        else:
            yield wrong(one.says, stop)
    if not found:
        count = len(living(place.home))
        yield ok(
            f"{count} agent(s) at work, each with its lock and its row" if count else "no agent of ours is at work"
        )
