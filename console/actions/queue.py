"""Owns what keeps anything that was put in line from being started, whoever is to do it: nobody in charge, a pause, a stop.

It asks only what every agent's `blackboard create` can afford to ask; what a task itself lacks is not here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from console.blackboard.connection import Database, open_home
from console.blackboard.reads.home import flags, scheduler_status
from console.blackboard.reads.tasks import state
from console.engine.in_charge import CONSOLE, HEADLESS, Holder, holder
from console.errors import MoziError
from console.home import Home
from console.i18n import _

__all__ = ("HomeNow", "nobody_in_charge", "of_home", "of_pause", "on_queue")


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeNow:
    """What the home itself knows, read once."""

    who: Holder | None
    raised: Mapping[str, Any]
    published: Mapping[str, Any]

    @classmethod
    def of(cls, home: Home) -> HomeNow:
        """Without its database it knows of nobody but the lock's holder."""
        who = holder(home)
        try:
            db = open_home(home.state_db, read_only=True)
            try:
                return cls(who=who, raised=flags(db), published=scheduler_status(db) or {})
            finally:
                db.close()
        except MoziError:
            return cls(who=who, raised={}, published={})

    @property
    def serves(self) -> bool:
        """A scheduler is in charge, not merely a command."""
        return self.who is not None and self.who.mode in (HEADLESS, CONSOLE)


def nobody_in_charge(home: Home, *, only: bool = False) -> tuple[str, ...]:
    """Whether somebody is there to do what was asked, and may; `only` asks no more than whether somebody is there."""
    seen = HomeNow.of(home)
    return tuple(of_home(replace(seen, raised={}) if only else seen))


def on_queue(home: Home, db: Database, project: str) -> tuple[str, ...]:
    """What keeps whatever was put in line in a project from being started, whoever is to do it. Raises MoziError."""
    return (*nobody_in_charge(home), *of_pause(db, project))


def of_home(seen: HomeNow) -> Iterator[str]:
    if not seen.serves:
        yield _("nobody is in charge: it waits until `moziplus` or `moziplus run` starts a scheduler")
    elif seen.published.get("draining"):
        yield _("the scheduler is leaving and starts nothing more; it waits for the next one (`moziplus run`)")
    if "estop" in seen.raised:
        yield _("the home is e-stopped: nothing is started before `moziplus resume`")
    elif "pause" in seen.raised:
        yield _("the home is paused: nothing is started before `moziplus resume`")


def of_pause(db: Database, project: str) -> Iterator[str]:
    if state(db).paused_at is not None:
        yield _("project {project} is paused: nothing is started before `moziplus resume --project {project}`").format(
            project=project
        )
