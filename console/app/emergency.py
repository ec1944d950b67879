"""Owns the emergency stop from the console: in a thread of its own, for nothing that hangs may hold it up."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from console.actions.action import CONSOLE
from console.app.stopping import AgentsStopped
from console.i18n import _

if TYPE_CHECKING:
    from console.app.app import Console

__all__ = ("stop_all",)

_log = logging.getLogger("moziplus.console")


def stop_all(app: Console, project: str | None) -> None:
    """Stop every agent of the home, or of a project, for certain, and start nothing; what came of it is told."""

    def stop() -> None:
        from console.engine.control import Control

        try:
            found = Control(app.home, by=CONSOLE, clock=app.clock, environ=app.environ).estop(project)
        except Exception as error:  # whatever it is: nobody may believe that everything was stopped
            _log.exception("the emergency stop failed")
            app.post_message(
                AgentsStopped(
                    _("The emergency stop failed: {why}. Stop by hand: moziplus estop").format(why=error), whole=False
                )
            )
            return
        says = _("Emergency stop: {n} agent(s) stopped, nothing is started.").format(n=len(found.stopped))
        app.post_message(AgentsStopped("; ".join((says, *found.problems, *found.notes)), whole=not found.problems))

    app.notify(_("Stopping every agent …"), severity="warning", markup=False, timeout=5)
    threading.Thread(target=stop, name="moziplus-estop", daemon=True).start()
