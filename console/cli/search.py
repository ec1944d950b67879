"""`moziplus search`: finds a text on every blackboard and in what agents said and did, in every session of every project."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from console.cli.nouns import every_board, project_option
from console.cli.options import Here, command, pass_here
from console.cli.output import Column
from console.cli.progress import Progress
from console.errors import UsageError, said_of

if TYPE_CHECKING:
    from console.api.search import Found
    from console.blackboard.connection import Database
    from console.records.session import Session

__all__ = ("search",)

SESSIONS = 1_000
"""Of each project the newest so many are looked through."""
PLACES = {"tasks": "task", "comments": "comment", "findings": "finding", "decisions": "decision"}
"""Where on a blackboard, and what is found there."""
TRANSCRIPTS = "transcripts"
COLUMNS = (
    Column("AT", "at"),
    Column("TASK", lambda r: f"{r.project}#{r.task}" if r.task is not None else r.project),
    Column("BY", "agent", most=20),
    Column("SESSION", lambda r: (r.session or "")[:8]),
    Column("KIND", "kind", words=True),
    Column("FOUND", "around", most=200, gives=True),
)


@command("search", prints="search.Found", each=True)
@click.argument("text", metavar="TEXT")
@project_option
@click.option(
    "--in", "places", multiple=True, type=click.Choice((*PLACES, TRANSCRIPTS)), help="Only there; repeat for more."
)
@click.option("--agent", metavar="A", help="Only in what this agent wrote, and in its sessions.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True, help="At most so many places.")
@pass_here
def search(here: Here, text: str, project: str | None, places: tuple[str, ...], agent: str | None, limit: int) -> None:
    """Find a text (any case) in tasks, comments, findings, decisions and the transcripts of sessions, the newest first.

    Of each project the newest 1,000 sessions are looked through. `moziplus session log SESSION --grep` shows one of them.
    """
    if not text.strip():
        raise UsageError("say which text")
    kinds = [PLACES[place] for place in PLACES if not places or place in places]
    found = _on_boards(here, text, project, kinds, agent, limit) if kinds else []
    if not places or TRANSCRIPTS in places:
        with Progress("transcripts read", here.clock.monotonic) as told:
            said = _in_transcripts(here, text, project, agent, told)
            found += [one for one, _ in zip(said, range(limit), strict=False)]
    found.sort(key=lambda one: one.at or "", reverse=True)
    here.out.many(found[:limit], COLUMNS, empty="nothing is found in what is kept")
    if len(found) >= limit:
        here.out.say(f"these are the newest {limit}; --limit shows more")


def _on_boards(
    here: Here, text: str, project: str | None, kinds: list[str], agent: str | None, limit: int
) -> list[Found]:
    from console.api.search import Found
    from console.blackboard.reads.search import hits
    from console.clock import iso
    from console.transcript.search import around_in

    def read(name: str, db: Database) -> list[Found]:
        place = partial(Found, project=name, session=None)
        return [
            place(task=hit.task, agent=hit.by, kind=hit.kind, at=iso(hit.at), around=around_in(hit.text, text))
            for hit in hits(db, text, kinds=kinds, by=agent, limit=limit)
        ]

    return every_board(here, project, read)


def _in_transcripts(here: Here, text: str, project: str | None, agent: str | None, told: Progress) -> Iterator[Found]:
    """The newest session first."""
    from console.api.search import Found
    from console.blackboard.reads.sessions import recent_sessions
    from console.clock import iso
    from console.transcript.search import around, find

    def read(name: str, db: Database) -> list[tuple[str, Session]]:
        return [(name, session) for session in recent_sessions(db, limit=SESSIONS, agent=agent) if session.folder]

    sessions = every_board(here, project, read)
    rows = sorted(sessions, key=lambda row: -row[1].created_at)
    for n, (name, session) in enumerate(rows):
        told(n, len(rows))
        place = partial(Found, project=name, task=session.task_id, session=session.id, agent=session.agent)
        try:
            for entry in find(Path(session.folder or "/nowhere"), text):
                yield place(kind=str(entry.kind), at=iso(entry.at or None), around=around(entry, text))
        except OSError as error:
            here.left_out(f"what session {session.id} said cannot be read: {said_of(error, session.folder)}")
