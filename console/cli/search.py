"""`moziplus search`: finds a text in what agents said and did, in every session of every project."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from console.cli.nouns import every_board, project_option
from console.cli.options import Here, command, pass_here
from console.cli.output import Column
from console.errors import UsageError, said_of

if TYPE_CHECKING:
    from console.blackboard.connection import Database
    from console.records.session import Session

__all__ = ("search",)

SESSIONS = 1_000
"""Of each project the newest so many are looked through."""
COLUMNS = (
    Column("AT", "at"),
    Column("TASK", lambda r: f"{r.project}#{r.task}"),
    Column("AGENT", "agent", most=20),
    Column("SESSION", lambda r: r.session[:8]),
    Column("KIND", "kind", words=True),
    Column("FOUND", "around", most=200, gives=True),
)


@command("search", prints="session.Found", each=True)
@click.argument("text", metavar="TEXT")
@project_option
@click.option("--agent", metavar="A", help="Only in sessions of this agent.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True, help="At most so many places.")
@pass_here
def search(here: Here, text: str, project: str | None, agent: str | None, limit: int) -> None:
    """Find a text (any case) in the transcripts of sessions, the newest session first.

    Of each project the newest 1,000 sessions are looked through. `moziplus session log SESSION --grep` shows one of them.
    """
    from console.api.session import Found
    from console.blackboard.reads.sessions import recent_sessions
    from console.clock import iso
    from console.transcript.search import around, find

    if not text.strip():
        raise UsageError("say which text")

    def read(name: str, db: Database) -> list[tuple[str, Session]]:
        return [(name, session) for session in recent_sessions(db, limit=SESSIONS, agent=agent) if session.folder]

    sessions = every_board(here, project, read)
    sessions.sort(key=lambda row: -row[1].created_at)
    found: list[Found] = []
    for name, session in sessions:
        place = partial(Found, project=name, task=session.task_id, session=session.id, agent=session.agent)
        try:
            for entry in find(Path(session.folder or "/nowhere"), text):
                found.append(place(kind=entry.kind, at=iso(entry.at or None), around=around(entry, text)))
                if len(found) >= limit:
                    break
        except OSError as error:
            here.left_out(f"what session {session.id} said cannot be read: {said_of(error, session.folder)}")
        if len(found) >= limit:
            break
    here.out.many(found, COLUMNS, empty="nothing is found in what is kept of the sessions")
    if len(found) >= limit:
        here.out.say(f"these are the newest {limit}; --limit shows more")
