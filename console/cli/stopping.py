"""Owns what a command that took a task or a seat from agents at work waits for, and says of their end.

The act itself is done by then, whatever becomes of them; only whoever still lives makes the command end with 5.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from console.cli.diagnostics import complain
from console.cli.options import Here
from console.errors import Unavailable

if TYPE_CHECKING:
    from console.blackboard.connection import Database
    from console.engine.see_off import Wanted

__all__ = ("Ends", "ends_of")

PATIENCE = 10.0
"""Seconds in which what runs elsewhere is waited for, where nobody is in charge."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ends:
    """What became of the agents at work."""

    record: dict[str, Any] = field(default_factory=lambda: {"stopped": [], "alive": []})
    """For programs: the ids of the sessions that were stopped, and of those of which something lives, or may."""
    words: str = ""
    """Added to the acknowledgement."""
    notes: tuple[str, ...] = ()
    problem: str = ""
    """Who still lives, and what to do."""

    def tell(self) -> None:
        """After the acknowledgement. Raises Unavailable where something still lives."""
        for note in self.notes:
            complain(note)
        if self.problem:
            raise Unavailable(self.problem)


def ends_of(here: Here, project: str, db: Database, task_id: int) -> Ends:
    """Wait until every session of the task that is to stop has ended, by whoever is in charge, else by its lock."""
    from console.blackboard.reads.sessions import asked_to_stop

    asked = asked_to_stop(db, task_id)
    if not asked:
        return Ends()
    from console.engine.see_off import at_it, see_off

    wanted = at_it(here.home, project, asked)
    if not wanted:
        return Ends()
    found = see_off(here.home, wanted, by=here.actor, clock=here.clock, environ=here.environ, patience=PATIENCE)
    told = [f"stopped: {_who(found.stopped)}"] if found.stopped else []
    told += [f"being stopped: {_who(found.ending)}"] if found.ending else []
    why = "nobody is in charge" if found.who is None else f"whoever is in charge did not do it: {found.who}"
    return Ends(
        record={
            "stopped": [each.session.id for each in found.stopped],
            "alive": [each.session.id for each in (*found.ending, *found.alive)],
        },
        words="".join(f"; {each}" for each in told),
        notes=("whoever is in charge did not stop it in time; its lock did",)
        if found.by_lock and found.stopped
        else (),
        problem=f"NOT stopped: {_who(found.alive)} ({why}); try `moziplus estop`" if found.alive else "",
    )


def _who(wanted: tuple[Wanted, ...]) -> str:
    return ", ".join(each.who for each in wanted)
