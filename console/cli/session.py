"""`moziplus session`: sees agents' sessions, reads their output, sends them messages, stops them for certain."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from console.cli.nouns import every_board, project_option, the_project
from console.cli.options import Here, group, pass_here
from console.cli.reference import referenced
from console.cli.session_views import COLUMNS, session_text
from console.errors import NotFound, Unavailable, UsageError

if TYPE_CHECKING:
    from console.api.session import Session as Shown
    from console.blackboard.connection import Database
    from console.records.session import Session

__all__ = ("ACTIONS", "session")

ACTIONS = {"stop": "stop_session", "log": "output", "send": "send"}
"""Command to the id of the console's action that does the same."""
PATIENCE = 20.0
"""Seconds in which whoever is in charge must pass a message on."""

_which = click.argument("session_id", metavar="SESSION")


@group("session")
def session() -> None:
    """See, read and stop agents' sessions, and send them messages."""


@session.command("list", prints="session.Session", each=True)
@project_option
@click.option("--task", metavar="N", help="Only on this task and its reviews, ended ones too.")
@click.option("--agent", metavar="A", help="Only of this agent.")
@click.option("--all", "every", is_flag=True, help="Ended ones too, newest first.")
@click.option("--limit", type=click.IntRange(1, 100_000), default=50, show_default=True, help="At most so many.")
@pass_here
def list_(here: Here, project: str | None, task: str | None, agent: str | None, every: bool, limit: int) -> None:
    """List sessions that have not ended, or all."""
    from console.blackboard.reads.sessions import present_sessions, recent_sessions, sessions_of
    from console.showing.sessions import shown_sessions

    number = None
    if task is not None:
        place, number = referenced(task, project)
        project = the_project(here, place)

    def read(name: str, db: Database) -> list[Shown]:
        if number is not None:
            found = sessions_of(db, number, limit=limit)
        else:
            found = recent_sessions(db, limit=limit, agent=agent) if every else present_sessions(db)
        return shown_sessions(name, db, (s for s in found if agent in (None, s.agent)))

    rows = every_board(here, project, read)
    rows.sort(key=lambda r: r.created_at or "", reverse=every)
    here.out.many(rows[:limit], COLUMNS, empty="no sessions; `--all` shows those that have ended")


@session.command("show", prints="session.Session")
@_which
@project_option
@pass_here
def show(here: Here, session_id: str, project: str | None) -> None:
    """Show one session; the beginning of its id is enough."""
    from console.agents.handing_over import fill_of
    from console.api.session import Session as Shown
    from console.blackboard.reads.asks import open_by_session
    from console.blackboard.reads.sessions import sessions_of
    from console.records.session import resumed

    place, found = _find(here, session_id, project)
    with here.blackboard(place, read_only=True) as db:
        waits, before = open_by_session(db).get(found.id, ()), resumed(sessions_of(db, found.task_id)).get(found.id)
    record = Shown.of(place, found, waits, before, fill_of(found.folder, found.external_id))
    here.out.one(record, lambda: session_text(record))


@session.command("log", prints="session.Entry", each=True)
@_which
@project_option
@click.option("--follow", "-f", is_flag=True, help="Go on with what it says, until it ends.")
@click.option(
    "-n", "--last", type=click.IntRange(0), default=200, show_default=True, help="How many entries; 0 for all."
)
@click.option(
    "--grep", "pattern", metavar="PATTERN", help="Only entries that match this regular expression (any case)."
)
@click.option("--raw", is_flag=True, help="Its output as it came, line by line.")
@pass_here
def log(
    here: Here, session_id: str, project: str | None, follow: bool, last: int, pattern: str | None, raw: bool
) -> None:
    """Read what a session's agent said and did."""
    from console.api.session import Entry
    from console.cli.session_log import said
    from console.cli.session_transcript import has_transcript, show_transcript
    from console.records.transcript import EntryKind

    if raw and pattern:
        raise UsageError("--grep looks at entries, and --raw shows none; leave one of them out")
    place, found = _find(here, session_id, project)
    if found.folder is None:
        raise NotFound(f"session {found.id} has no folder: a {found.backend} agent keeps its output to itself")
    if not raw and (follow or has_transcript(found)):
        show_transcript(here, place, found, last=last, follow=follow, pattern=pattern)
        return
    for text in said(here, place, found, last=last, follow=follow):
        here.out.line(Entry(kind=EntryKind.TEXT, at=None, id=None, text=text, fields={}), text)


@session.command("stop", prints="session.Session")
@_which
@project_option
@pass_here
def stop(here: Here, session_id: str, project: str | None) -> None:
    """Stop an agent for certain; its task goes back to pending. Ends with 5 where it still lives after 30 s.

    It works by the lock of the session's folder, too, where whoever is in charge hangs or a database cannot be read.
    """
    from console.api.session import Session as Shown
    from console.cli.diagnostics import complain
    from console.engine.stop_session import look_up, stop_session

    if not session_id.strip():
        raise UsageError("say which session: the beginning of its id is enough")
    home = here.home_to_stop
    wanted = look_up(home, session_id, project)
    ended = stop_session(home, wanted, by=here.actor, clock=here.clock, environ=here.environ)
    on = f" on {wanted.project}#{ended.task_id}" if wanted.project and ended.task_id else ""
    here.out.one(Shown.of(wanted.project, ended), f"{ended.agent}{on} is stopped")
    for note in wanted.notes:
        complain(note)


@session.command("send", prints="session.Sent")
@_which
@click.argument("text", metavar="TEXT")
@project_option
@pass_here
def send(here: Here, session_id: str, text: str, project: str | None) -> None:
    """Send an agent a message while it works. Ends with 4 where its backend takes none."""
    from console.api.session import Sent
    from console.cli.words import lines
    from console.commands import sessions
    from console.engine.in_charge import holder

    place, found = _find(here, session_id, project)
    said = sessions.Tell(project=place, session=found, text=lines(text), patience=PATIENCE)
    sessions.refuse_vain(said)
    if holder(here.home) is None:
        raise Unavailable("nobody is in charge who could pass it on; start `moziplus run`")
    with here.state() as db:
        sessions.tell(here.asking(db), said)
    here.out.one(Sent(id=found.id, project=place, sent=True), f"sent to {found.agent} on {place}#{found.task_id}")


def _find(here: Here, start: str, project: str | None) -> tuple[str, Session]:
    """The one session whose id begins so, in `project` or any. Raises NotFound, UsageError where several do."""
    from console.blackboard.reads.sessions import find_session
    from console.registry import folders

    if not start.strip():
        raise UsageError("say which session: the beginning of its id is enough")
    found: list[tuple[str, Session]] = []
    unread: list[str] = []
    places = [the_project(here, project)] if project is not None else list(folders(here.home))
    for place in places:
        try:
            with here.blackboard(place, read_only=True) as db:
                match = find_session(db, start)
        except Unavailable as error:
            if project is not None:
                raise
            unread.append(str(error))  # a blackboard that cannot be read hides no session of another
            continue
        if match is not None:
            found.append((place, match))
    if len(found) > 1:
        raise UsageError(f"sessions of {', '.join(p for p, _ in found)} begin with {start[:40]!r}; add --project")
    if not found and unread:
        raise Unavailable(f"no session that can be read begins with {start[:40]!r}: {'; '.join(unread)}")
    if not found:
        raise NotFound(f"no session begins with {start[:40]!r}; `moziplus session list --all` shows them")
    return found[0]
