"""Owns the stopping of agents that a blackboard does not know: those of the one that lay there before it.

The moment is the opening of a blackboard, before anything of it is started; what turns up while it is open is for
`lock_watch`. They are found by the locks of their runners. It never touches one that the blackboard has as present.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from pathlib import Path

from console.engine.strays import stop_for_certain
from console.errors import Unavailable
from console.home import Home
from console.keeping.living import living, project_of, who
from console.records.session import StopReason
from console.spawn import spawn

__all__ = ("Strangers",)

_log = logging.getLogger("moziplus.scheduler")


class Strangers:
    """Looks for them, once for all projects at the start of a life, then for one whose blackboard became another."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._first: asyncio.Task[list[tuple[str | None, Path]]] | None = None

    async def stop(self, project: str, known: Iterable[str], *, again: bool) -> list[str]:
        """Stop every session of `project` whose runner lives and that is none of the `known`; gives who that was.

        `again`: look anew, not at what was found at the start. Raises Unavailable while one still lives: nothing may
        start then, for its task may be among what would be started.
        """
        spared = set(known)
        found = await asyncio.to_thread(living, self._home, project) if again else await self._at_the_start(project)
        strangers = {
            folder.name: folder for folder in found if folder.name not in spared and project_of(folder) == project
        }
        if not strangers:
            return []
        names = [who(folder) for folder in strangers.values()]
        _log.warning("%s: its blackboard does not know %s; stopping them", project, ", ".join(names))
        left = await asyncio.to_thread(stop_for_certain, self._home, strangers, StopReason.OPERATOR)
        if left:
            still = ", ".join(who(folder) for folder in left.values())
            raise Unavailable(
                f"{project}: {still} began under another blackboard and cannot be stopped; `moziplus estop`"
            )
        return names

    async def _at_the_start(self, project: str) -> list[Path]:
        """One look at all folders serves every project; what began after it was begun by this life."""
        if self._first is None:
            look = asyncio.to_thread(lambda: [(project_of(folder), folder) for folder in living(self._home)])
            self._first = spawn(look, name="look for agents at work")
        return [folder for whose, folder in await asyncio.shield(self._first) if whose == project]
