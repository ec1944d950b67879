"""Owns what follows an act that stops agents: they are seen off, whoever is in charge hangs or not, and what was left is said.

It never makes an act wait; a console that ends meanwhile sees them off first.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.message import Message

from console.clock import SystemClock
from console.errors import MoziError
from console.home import Home
from console.i18n import _

if TYPE_CHECKING:
    from console.actions.action import Act
    from console.blackboard.connection import Database
    from console.engine.see_off import SeenOff, Wanted

__all__ = ("AgentsStopped", "Stopping")

_log = logging.getLogger("moziplus.console")


class AgentsStopped(Message, bubble=False):
    """What became of agents that an act stopped, where it was not whoever is in charge who ended them."""

    def __init__(self, says: str, *, whole: bool) -> None:
        super().__init__()
        self.says, self.whole = says, whole


class Stopping:
    """The agents that are being seen off now."""

    def __init__(self, home: Home, post: Callable[[Message], object], halt: threading.Event) -> None:
        self._home, self._post, self._halt = home, post, halt
        self._under_way: set[str] = set()

    def after(self, db: Database, project: str, act: Act) -> None:
        """See to those whom the act asked to stop, in a thread that outlives the app where it must."""
        from console.blackboard.reads.sessions import asked_to_stop

        task = _task_of(act)
        if task is None:
            return
        try:
            asked = [each for each in asked_to_stop(db, task) if each.id not in self._under_way]
        except MoziError as error:  # the act is done all the same
            self._post(AgentsStopped(str(error), whole=False))
            return
        if not asked:
            return
        self._under_way.update(each.id for each in asked)

        def see_to_it() -> None:
            from console.engine.see_off import at_it, see_off

            try:
                wanted = at_it(self._home, project, asked)
                if wanted:
                    clock = SystemClock()
                    self._tell(see_off(self._home, wanted, by=act.by, clock=clock, environ=None, halt=self._halt))
            except (MoziError, OSError) as error:
                self._post(AgentsStopped(str(error), whole=False))
            except Exception:
                _log.exception("agents that were to stop could not be seen off")
            finally:
                self._under_way.difference_update(each.id for each in asked)

        threading.Thread(target=see_to_it, name="moziplus-stopping").start()

    def _tell(self, found: SeenOff) -> None:
        if found.alive:
            says = _("NOT stopped: {who}. `moziplus estop` in a shell tries it again.").format(who=_named(found.alive))
            self._post(AgentsStopped(says, whole=False))
        elif found.by_lock and found.stopped:
            says = _("Whoever is in charge did not stop {who} in time; this console did.")
            self._post(AgentsStopped(says.format(who=_named(found.stopped)), whole=True))


def _named(wanted: tuple[Wanted, ...]) -> str:
    return ", ".join(each.session.agent for each in wanted)


def _task_of(act: Act) -> int | None:
    target = act.target
    if target.session is not None:
        return target.session.task_id
    if target.task is not None:
        return target.task.id
    return None if target.review is None else target.review.task_id
