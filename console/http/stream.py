"""Owns the feeds of all projects as one stream of events: each told once, in the order of its project, from a place on.

A place is what `Last-Event-ID` says: how far each feed was told. One thread's worth of reading serves all who listen; who
takes too slowly is let go with a word, and goes on from its place.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping
from contextlib import closing, suppress

from starlette.concurrency import run_in_threadpool

from console.api.event import Event
from console.api.shape import encoded
from console.blackboard.changes import Cursor, changes, head
from console.blackboard.connection import open_project
from console.errors import MoziError, UsageError
from console.home import Home
from console.records.alert import Level
from console.registry import folders
from console.spawn import spawn

__all__ = ("Place", "Stream", "level_of", "place_of", "said_place")

LOOK = 0.25
"""Seconds between two looks at the feeds."""
QUIET = 15.0
"""Seconds after which a word says that the line still stands."""
WAITING = 2_000
"""Events that one may be behind."""
_PAGE = 1_000
_BREATH = 200
"""Events that are told at once."""
_GONE = "event: dropped\ndata: {}\n\n"
_ORDER = (Level.URGENT, Level.ATTENTION, Level.ROUTINE, Level.OPTIONAL)
_MOST = 8_192
Place = Mapping[str, Cursor]
"""Project to how far its feed was told."""


def said_place(place: Place) -> str:
    """As `id:` has it: one line."""
    return json.dumps({name: [at.epoch, at.seq] for name, at in place.items()}, separators=(",", ":"))


def place_of(said: str) -> dict[str, Cursor]:
    """The same back. Raises UsageError."""
    try:
        found = json.loads(said[:_MOST])
        return {str(name): Cursor(epoch=str(epoch), seq=int(seq)) for name, (epoch, seq) in found.items()}
    except (ValueError, TypeError, AttributeError) as error:
        raise UsageError("Last-Event-ID: expected the id of an event of this stream") from error


def level_of(event: Event) -> Level:
    """How much attention it wants."""
    match event.entity, event.kind:
        case "observation", _:
            return Level(event.new) if event.new in set(Level) else Level.ROUTINE
        case "ask" | "verdict" | "decision", _:
            return Level.ATTENTION
        case "task" | "review", "status":
            wants = event.new in ("failed", "held", "escalated", "rejected")
            return Level.ATTENTION if wants else Level.ROUTINE
        case "task" | "review" | "session" | "submission", "created" | "status" | "ended":
            return Level.ROUTINE
    return Level.OPTIONAL


class Stream:
    """What happens in a home, for any number of listeners."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._place: dict[str, Cursor] = {}
        self._listeners: set[asyncio.Queue[tuple[Event, str] | None]] = set()
        self._looking: asyncio.Task[None] | None = None
        self._turn = asyncio.Lock()

    async def listen(self, since: Place | None, least: Level = Level.OPTIONAL) -> AsyncGenerator[str, None]:
        """Lines of the stream: after `since`, else from now on; those that want at least so much attention."""
        queue: asyncio.Queue[tuple[Event, str] | None] = asyncio.Queue()
        async with self._turn:  # nothing is told while the place is taken: neither lost nor told twice
            if not self._listeners:
                self._place = await run_in_threadpool(self._heads)
            now = dict(self._place)
            self._listeners.add(queue)
        if self._looking is None or self._looking.done():
            self._looking = spawn(self._look(), name="stream")
        wanted = _ORDER[: _ORDER.index(least) + 1]
        try:
            yield f"id: {said_place(now)}\nevent: hello\ndata: {{}}\n\n" if since is None else ": hello\n\n"
            if since is not None:
                place = dict(since)
                while page := await run_in_threadpool(self._missed, place, now):
                    for event in page:
                        place[event.project] = Cursor(epoch=now[event.project].epoch, seq=event.seq)
                        if level_of(event) in wanted:
                            yield _told(event, said_place(place))
            async for line in _of_queue(queue, wanted):
                yield line
        finally:
            self._listeners.discard(queue)

    async def _look(self) -> None:
        while self._listeners:
            async with self._turn:
                ahead = dict(self._place)
                for n, event in enumerate(await run_in_threadpool(self._news, ahead), start=1):
                    self._place[event.project] = Cursor(epoch=ahead[event.project].epoch, seq=event.seq)
                    self._tell(event, said_place(self._place))
                    if n % _BREATH == 0:  # who listens may take what is there
                        await asyncio.sleep(LOOK / 10)
                self._place = ahead
            await asyncio.sleep(LOOK)

    def _tell(self, event: Event, place: str) -> None:
        for queue in list(self._listeners):
            is_late = queue.qsize() >= WAITING
            queue.put_nowait(None if is_late else (event, place))
            if is_late:
                self._listeners.discard(queue)

    def _news(self, ahead: dict[str, Cursor]) -> list[Event]:
        return list(self._new(ahead))

    def _heads(self) -> dict[str, Cursor]:
        found = {}
        for name, folder in folders(self._home).items():
            with suppress(MoziError, OSError), closing(open_project(folder, read_only=True)) as db:
                found[name] = head(db)
        return found

    def _new(self, place: dict[str, Cursor]) -> Iterator[Event]:
        """What happened in each project since its place, which moves on; a blackboard that was restored goes on at its head."""
        for name, folder in folders(self._home).items():
            with suppress(MoziError, OSError), closing(open_project(folder, read_only=True)) as db:
                cursor = place.get(name) or Cursor(epoch=head(db).epoch, seq=0)
                while True:
                    found = changes(db, cursor, _PAGE)
                    cursor = place[name] = found.cursor
                    yield from (Event.of(name, event) for event in found.events)
                    if len(found.events) < _PAGE:
                        break

    def _missed(self, place: dict[str, Cursor], until: Place) -> list[Event]:
        """A page of what one missed; empty once its place is where all others were when it came.

        Where there is nothing to tell, the place moves on.
        """
        for name in until.keys() - folders(self._home).keys():  # put away since: nobody can read on there
            place[name] = until[name]
        for name, end in until.items():
            at = place.get(name) or Cursor(epoch=end.epoch, seq=0)
            if at.epoch == end.epoch and at.seq < end.seq:
                with closing(open_project(self._home.project_folder(name), read_only=True)) as db:
                    found = changes(db, at, _PAGE)
                if events := [Event.of(name, event) for event in found.events if event.seq <= end.seq]:
                    return events
            place[name] = end
        return []


async def _of_queue(queue: asyncio.Queue[tuple[Event, str] | None], wanted: tuple[Level, ...]) -> AsyncIterator[str]:
    while True:
        try:
            found = await asyncio.wait_for(queue.get(), QUIET)
        except TimeoutError:
            yield ": still here\n\n"
            continue
        if found is None:
            yield _GONE
            return
        event, place = found
        if level_of(event) in wanted:
            yield _told(event, place)


def _told(event: Event, place: str) -> str:
    return f"id: {place}\nevent: {level_of(event)}\ndata: {encoded(event)}\n\n"
