"""Owns the way from the blackboards to the screens: a thread that notices changes, reads, and posts a world that differs.

It never touches a widget and never writes. Equal worlds post nothing; background changes post at most once per `pace`.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

from console.app.messages import WorldChanged
from console.app.names import Names
from console.app.shelf import Shelf
from console.app.view import ProjectPart, board_of, home_alerts, project_part, scheduler_state
from console.blackboard.changes import data_version
from console.clock import Clock
from console.errors import MoziError
from console.home import Home
from console.records.need import NeedKind
from console.records.task import TaskStatus
from widgets.models import AlertRow, Board, NeedRow, ProjectRow, SchedulerState, World

__all__ = ("Feed",)

_log = logging.getLogger("moziplus.feed")
_FIRST = {NeedKind.REVIEW: 0, NeedKind.ALERT: 1, NeedKind.FAILED: 2, NeedKind.HELD: 3, NeedKind.BLOCKED: 4}
_HOME = ""


class Feed(threading.Thread):
    """Reads the home and its projects whenever they change, and tells `post`."""

    def __init__(
        self,
        home: Home,
        post: Callable[[WorldChanged], object],
        *,
        clock: Clock,
        environ: Mapping[str, str],
        poll: float = 1.0,
        pace: float = 1.0,
    ) -> None:
        super().__init__(name="moziplus-feed", daemon=True)
        self._post, self._clock = post, clock
        self._poll, self._pace = poll, pace
        self._home, self._shelf, self._names = home, Shelf(home), Names(home, environ)
        self._wakes: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._watch: _Watch | None = None
        self._parts: dict[str, ProjectPart] = {}
        self._versions: dict[str, int] = {}
        self._of_home: tuple[tuple[NeedRow, ...], tuple[AlertRow, ...]] = ((), ())
        self._board = Board()
        self._selected = ""
        self._shown: World | None = None
        self._shown_at = -1e9

    # -- from other threads

    def select(self, project: str) -> None:
        """Show the board of `project` from now on."""
        self._wakes.put(f"select {project}")

    def nudge(self) -> None:
        """The operator has just acted here: what changed is shown at once."""
        self._wakes.put("act")

    def refresh(self) -> None:
        """Read everything anew."""
        self._wakes.put("all")

    def close(self) -> None:
        """End; safe to call twice and from any thread."""
        self._wakes.put("end")

    # -- the thread

    def run(self) -> None:
        """Look, post, wait, until told to end."""
        wakes, owed = {"all"}, False
        try:
            while "end" not in wakes:
                world = self._look(wakes)
                if world != self._shown or "all" in wakes:
                    owed = True
                if owed and (self._own(wakes) or self._clock.monotonic() - self._shown_at >= self._pace):
                    self._shown, self._shown_at, owed = world, self._clock.monotonic(), False
                    self._post(WorldChanged(world, problem=self._names.problem))
                wakes = self._wait(owed)
        except Exception:
            _log.exception("the feed of the console ended by itself")
            raise
        finally:
            if self._watch is not None:
                self._watch.stop()
            self._shelf.close()

    def _own(self, wakes: set[str]) -> bool:
        return bool(wakes & {"act", "all"}) or any(wake.startswith("select") for wake in wakes)

    def _wait(self, owed: bool) -> set[str]:
        """Everything that woke the thread; empty when the poll was due."""
        patience = self._poll
        if owed:
            patience = max(0.01, self._pace - (self._clock.monotonic() - self._shown_at))
        try:
            wakes = {self._wakes.get(timeout=patience)}
        except queue.Empty:
            return set()
        while True:
            try:
                wakes.add(self._wakes.get_nowait())
            except queue.Empty:
                return wakes

    def _look(self, wakes: set[str]) -> World:
        if "all" in wakes:
            self._versions.clear()
            self._names.forget()
        select = [wake.removeprefix("select ") for wake in wakes if wake.startswith("select ")]
        self._shelf.give_way()
        folders = self._shelf.projects()
        self._follow(folders)
        changed = {name for name in folders if self._read(name)}
        if select:
            self._selected = select[-1]
        elif self._selected not in folders:
            self._selected = self._first(folders)
            changed.add(self._selected)
        for gone in set(self._parts) - set(folders):
            self._shelf.drop(gone)
            del self._parts[gone]
            self._versions.pop(gone, None)
        if self._selected in changed or select:
            self._board = self._read_board()
        scheduler = self._read_home()
        return self._assemble(folders, scheduler)

    def _first(self, folders: Mapping[str, Path]) -> str:
        """The project whose board is shown at first: one that needs the operator, else one at work, else any."""
        rows = [self._parts[name].row for name in folders]
        busy = sorted(rows, key=lambda row: (-row.needs, -row.count(TaskStatus.WORKING)))
        return busy[0].id if busy else ""

    def _read(self, name: str) -> bool:
        """Read a project where it has changed; says whether it had."""
        try:
            db = self._shelf.project(name)
            version = data_version(db)
            if self._versions.get(name) == version and not self._names.changed(name):
                return False
            self._parts[name] = project_part(db, name, self._names.of(name), self._names.agents(name))
            self._versions[name] = version
        except MoziError as error:
            return self._set_aside(name, str(error))
        except Exception as error:
            _log.exception("project %s cannot be read", name)
            return self._set_aside(name, f"{type(error).__name__}: {error}")
        return True

    def _set_aside(self, name: str, why: str) -> bool:
        self._shelf.drop(name)
        self._versions.pop(name, None)
        part = ProjectPart(row=ProjectRow(id=name, name=self._names.of(name), set_aside=why))
        changed = self._parts.get(name) != part
        self._parts[name] = part
        return changed

    def _read_board(self) -> Board:
        part = self._parts.get(self._selected)
        if part is None or part.row.set_aside is not None:
            return Board(project=self._selected, name=self._selected)
        try:
            return board_of(self._shelf.project(self._selected), self._selected, self._names.of(self._selected))
        except MoziError:
            return Board(project=self._selected, name=self._selected)

    def _read_home(self) -> SchedulerState:
        try:
            db = self._shelf.home()
            version = data_version(db)
            if self._versions.get(_HOME) != version:
                self._of_home = home_alerts(db)
                self._versions[_HOME] = version
            return scheduler_state(db, self._home, limit=self._names.limit)
        except MoziError as error:
            _log.warning("the home's database cannot be read: %s", error)
            return SchedulerState()

    def _assemble(self, folders: Mapping[str, Path], scheduler: SchedulerState) -> World:
        parts = [self._parts[name] for name in folders if name in self._parts]
        waiting = [*self._of_home[0], *(need for part in parts for need in part.needs)]
        alerts = [*self._of_home[1], *(alert for part in parts for alert in part.alerts)]
        recent = [row for part in parts for row in part.recent]
        reviews = [row for part in parts for row in part.reviews]
        return World(
            projects=tuple(part.row for part in parts),
            needs=tuple(sorted(waiting, key=lambda row: (_FIRST[row.need.kind], row.need.since))),
            sessions=tuple(row for part in parts for row in part.sessions),
            recent=tuple(sorted(recent, key=lambda row: -row.session.created_at)[:100]),
            alerts=tuple(sorted(alerts, key=lambda row: (row.alert.level != "urgent", -row.alert.at))),
            reviews=tuple(sorted(reviews, key=lambda row: (not row.needs_me, row.review.settled_at is not None))),
            board=self._board,
            scheduler=scheduler,
        )

    def _follow(self, folders: Mapping[str, Path]) -> None:
        wanted = (self._home.state, *folders.values())
        if self._watch is not None and self._watch.folders == wanted:
            return
        if self._watch is not None:
            self._watch.stop()
        self._watch = _Watch(wanted, self._wakes)
        self._watch.start()


class _Watch(threading.Thread):
    """Wakes the feed when a file changes directly in one of the folders. The poll behind it needs no watcher."""

    def __init__(self, folders: tuple[Path, ...], wakes: queue.SimpleQueue[str]) -> None:
        super().__init__(name="moziplus-watch", daemon=True)
        self.folders, self._wakes, self._over = folders, wakes, threading.Event()

    def run(self) -> None:
        """Watch until told to stop."""
        from watchfiles import watch

        try:
            changes = watch(
                *self.folders,
                watch_filter=None,
                debounce=50,
                step=5,
                stop_event=self._over,
                rust_timeout=2_000,
                yield_on_timeout=False,
                recursive=False,
            )
            for _changed in changes:
                self._wakes.put("file")
        except Exception as error:
            _log.warning("files cannot be watched (%s); looking once a second instead", error)

    def stop(self) -> None:
        """Let go of the folders, without waiting."""
        self._over.set()
