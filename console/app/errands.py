"""Owns what the screens want done off their own thread: performing an action, reading a page, reading a file's end.

One thread with its own connections, one more for acts that may take minutes, and one for each errand that nobody is to wait
for; results come back as messages. The screens never wait for any.
"""

from __future__ import annotations

import errno
import logging
import os
import queue
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual.css.query import NoMatches
from textual.message import Message

from console.actions.action import undo_of
from console.app.bulk import parts_of, together
from console.app.messages import ActEnded
from console.app.stopping import Stopping
from console.errors import ConfigError, MoziError
from console.home import Home
from console.safe_files import look, of_session, read

if TYPE_CHECKING:
    from console.actions.action import Act, Action
    from console.app.shelf import Shelf
    from console.blackboard.connection import Database

__all__ = ("Errands", "Fetched", "tail")

_log = logging.getLogger("moziplus.console")
TAIL = 262_144
"""Bytes of the end of a file that are read."""
GIVES_WAY = 2.0
"""Seconds after which it is looked whether somebody wants to move a project that is held open; they wait for ten."""


class Fetched(Message, bubble=False):
    """A page was read, or could not be."""

    def __init__(self, errand: Fetch | FetchFile | FetchAll, value: Any, refused: str = "") -> None:
        super().__init__()
        self.errand, self.value, self.refused = errand, value, refused

    def hand_over(self) -> None:
        """To whoever wanted it; a page that was closed meanwhile may have lost its panes and wants nothing any more."""
        with suppress(NoMatches):
            self.errand.then(self.value)


@dataclass(frozen=True, slots=True)
class Fetch:
    """A read, and who wants its result on the app's own thread."""

    project: str
    read: Callable[[Database], Any]
    then: Callable[[Any], object]


@dataclass(frozen=True, slots=True)
class FetchFile:
    """A read of files, and who wants its result on the app's own thread."""

    read: Callable[[], Any]
    then: Callable[[Any], object]


@dataclass(frozen=True, slots=True)
class FetchAll:
    """A read of the home and its projects, and who wants its result on the app's own thread."""

    read: Callable[[Shelf], Any]
    then: Callable[[Any], object]


@dataclass(frozen=True, slots=True)
class Perform:
    """An action on its target."""

    action: Action
    act: Act


Queue = queue.SimpleQueue[Fetch | FetchFile | FetchAll | Perform | Callable[[], object] | None]


class Errands(threading.Thread):
    """Runs errands in the order in which they came."""

    def __init__(self, home: Home, post: Callable[[Message], object]) -> None:
        super().__init__(name="moziplus-errands", daemon=True)
        self._home, self._post = home, post
        self._waiting: Queue = queue.SimpleQueue()
        self._slow: Queue | None = None
        self._looks: Queue | None = None
        self._halt = threading.Event()
        self._stopping = Stopping(home, post, self._halt)

    def perform(self, action: Action, act: Act) -> None:
        """Perform `action`; ActEnded follows. What is slow holds up nothing but other slow acts, what waits nothing at all."""
        act = replace(act, halt=self._halt)
        if action.waits:
            self._alone(Perform(action, act))
            return
        if not action.slow:
            self._waiting.put(Perform(action, act))
            return
        if self._slow is None:
            self._slow = queue.SimpleQueue()
            threading.Thread(target=self._serve, args=(self._slow,), name="moziplus-slow-acts", daemon=True).start()
        self._slow.put(Perform(action, act))

    def fetch(self, project: str, read: Callable[[Database], Any], then: Callable[[Any], object]) -> None:
        """Run `read` on a project's blackboard; Fetched follows, whose handler calls `then`."""
        self._waiting.put(Fetch(project, read, then))

    def fetch_file(
        self, path: Path, known: tuple[int, int], then: Callable[[tuple[tuple[int, int], str] | None], object]
    ) -> None:
        """Read the end of a file where its size or time is not `known`; Fetched follows with None where they are."""
        self.fetch_with(lambda: tail(path, known), then)

    def fetch_with(self, read: Callable[[], Any], then: Callable[[Any], object]) -> None:
        """Run `read`, which looks at files; Fetched follows, whose handler calls `then`."""
        self._waiting.put(FetchFile(read, then))

    def fetch_all(self, read: Callable[[Shelf], Any], then: Callable[[Any], object]) -> None:
        """Run `read` on every blackboard that it wants; only its like wait for it. Fetched follows, and calls `then`."""
        if self._looks is None:
            self._looks = queue.SimpleQueue()
            threading.Thread(target=self._serve, args=(self._looks,), name="moziplus-looks", daemon=True).start()
        self._looks.put(FetchAll(read, then))

    def fetch_long(self, read: Callable[[], Any], then: Callable[[Any], object]) -> None:
        """As `fetch_with`, for what may take long: no other errand waits for it."""
        self._alone(FetchFile(read, then))

    def run_after(self, then: Callable[[], object]) -> None:
        """Call `then` when every errand before it that somebody may wait for is done, and every look over all projects."""
        self._waiting.put(then if self._looks is None else lambda: self._after_looks(then))

    def _after_looks(self, then: Callable[[], object]) -> None:
        if self._looks is not None:
            self._looks.put(then)

    def close(self) -> None:
        """End after what waits already, but for slow acts, which are told to give up; safe to call twice."""
        self._halt.set()
        self._waiting.put(None)
        for more in (self._slow, self._looks):
            if more is not None:
                more.put(None)

    def _alone(self, errand: Perform | FetchFile) -> None:
        """In a thread of its own, which ends with it."""
        alone: Queue = queue.SimpleQueue()
        alone.put(errand)
        alone.put(None)
        threading.Thread(target=self._serve, args=(alone,), name="moziplus-alone", daemon=True).start()

    def run(self) -> None:
        """Run errands until closed."""
        self._serve(self._waiting)

    def _serve(self, waiting: Queue) -> None:
        """With connections of its own. Storage is imported here, behind the first paint."""
        from console.app.shelf import Shelf

        shelf, reading = Shelf(self._home), Shelf(self._home, read_only=True)
        try:
            while (errand := _next(waiting, shelf, reading)) is not None:
                if callable(errand):
                    errand()
                elif isinstance(errand, Perform):
                    self._post(self._perform(shelf, errand.action, errand.act))
                else:
                    self._post(self._fetch(reading, errand))
        finally:
            shelf.close()
            reading.close()

    def _perform(self, shelf: Shelf, action: Action, act: Act) -> ActEnded:
        from console.commands.context import team_of

        assert action.perform is not None
        if parts := parts_of(action, act):
            return together(action, act, [self._perform(shelf, action, part) for part in parts])
        try:
            project = _project(action, act)
            db = shelf.project(project) if project else shelf.home()
            act = replace(act, team=team_of(self._home, project) if project else None)
            done = action.perform(db, act)
            if project:
                self._stopping.after(db, project, act)
            done = replace(done, undo=undo_of(action, act, done, project))
            if done.task is not None:
                done = replace(done, notes=self._notes(db, project, done.task, act))
            return ActEnded(action, done, act=act)
        except MoziError as error:
            return ActEnded(action, None, str(error), act=act)
        except Exception as error:
            _log.exception("%s failed", action.id)
            return ActEnded(action, None, f"{type(error).__name__}: {error}", act=act)

    def _notes(self, db: Database, project: str, task: int, act: Act) -> tuple[str, ...]:
        """What keeps the task from being started; it is done, whether that can be found out or not."""
        from console.actions.forewarn import on_task
        from console.settings import load_settings
        from console.settings.project import load_project

        try:
            settings = load_project(load_settings(self._home, os.environ), self._home.project_folder(project))
            return on_task(self._home, db, settings, task, environ=os.environ, now=act.now)
        except ConfigError as error:
            return tuple(error.problems)
        except (MoziError, OSError):
            return ()

    def _fetch(self, shelf: Shelf, errand: Fetch | FetchFile | FetchAll) -> Fetched:
        try:
            if isinstance(errand, FetchFile):
                return Fetched(errand, errand.read())
            if isinstance(errand, FetchAll):
                return Fetched(errand, errand.read(shelf))
            return Fetched(errand, errand.read(shelf.project(errand.project)))
        except (MoziError, OSError) as error:
            return Fetched(errand, None, str(error))
        except Exception as error:  # of one page; the thread goes on for the others
            _log.exception("a page cannot be read")
            return Fetched(errand, None, f"{type(error).__name__}: {error}")


def _next(waiting: Queue, *shelves: Shelf) -> Fetch | FetchFile | FetchAll | Perform | Callable[[], object] | None:
    """The next errand; meanwhile whoever wants to move a project is let through, however long nothing is to be done."""
    while True:
        for shelf in shelves:
            shelf.give_way()
        with suppress(queue.Empty):
            return waiting.get(timeout=GIVES_WAY if any(shelf.holds for shelf in shelves) else None)


def _project(action: Action, act: Act) -> str:
    """Whose blackboard is written: that of the row under the cursor, but an undo goes where its act went. Empty: the home's."""
    target = act.target
    if action.id == "undo" and target.undo is not None:
        return target.undo.project
    alert_of_home = target.alert is not None and not target.alert_project and not target.project
    return "" if action.on_home or alert_of_home else target.project


def tail(path: Path, known: tuple[int, int] = (-1, -1)) -> tuple[tuple[int, int], str] | None:
    """(Stamp, the last TAIL bytes as text) of a file, None where its stamp is `known`. Raises OSError."""
    place = of_session(path.parent, path.name)
    found = look(*place)
    if found is None:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))
    stamp = (found.st_size, found.st_mtime_ns)
    if stamp == known:
        return None
    text = read(*place, most=TAIL, last=True).decode("utf-8", "replace")
    if found.st_size > TAIL:
        text = text.partition("\n")[2]
    return stamp, text
