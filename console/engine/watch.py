"""Owns the noticing of what others write: file events for speed, a slow poll for truth.

One watch over the folders of the databases and settings, never recursive and never over artifacts. An event is only a
hint: whether anything was committed is asked of the database, so one's own writes wake nobody.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from pathlib import Path

from watchfiles import Change, awatch

from console.engine.inbox import InboxWatch
from console.engine.observe import World
from console.engine.wakes import Wakes
from console.home import Home
from console.registry import folders

__all__ = ("FolderWatch",)

DEBOUNCE_MS, STEP_MS = 50, 30
"""The watcher wakes every step, also when nothing happens: 5 ms costs 0.54 % of a core, 10 ms 0.35 %, 30 ms about 0.17 %.
A session's end reaches the scheduler at once by another way, so its start of the next one does not wait for this."""
POLL = 1.0
"""Seconds between two polls: file events may be lost on some disks."""

_log = logging.getLogger("moziplus.engine")
logging.getLogger("watchfiles").setLevel(logging.WARNING)  # else it tells of every change


class FolderWatch:
    """Wakes the scheduler when something of a home was written."""

    def __init__(self, home: Home, world: World, wakes: Wakes, inbox: InboxWatch | None = None) -> None:
        self._home = home
        self._inbox = inbox
        self._world = world
        self._wakes = wakes
        self._again = asyncio.Event()
        self._watched: tuple[Path, ...] = ()

    async def notice(self) -> None:
        """Watch until cancelled; the set of folders is renewed when a project comes or goes."""
        while True:
            self._watched = self._folders()
            self._again = asyncio.Event()
            try:
                await self._watch()
            except (OSError, RuntimeError) as error:
                _log.warning("files cannot be watched (%s); changes are noticed by asking once a second", error)
                await asyncio.sleep(30.0)

    async def poll(self) -> None:
        """Ask once a second until cancelled."""
        while True:
            await asyncio.sleep(POLL)
            try:
                if not self._world.projects.keys() <= {folder.name for folder in self._watched}:
                    self._again.set()
                    self._world.look_at_all()
                if self._world.time_moved():
                    self._wakes.tell("time moved")
                elif await self._world.changed():
                    self._wakes.tell("poll")
            except OSError as error:
                _log.warning("the home cannot be looked at: %s", error)

    async def _watch(self) -> None:
        async for changes in awatch(
            *self._watched,
            recursive=False,
            watch_filter=_interesting,
            debounce=DEBOUNCE_MS,
            step=STEP_MS,
            stop_event=self._again,
        ):
            touched = {Path(path).parent for _, path in changes}
            await self._judge(touched)
            if self._home.projects in touched and self._watched != self._folders():
                return

    async def _judge(self, touched: set[Path]) -> None:
        if self._inbox is not None and self._inbox.folder in touched:
            self._inbox.hint()
            if len(touched) == 1:
                return
        ids = [folder.name for folder in touched if folder.parent == self._home.projects]
        for project in ids:
            self._world.retry_soon(project)
        if any(folder.name == "config" or folder == self._home.projects for folder in touched):
            self._world.look_at_all()
            self._wakes.tell("files")
        elif any(project in self._world.set_aside for project in ids) or await self._world.changed(ids):
            self._wakes.tell("blackboard")

    def _folders(self) -> tuple[Path, ...]:
        found = [self._home.state, self._home.projects, self._home.config]
        for folder in folders(self._home).values():
            found += [folder, folder / "config"]
        if self._inbox is not None:
            found.append(self._inbox.folder)
        return tuple(_present(found))


def _present(folders: Iterable[Path]) -> list[Path]:
    return [folder for folder in folders if folder.is_dir()]


def _interesting(_: Change, path: str) -> bool:
    name = path.rpartition("/")[2]
    if name == ".gate.closing":
        return True
    return not name.endswith("-shm") and not name.startswith((".", "in_charge"))
