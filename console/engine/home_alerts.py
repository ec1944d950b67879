"""Owns the alerts that belong to the home as a whole: projects that cannot be read, settings that are wrong.

Each follows from what is so now: raised where it is missing, ended where its cause went away. One cause, one alert;
where something else is wrong with the settings than before, a new one that says so.
"""

from __future__ import annotations

from collections.abc import Mapping

from console.engine.observe import Trouble
from console.scheduler.actions import EndAlert, RaiseAlert

__all__ = ("home_alerts",)

SET_ASIDE = "set-aside:"


def home_alerts(
    told: Mapping[str, str], set_aside: Mapping[str, Trouble], problems: Mapping[str, str]
) -> list[RaiseAlert | EndAlert]:
    """What to raise and what to end, given the open alerts: cause → what it says."""
    wanted = {f"{SET_ASIDE}{project}": str(t.error) for project, t in set_aside.items() if t.told}
    wanted |= problems
    kept = {f"{SET_ASIDE}{project}" for project in set_aside}
    raised: list[RaiseAlert | EndAlert] = [
        RaiseAlert(project="", cause=cause, body=body, anew=cause in problems)
        for cause, body in wanted.items()
        if cause not in told or (cause in problems and told[cause] != body)
    ]
    ours = (c for c in sorted(told) if c.startswith((SET_ASIDE, "config:")) or c == "config")
    return raised + [EndAlert(project="", cause=cause) for cause in ours if cause not in wanted and cause not in kept]
