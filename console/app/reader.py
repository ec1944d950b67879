"""Owns reading the home and its projects into a world: only what changed is read again. It posts nothing and never writes.

A project whose blackboard cannot be read is set aside with its reason; the others go on.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterable, Mapping
from pathlib import Path

from console.app.asleep import seen
from console.app.names import Names
from console.app.shelf import Shelf
from console.app.standing import estopped, hanging, link_alerts, need_of, scheduler_state, unread_alerts
from console.app.view import ProjectPart, board_of, home_alerts, project_part
from console.blackboard.changes import data_version
from console.clock import Clock
from console.commands.snoozes import snoozes, stamp_of
from console.errors import MoziError
from console.home import Home
from console.records.board import BoardWish
from console.records.need import in_order
from console.records.snooze import Snooze
from console.records.sought import Sought
from console.records.task import TaskStatus
from widgets.models import AlertRow, Board, NeedRow, ProjectRow, SchedulerState, SessionRow, System, World

__all__ = ("Reader",)

_log = logging.getLogger("moziplus.feed")
_HOME = ""
EVERY = 1.0
"""Seconds between two readings of what only somebody who attends wants to know."""


class Reader:
    """Held connections and what was last read through them. For one thread."""

    def __init__(self, home: Home, environ: Mapping[str, str], clock: Clock) -> None:
        self._clock = clock
        self._hanging: tuple[AlertRow, ...] = ()
        self._home, self._shelf, self._names = home, Shelf(home, 0.35, read_only=True), Names(home, environ)
        self._unread: dict[str, tuple[str, int]] = {}
        """What could not be read → the reason, and epoch ms since when."""
        self._parts: dict[str, ProjectPart] = {}
        self._versions: dict[str, tuple[int, int]] = {}
        self._of_home: tuple[tuple[NeedRow, ...], tuple[AlertRow, ...]] = ((), ())
        self._board, self._wish, self._sought = Board(), BoardWish(), Sought()
        self._selected, self._page_told = "", ("", 0)
        self._snoozes: tuple[Snooze, ...] = ()
        self._snoozed_at = (0, 0)
        self._system, self._system_at = System(), -1e9
        self.folders: dict[str, Path] = {}
        """Id and folder of every project, as of the last look."""

    @property
    def problem(self) -> str:
        """What is wrong with the config, in one line."""
        return self._names.problem

    def forget(self) -> None:
        """Read everything anew at the next look."""
        self._versions.clear()
        self._names.forget()
        self._system_at = -1e9

    def close(self) -> None:
        """Close every connection."""
        self._shelf.close()

    def look(
        self,
        select: str | None = None,
        *,
        attends: bool = False,
        wish: BoardWish | None = None,
        sought: Sought | None = None,
        page: tuple[str, int] = ("", 0),
    ) -> World:
        """The world now; `select` is the project whose board is shown from now on, `wish` what is wanted of it, and `sought`
        what is to be found in the lists besides the newest. `page` is the project and the task whose page is read.

        What the home says about itself besides is read anew only while somebody `attends`.
        """
        self._shelf.give_way()
        if sought is not None and sought != self._sought:
            self._sought = sought
            self._versions.clear()
        folders = self.folders = self._listed()
        changed = {name for name in folders if self._read(name)}
        if wish is not None and wish != self._wish:
            self._wish = wish
            changed.add(self._selected)
        if select:
            self._selected = select
        elif self._selected not in folders:
            self._selected = self._first(folders)
            changed.add(self._selected)
        for gone in set(self._parts) - set(folders):
            self._shelf.drop(gone)
            del self._parts[gone]
            self._told(gone)
            self._names.gone(gone)
            self._versions.pop(gone, None)
        if self._selected in changed or select:
            self._board = self._read_board()
        self._read_page(*page)
        if attends and self._clock.monotonic() - self._system_at >= EVERY:
            self._read_system(folders)
        return self._assemble(folders, self._read_home())

    def _first(self, folders: Mapping[str, Path]) -> str:
        """The project whose board is shown at first: one that needs the operator, else one at work, else any."""
        rows = [self._parts[name].row for name in folders]
        busy = sorted(rows, key=lambda row: (-row.needs, -row.count(TaskStatus.WORKING)))
        return busy[0].id if busy else ""

    def _read(self, name: str) -> bool:
        """Read a project where it has changed; says whether it had."""
        try:
            version = self._shelf.version(name)
            if self._versions.get(name) == version and not self._names.changed(name):
                return False
            db = self._shelf.project(name)
            version = self._shelf.version(name)
            self._parts[name] = project_part(db, name, self._names.of(name), self._names.team(name), self._sought)
            self._versions[name] = version
        except (MoziError, OSError) as error:
            return self._set_aside(name, str(error))
        except Exception as error:
            _log.exception("project %s cannot be read", name)
            return self._set_aside(name, f"{type(error).__name__}: {error}")
        self._told(name)
        return True

    def _listed(self) -> dict[str, Path]:
        """The projects; those of the last look where they cannot be listed."""
        try:
            found = self._shelf.projects()
        except OSError as error:
            self._told("projects", f"{self._home.projects}: {error.strerror or error}")
            return self.folders
        self._told("projects")
        return found

    def _told(self, what: str, why: str | None = None) -> None:
        """Keep why `what` cannot be read, or that it can."""
        if why is None:
            self._unread.pop(what, None)
        elif self._unread.get(what, ("", 0))[0] != why:
            self._unread[what] = why, self._clock.now()

    def _set_aside(self, name: str, why: str) -> bool:
        self._shelf.drop(name)
        self._versions.pop(name, None)
        self._told(name, why)
        part = ProjectPart(row=ProjectRow(id=name, name=self._names.of(name), set_aside=why))
        changed = self._parts.get(name) != part
        self._parts[name] = part
        return changed

    def _read_board(self) -> Board:
        part = self._parts.get(self._selected)
        if part is None or part.row.set_aside is not None:
            return Board(project=self._selected, name=self._selected, wish=self._wish)
        try:
            db, names = self._shelf.project(self._selected), self._names
            name, agents = names.of(self._selected), names.agents(self._selected)
            return board_of(db, self._selected, name, agents, self._wish, self._clock.now())
        except MoziError as error:
            self._told(self._selected, str(error))
            self._versions.pop(self._selected, None)
            return Board(project=self._selected, name=self._selected, wish=self._wish)

    def _asleep(self, now: int) -> tuple[Snooze, ...]:
        """What the operator put off, read again only where somebody wrote it."""
        if (stamp := stamp_of(self._home)) != self._snoozed_at:
            self._snoozes, self._snoozed_at = snoozes(self._home, now), stamp
        return self._snoozes

    def _read_home(self) -> SchedulerState:
        try:
            db = self._shelf.home()
            version = (id(db), data_version(db))
            if self._versions.get(_HOME) != version:
                self._of_home = home_alerts(db)
                self._versions[_HOME] = version
            found = scheduler_state(db, self._home, limit=self._names.limit, now=self._clock.now())
            self._hanging = hanging(found)
            self._told(_HOME)
            return found
        except (MoziError, OSError, sqlite3.Error) as error:
            self._told(_HOME, f"the home's database: {error}")
            return SchedulerState()

    def _read_page(self, project: str, task: int) -> None:
        """Of the task that is read all counts, also what no list shows, such as a comment."""
        if project in self._parts and not self._parts[project].row.set_aside:
            from console.blackboard.reads.told import told_of

            try:
                self._page_told = told_of(self._shelf.project(project), task)
            except MoziError as error:
                self._told(project, str(error))

    def _read_system(self, folders: Mapping[str, Path]) -> None:
        from console.app.upkeep import system  # only who looks at it needs all that it stands on

        self._system_at = self._clock.monotonic()
        try:
            settings, teams = self._names.settings, self._names.teams(folders)
            self._system = system(
                self._shelf.home(), self._home, settings, teams, self._names.problem, now=self._clock.now()
            )
            self._told("system")
        except (MoziError, OSError) as error:
            self._told("system", str(error))

    def _assemble(self, folders: Mapping[str, Path], scheduler: SchedulerState) -> World:
        self._told("config", self._names.problem or None)
        unread = tuple(why for why, _since in self._unread.values())
        since = max((at for _why, at in self._unread.values()), default=0)
        parts = [self._parts[name] for name in folders if name in self._parts]
        by_itself = [*self._hanging, *estopped(scheduler), *unread_alerts(unread, since)]
        told = {row.need.title for row in self._of_home[0]}
        untold = [need_of(row) for row in by_itself if row.alert.body not in told]
        waiting = [*untold, *self._of_home[0], *(need for part in parts for need in part.needs)]
        alerts = [
            *by_itself,
            *link_alerts(scheduler),
            *self._of_home[1],
            *(alert for part in parts for alert in part.alerts),
        ]
        recent = [row for part in parts for row in part.recent]
        newest = _newest(sorted(recent, key=lambda row: -row.session.created_at)[:100], parts)
        reviews = [row for part in parts for row in part.reviews]
        waiting.sort(key=lambda row: in_order(row.need))
        now = self._clock.now()
        to_see = seen(waiting, [part.row for part in parts], reviews, self._asleep(now), now)
        return World(
            projects=to_see.projects,
            needs=to_see.needs,
            snoozed=to_see.snoozed,
            sessions=tuple(row for part in parts for row in part.sessions),
            recent=tuple(newest),
            older_sessions=max(0, sum(part.count_ended for part in parts) - len(newest)),
            older_reviews=max(0, sum(part.count_reviews for part in parts) - len(reviews)),
            alerts=tuple(sorted(alerts, key=lambda row: (row.alert.level != "urgent", -row.alert.at))),
            reviews=tuple(
                sorted(to_see.reviews, key=lambda row: (not row.needs_me, row.review.settled_at is not None))
            ),
            board=self._board,
            scheduler=scheduler,
            system=self._system,
            unread=unread,
            told=self._page_told,
        )


def _newest(recent: Iterable[SessionRow], parts: Iterable[ProjectPart]) -> list[SessionRow]:
    """With those that were sought, each once."""
    rows = {row.session.id: row for row in (*recent, *(row for part in parts for row in part.found))}
    return sorted(rows.values(), key=lambda row: -row.session.created_at)
