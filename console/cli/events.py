"""`moziplus events`: the change feeds of the projects, as they were written and as they go on."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import click

from console.cli.options import Here, command, pass_here
from console.errors import MoziError

if TYPE_CHECKING:
    from console.api.event import Event
    from console.blackboard.changes import Cursor
    from console.blackboard.connection import Database

__all__ = ("events",)

_PAUSE = 0.25
"""Seconds between two looks at a feed that is followed."""
_PAGE = 1000


@command("events", prints="event.Event", each=True)
@click.option("--follow", "-f", is_flag=True, help="Go on with what happens from now on.")
@click.option("--project", metavar="P", help="Only this project.")
@click.option("--since", type=click.IntRange(0), metavar="SEQ", help="Only after this `seq` (it counts per project).")
@click.option("-n", "--last", type=click.IntRange(0), default=50, show_default=True, help="How many, without --since.")
@pass_here
def events(here: Here, follow: bool, project: str | None, since: int | None, last: int) -> None:
    """Show what happened, oldest first, in all projects."""
    with ExitStack() as stack:
        feeds = {name: _Feed(name, stack.enter_context(_opened(here, name))) for name in _names(here, project)}
        for record in _past(here, list(feeds.values()), since, last):
            _show(here, record)
        while follow:
            here.out.pause(_PAUSE)
            for name in set(_names(here, project)) - set(feeds):
                feeds[name] = _Feed(name, stack.enter_context(_opened(here, name)))
            for record in heapq.merge(*(feed.new() for feed in feeds.values()), key=lambda r: r.at or ""):
                _show(here, record)


class _Feed:
    """The feed of one project, with the place up to which it was shown."""

    def __init__(self, project: str, db: Database) -> None:
        self._project = project
        self._db = db
        self._cursor: Cursor | None = None

    def past(self, since: int | None, last: int) -> Iterator[Event]:
        """What happened after `since`, else the `last` events."""
        from console.blackboard.changes import Cursor, head

        end = head(self._db)
        self._cursor = Cursor(epoch=end.epoch, seq=max(end.seq - last, 0) if since is None else since)
        yield from self.new()

    def new(self) -> Iterator[Event]:
        """What happened since the last call; a restored blackboard goes on from its head."""
        from console.api.event import Event
        from console.blackboard.changes import Cursor, changes

        if self._cursor is None:
            self._cursor = Cursor(epoch="", seq=0)
        while True:
            found = changes(self._db, self._cursor, _PAGE)
            if found.reload and self._cursor.epoch == "":
                self._cursor = Cursor(epoch=found.cursor.epoch, seq=0)
                continue
            self._cursor = found.cursor
            yield from (Event.of(self._project, event) for event in found.events)
            if len(found.events) < _PAGE:
                return


def _names(here: Here, project: str | None) -> list[str]:
    from console.registry import folders

    if project is not None:
        here.project_folder(project)
        return [project]
    return list(folders(here.home))


def _opened(here: Here, project: str) -> Any:
    return here.blackboard(project, read_only=True)


def _past(here: Here, feeds: list[_Feed], since: int | None, last: int) -> list[Event]:
    found: list[Event] = []
    for feed in feeds:
        try:
            found += feed.past(since, last)
        except MoziError as error:
            if len(feeds) == 1:
                raise
            here.left_out(str(error))
    found.sort(key=lambda record: (record.at or "", record.project, record.seq))
    return found if since is not None else found[max(len(found) - last, 0) :]


def _show(here: Here, record: Event) -> None:
    change = " → ".join(str(v) for v in (record.old, record.new) if v is not None)
    task = f"#{record.task}" if record.task is not None else ""
    human = f"{record.at} {record.project}{task} {record.entity} {record.id} {record.kind} {change} by {record.actor}"
    here.out.line(record, human)
