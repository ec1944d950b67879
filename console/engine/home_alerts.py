"""Owns the alerts that belong to the home as a whole: projects that cannot be read, settings that are wrong.

Each follows from what is so now: raised where it is missing, ended where its cause went away. One cause, one alert.
"""

from __future__ import annotations

from collections.abc import Mapping

from console.engine.observe import Trouble
from console.records.alert import Level
from console.scheduler.actions import EndAlert, RaiseAlert

__all__ = ("home_alerts",)

SET_ASIDE = "set-aside:"


def home_alerts(
    open_causes: frozenset[str], set_aside: Mapping[str, Trouble], problems: Mapping[str, str]
) -> list[RaiseAlert | EndAlert]:
    """What to raise and what to end, given the causes that are open."""
    wanted = {f"{SET_ASIDE}{project}": str(t.error) for project, t in set_aside.items() if t.told}
    wanted |= problems
    kept = {f"{SET_ASIDE}{project}" for project in set_aside}
    raised: list[RaiseAlert | EndAlert] = [
        RaiseAlert(project="", level=Level.URGENT, cause=cause, body=body)
        for cause, body in wanted.items()
        if cause not in open_causes
    ]
    ours = (c for c in sorted(open_causes) if c.startswith((SET_ASIDE, "config:")) or c == "config")
    return raised + [EndAlert(project="", cause=cause) for cause in ours if cause not in wanted and cause not in kept]
