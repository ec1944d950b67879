"""Owns the way from the blackboards to the screens: a thread that notices changes, reads, and posts a world that differs.

It never touches a widget and never writes. Equal worlds post nothing; background changes post at most once per `pace`.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from console.app.messages import WorldChanged
from console.clock import Clock
from console.home import Home
from console.records.board import Arrangement, BoardWish
from console.records.sought import Sought
from widgets.models import World
from widgets.pulse import Pulse

if TYPE_CHECKING:
    from console.app.wishes import Wishes

__all__ = ("Feed",)

SOON = 0.1
"""Seconds until a file is looked at again that may just be written."""

_log = logging.getLogger("moziplus.feed")


class Feed(threading.Thread):
    """Reads the home and its projects whenever they change, and tells `post`."""

    def __init__(
        self,
        home: Home,
        post: Callable[[WorldChanged], object],
        *,
        clock: Clock,
        environ: Mapping[str, str],
        poll: float = 2.0,
        pace: float = 1.0,
        wishes: Wishes | None = None,
    ) -> None:
        super().__init__(name="moziplus-feed", daemon=True)
        self._post, self._clock = post, clock
        self._poll, self._pace, self._wishes = poll, pace, wishes
        self._home, self._environ = home, environ
        self._wakes: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._watch: _Watch | None = None
        self._attended = False
        self._wish, self._page = BoardWish(), ("", 0)
        self.sought, self.pulse = Sought(), Pulse()
        self._shown: World | None = None
        self._shown_at = -1e9

    @property
    def words(self) -> str:
        """What the board is narrowed by."""
        return self._wish.words

    # -- from other threads

    def select(self, project: str, arranged: Arrangement | None = None) -> None:
        """Show the board of `project` from now on, from its beginning."""
        self._wish = BoardWish(words=self._wish.words, arranged=arranged or Arrangement())
        self._wakes.put(f"select {project}")

    def want(self, wish: BoardWish) -> None:
        """Read this of the board from now on; what is wanted already costs nothing."""
        if wish != self._wish:
            self._wish = wish
            self._wakes.put("wish")

    def seek(self, sought: Sought) -> None:
        """Find these, too, from now on; what is sought already costs nothing."""
        if sought != self.sought:
            self.sought = sought
            self._wakes.put("wish")

    def read_on(self, project: str, task: int) -> None:
        """The page of this task is read: whatever is told of it is another world from now on."""
        self._page = project, task

    def nudge(self) -> None:
        """The operator has just acted here: what changed is shown at once."""
        self._wakes.put("act")

    def refresh(self) -> None:
        """Read everything anew."""
        self._wakes.put("all")

    def attend(self, on: bool) -> None:
        """Read also what the home says about itself, or no longer: it costs more than the rest."""
        self._attended = on
        if on:
            self._wakes.put("attend")

    def close(self) -> None:
        """End; safe to call twice and from any thread."""
        self._wakes.put("end")

    # -- the thread

    def run(self) -> None:
        """Look, post, wait, until told to end. Storage is imported here, behind the first paint."""
        from console.app.reader import Reader

        reader = Reader(self._home, self._environ, self._clock)
        wakes, owed, told = {"all"}, False, ""
        try:
            while "end" not in wakes:
                if "all" in wakes:
                    reader.forget()
                selected = next((wake[7:] for wake in wakes if wake.startswith("select ")), None)
                world = reader.look(
                    selected, attends=self._attended, wish=self._wish, sought=self.sought, page=self._page
                )
                self.pulse.note(world)
                self._follow(reader.folders)
                owed = owed or world != self._shown or "all" in wakes
                if owed and (self._own(wakes) or self._clock.monotonic() - self._shown_at >= self._pace):
                    self._shown, self._shown_at, owed = world, self._clock.monotonic(), False
                    self._post(WorldChanged(world, problem="" if reader.problem == told else reader.problem))
                    told = reader.problem
                wakes = self._wait(owed, soon=self._wishes is not None and self._wishes.look())
        except Exception:
            _log.exception("the feed of the console ended by itself")
            raise
        finally:
            if self._watch is not None:
                self._watch.stop()
            reader.close()

    def _own(self, wakes: set[str]) -> bool:
        return bool(wakes & {"act", "all", "attend", "wish"}) or any(wake.startswith("select") for wake in wakes)

    def _wait(self, owed: bool, *, soon: bool) -> set[str]:
        """Everything that woke the thread; empty when the poll was due."""
        patience = min(self._poll, SOON) if soon else self._poll
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

    def _follow(self, folders: Mapping[str, Path]) -> None:
        wanted = (self._home.state, *folders.values(), *(self._wishes.folders if self._wishes is not None else ()))
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
                step=10,  # wakes every step: 5 ms costs 0.54 % of a core, 10 ms 0.35 % and shows a change 8 ms later
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
