"""`moziplus inbox`: shows what came in and what went into quarantine, sends a message, lets one try again."""

from __future__ import annotations

import json
from typing import Any

import click

from console.cli.in_words import in_words
from console.cli.notes import found_out, on_queue, with_notes
from console.cli.nouns import the_project
from console.cli.options import Here, group, pass_here
from console.cli.output import Column
from console.cli.words import lines
from console.errors import UsageError

__all__ = ("inbox",)

_COLUMNS = (
    Column("ID", "id", right=True),
    Column("STATUS", "status", words=True),
    Column("PROJECT", lambda row: row.project or "-"),
    Column("KIND", lambda row: row.kind or "-"),
    Column("WRITER", "writer", most=24),
    Column("WHY", "reason", most=100, gives=True, words=True),
    Column("MESSAGE", "body", most=100, gives=True),
)


@group("inbox")
def inbox() -> None:
    """What came in by the inbox file, what waits and what is in quarantine."""


@inbox.command("show", prints="inbox.Message", each=True)
@click.argument("message_id", metavar="[ID]", type=click.IntRange(1), required=False)
@click.option("--bad", is_flag=True, help="Only what is in quarantine.")
@click.option("--waiting", is_flag=True, help="Only what waits to be applied.")
@click.option(
    "--limit", type=click.IntRange(1, 10_000), default=50, metavar="N", help="At most so many, the newest; 50."
)
@pass_here
def show(here: Here, message_id: int | None, bad: bool, waiting: bool, limit: int) -> None:
    """Show one message, or list the newest: in quarantine, waiting, and done within the last day."""
    from console.api.inbox import Message
    from console.api.shape import plain
    from console.blackboard.reads.inbox import find_message, list_messages
    from console.errors import NotFound
    from console.records.inbox import MessageStatus

    statuses = tuple(MessageStatus)
    if bad or waiting:
        statuses = (MessageStatus.BAD,) * bad + (MessageStatus.NEW,) * waiting
    with here.state(read_only=True) as db:
        if message_id is None:
            found = [Message.of(message) for message in list_messages(db, statuses=statuses, limit=limit)]
            here.out.many(found, _COLUMNS, empty="nothing of that kind in the inbox")
            return
        message = find_message(db, message_id)
    if message is None:
        raise NotFound(f"there is no message {message_id} in the inbox; `moziplus inbox show` lists them")
    shown = Message.of(message)
    facts = plain(shown).items()
    here.out.one(shown, lambda: "\n".join(f"{key:<8} {value}" for key, value in facts if value is not None))


@inbox.command("send", prints="inbox.MessageSent")
@click.argument("message", metavar="[JSON]", required=False)
@click.option("--kind", metavar="K", help="Its kind, instead of whole JSON.")
@click.option("--project", metavar="P", help="Its project.")
@click.option("--set", "fields", multiple=True, metavar="NAME=VALUE", help="One field; VALUE is JSON, else text.")
@pass_here
def send(here: Here, message: str | None, kind: str | None, project: str | None, fields: tuple[str, ...]) -> None:
    """Append a message to the inbox: JSON (`-` reads it from stdin), or --kind with its fields. It is checked first.

    An id is added where there is none. What keeps it from being done now is told.
    """
    from console.api.inbox import MessageSent
    from console.inbox.send import send as append

    whole: dict[str, Any] = _object(lines(message)) if message else {}
    whole |= {name: value for name, value in (("kind", kind), ("project", project)) if value is not None}
    whole |= dict(_field(lines(text)) for text in fields)
    if not whole:
        raise UsageError("give the message as JSON, or --kind and its fields; see docs/inbox.md")
    if "project" in whole or whole.get("kind") not in ("wake", "pause", "resume"):
        whole["project"] = the_project(here, whole.get("project"))
    whole.setdefault("from", here.actor.name)
    path = here.settings.inbox.path
    sent = append(path, whole)
    kept = on_queue(here, whole["project"]) if whole.get("kind") == "task.create" else _unheard(here)
    with_notes(here, MessageSent(id=sent, path=path), f"sent as {sent}", kept)


@inbox.command("retry", prints="inbox.Message", each=True)
@click.argument("ids", metavar="ID…", nargs=-1, required=True, type=click.IntRange(1))
@click.option("--body", metavar="JSON", help="What it should have been; `-` reads it from stdin. For one ID only.")
@pass_here
def retry(here: Here, ids: tuple[int, ...], body: str | None) -> None:
    """Let messages in quarantine try again, as they are or mended."""
    from console.api.inbox import Message
    from console.inbox.quarantine import retry as again

    if body is not None and len(ids) != 1:
        raise UsageError("--body is for one message")
    mended = None if body is None else lines(body)
    with here.state() as db:
        for message_id in ids:
            after = Message.of(again(db, message_id, mended))
            here.out.line(after, in_words(f"message {message_id} waits to be applied again"))


def _unheard(here: Here) -> tuple[str, ...]:
    """Whether nobody is there to read it."""

    def look() -> tuple[str, ...]:
        from console.actions.queue import nobody_in_charge

        return nobody_in_charge(here.home, only=True)

    return found_out(look)


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise UsageError("the message is not JSON") from None
    if not isinstance(found, dict):
        raise UsageError("the message is not a JSON object")
    return found


def _field(text: str) -> tuple[str, Any]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise UsageError(f"{text[:40]!r} is not NAME=VALUE")
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value
