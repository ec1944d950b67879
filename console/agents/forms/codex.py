"""Owns the output of Codex: `codex exec --json` tells of its turn when that is completed or has failed. It knows no cost.

Seen with 0.171.0. A plain `error` on the way is no end: it tries again, and says so with the same object. What a turn used
is of the whole conversation where it resumed one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from console.agents.forms import telling
from console.agents.forms.causes import judged
from console.agents.forms.resuming import Resuming
from console.agents.forms.said import Form, Kind, Objects, Said, text_of, tokens_of
from console.records.budget import Usage
from console.records.transcript import Entry

__all__ = ("CODEX",)

_WHOLE = frozenset(("tokens",))


def _read(objects: Objects, now: int) -> Said | None:
    """The last turn decides; its last message is what it said."""
    used: Usage | None = None
    for said in objects:
        match said.get("type"):
            case "turn.failed" if used is None:
                return judged(_told(said.get("error")), now)
            case "turn.completed" if used is None:
                used = _used(said)
            case "turn.started" if used is not None:
                break
            case _ if used is not None and (text := _words(said)):
                return Said(kind=Kind.RESULT, text=text, usage=used, whole=_WHOLE)
    return None if used is None else Said(kind=Kind.EMPTY, usage=used, whole=_WHOLE)


def _used(turn: Mapping[str, Any]) -> Usage:
    """Cached tokens are part of the input."""
    return Usage(tokens=tokens_of(turn.get("usage"), "input_tokens", "output_tokens"))


def _told(error: object) -> str:
    """Its message, out of the provider's own JSON where it hands that through."""
    text = text_of(error.get("message")) if isinstance(error, Mapping) else ""
    if text.startswith("{"):
        try:
            inner = json.loads(text).get("error")
        except (ValueError, AttributeError, RecursionError):
            return text
        return (text_of(inner.get("message")) if isinstance(inner, Mapping) else text_of(inner)) or text
    return text or "its turn failed"


def _words(said: Mapping[str, Any]) -> str:
    if said.get("type") == "turn.failed":
        return _told(said.get("error"))
    item = said.get("item")
    own = said.get("type") == "item.completed" and isinstance(item, Mapping) and item.get("type") == "agent_message"
    return text_of(item.get("text")) if own and isinstance(item, Mapping) else ""


def _entries(said: Mapping[str, Any]) -> Iterable[Entry]:
    item = said.get("item")
    match said.get("type"):
        case "thread.started":
            yield from telling.stands("started")
        case "error":
            yield from telling.stands(text_of(said.get("message")))
        case "turn.failed":
            yield from telling.failed(_told(said.get("error")))
        case "turn.completed":
            yield from telling.spent(_used(said).tokens, total=True)
        case "item.started" if isinstance(item, Mapping):
            yield from _begun(item)
        case "item.completed" | "item.updated" if isinstance(item, Mapping):
            yield from _done(item, ended=said.get("type") == "item.completed")


def _begun(item: Mapping[str, Any]) -> Iterable[Entry]:
    name = item.get("id")
    match item.get("type"):
        case "command_execution":
            yield from telling.called("shell", {"command": item.get("command")}, id=name)
        case "mcp_tool_call":
            yield from telling.called(f"{item.get('server')}.{item.get('tool')}", item.get("arguments"), id=name)
        case "web_search":
            yield from telling.called("web_search", {"query": item.get("query")}, id=name)
        case "todo_list":
            yield from telling.planned(item.get("items"), "text", "completed")


def _done(item: Mapping[str, Any], *, ended: bool) -> Iterable[Entry]:
    name = item.get("id")
    match item.get("type"):
        case "todo_list":
            yield from telling.planned(item.get("items"), "text", "completed")
        case _ if not ended:
            return
        case "agent_message":
            yield from telling.said(item.get("text"), id=text_of(name))
        case "reasoning":
            yield from telling.thought(item.get("text"), id=text_of(name))
        case "command_execution":
            code = item.get("exit_code")
            yield from telling.returned(item.get("aggregated_output"), id=name, exit_code=code)
        case "mcp_tool_call":
            failed = item.get("status") == "failed"
            yield from telling.returned(item.get("error") if failed else item.get("result"), id=name, failed=failed)
        case "file_change":
            for change in item.get("changes") or ():
                if isinstance(change, Mapping):
                    yield from telling.changed(change.get("path"), change.get("diff"), id=name)
        case "error":
            yield from telling.stands(text_of(item.get("message")))


CODEX = Form(
    read=_read,
    words=_words,
    entries=_entries,
    conversation="thread_id",
    resuming=Resuming(program="codex", after="exec", words=("resume", "{conversation}"), last=True, from_stdin="-"),
    whole=_WHOLE,
)
