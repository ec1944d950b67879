"""Owns the alerts that belong to the home as a whole: projects that cannot be read, settings that are wrong.

Each follows from what is so now: raised where it is missing, ended where its cause went away. One cause, one alert;
where something else is wrong with the settings than before, a new one that says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from console.engine.observe import Trouble
from console.engine.time_jumps import CAUSE as CLOCK
from console.scheduler.actions import EndAlert, RaiseAlert

__all__ = ("home_alerts",)

SET_ASIDE, REPLACED, NEWER = "set-aside:", "replaced:", "update"


def home_alerts(
    told: Mapping[str, str],
    set_aside: Mapping[str, Trouble],
    problems: Mapping[str, str],
    happened: Mapping[str, str] | None = None,
    newer: Iterable[str] = (),
) -> list[RaiseAlert | EndAlert]:
    """What to raise and what to end, given the open alerts: cause → what it says.

    `happened` (cause → what) is over when the operator has read it; `newer` names projects whose blackboard a newer moziplus
    has brought up to date.
    """
    wanted = {f"{SET_ASIDE}{project}": str(t.error) for project, t in set_aside.items() if t.told}
    wanted |= problems
    arrived = sorted({*newer, *(p for p, t in set_aside.items() if getattr(t.error, "cause", "") == "newer")})
    if arrived:
        wanted[NEWER] = (
            f"a newer moziplus has been at work in {', '.join(arrived)}, and an older one is in charge: end it"
            " (`moziplus drain`, or its service) and start the newer one"
        )
    kept = {f"{SET_ASIDE}{project}" for project in set_aside}
    raised: list[RaiseAlert | EndAlert] = [
        RaiseAlert(project="", cause=cause, body=body, anew=cause in problems)
        for cause, body in wanted.items()
        if cause not in told or (cause in problems and told[cause] != body)
    ]
    raised += [
        RaiseAlert(project="", cause=cause, body=body, anew=True)
        for cause, body in (happened or {}).items()
        if told.get(cause) != body
    ]
    ours = (c for c in sorted(told) if c.startswith((SET_ASIDE, "config:")) or c in ("config", NEWER, CLOCK))
    return raised + [EndAlert(project="", cause=cause) for cause in ours if cause not in wanted and cause not in kept]
