"""Owns a run's transcript: from the gateway's events as they come, or whole from `chat.history`; and what the run used.

The gateway's own files are never touched: their form changed between two releases and is private.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import msgspec

from console.agents.gateway_background import note_commands
from console.agents.gateway_run import Run, ended_too, text_of, tool_call
from console.gateway import wire
from console.gateway.client import Gateway
from console.records.budget import Usage
from console.records.transcript import Entry, EntryKind
from console.safe_files import of_session, write
from console.transcript.keeping import presentable
from console.transcript.line import line_of
from console.transcript.parts import LIVE, heading

__all__ = ("LIMIT", "history_of", "is_of", "keep_transcript", "note_answers", "spent", "when")

LIMIT = 1000
"""Messages that are asked for; no run of ours comes near."""
CAP = 12_000_000
"""Bytes of one transcript that are kept."""


async def keep_transcript(gateway: Gateway, run: Run) -> Usage | None:
    """What it has used, None where there is no transcript (any more). At its end transcript.jsonl has all that it did.

    Raises GatewayFault and Refused.
    """
    history = await history_of(gateway, run.note.key, LIMIT)
    return await asyncio.to_thread(_keep, run, history) if history else None


async def history_of(gateway: Gateway, key: str, most: int) -> list[dict[str, Any]]:
    """The newest messages of a session of the gateway, the oldest of them first. Raises GatewayFault and Refused."""
    history = await gateway.call("chat.history", {"sessionKey": key, "limit": most}, wire.History)
    return [*_decoded(history)]


def _keep(run: Run, history: list[dict[str, Any]]) -> Usage:
    messages = [message for message in history if is_of(run, message)]
    used = sum(map(spent, messages), Usage())
    note_answers(run, messages)
    if run.settling and run.heard and run.heard_whole:
        fields = {"tokens": used.tokens, "cost": used.cost, "total": True}
        run.add_late([Entry(kind=EntryKind.USAGE, fields=fields)])
    elif run.settling:
        told = [entry for message in messages for entry in _entries(message)]
        _write(run, [*told, *map(ended_too, run.ended)])
    return used


def is_of(run: Run, message: Mapping[str, Any]) -> bool:
    """Whether a message of its session came with this run; those before it belong to runs that it goes on from."""
    return not run.note.after or when(message) > run.note.after


def note_answers(run: Run, messages: Iterable[Mapping[str, Any]]) -> None:
    """What they tell of the run itself: that its model answered, how full its context is, commands that go on."""
    for message in messages:
        if message.get("role") == "toolResult":
            note_commands(run, text_of(message.get("content")), when(message))
        if message.get("role") == "assistant" and isinstance(message.get("usage"), dict):
            run.answered = True
            run.used_up = spent(message).tokens or run.used_up


def _decoded(history: wire.History) -> Iterator[dict[str, Any]]:
    for raw in history.messages:
        try:
            yield msgspec.json.decode(raw, type=dict[str, Any])
        except msgspec.DecodeError:
            continue


def _write(run: Run, entries: list[Entry]) -> None:
    """In the place of what was heard of it: somebody else followed its beginning."""
    run.transcript.close()
    lines, size = [line_of(heading(1, 0))], 0
    for n, entry in enumerate(entries):
        size += len(line := line_of(presentable(entry)))
        if size > CAP:
            text = f"{len(entries) - n} entries are missing here: they could not be written"
            lines.append(line_of(Entry(kind=EntryKind.STATUS, text=text, fields={"missing": len(entries) - n})))
            break
        lines.append(line)
    content = ("\n".join(lines) + "\n").encode("utf-8", "replace")
    write(*of_session(run.folder.path, LIVE), content, durable=False, clear=True)


def _entries(message: Mapping[str, Any]) -> Iterator[Entry]:
    """What one message tells."""
    at, content, role = when(message), message.get("content"), message.get("role")
    by = {} if role == "assistant" else {"by": str(role)[:40]}
    if role == "toolResult":
        fields = {"failed": True} if message.get("isError") is True else {}
        name = str(message.get("toolCallId") or "")
        yield Entry(kind=EntryKind.TOOL_RESULT, at=at, id=name, text=text_of(content), fields=fields)
        return
    parts = content if isinstance(content, list) else [{"type": "text", "text": content}]
    for part in parts:
        told = _PARTS.get(str(part.get("type"))) if isinstance(part, Mapping) else None
        if told is not None:
            entry = told(part)
            yield replace(entry, at=at, fields={**entry.fields, **by})


def when(message: Mapping[str, Any]) -> int:
    """By the gateway's clock, in ms; 0 where it does not say."""
    at = message.get("timestamp")
    return at if isinstance(at, int) and not isinstance(at, bool) and at > 0 else 0


def _text(part: Mapping[str, Any]) -> Entry:
    return Entry(kind=EntryKind.TEXT, text=str(part.get("text") or ""))


def _thinking(part: Mapping[str, Any]) -> Entry:
    return Entry(kind=EntryKind.THINKING, text=str(part.get("thinking") or part.get("text") or ""))


def _call(part: Mapping[str, Any]) -> Entry:
    return tool_call(str(part.get("name") or ""), part.get("arguments"), str(part.get("id") or ""))


_PARTS: Mapping[str, Callable[[Mapping[str, Any]], Entry]] = {
    "text": _text,
    "thinking": _thinking,
    "toolCall": _call,
}


def spent(message: Mapping[str, Any]) -> Usage:
    """What its model call used, where it is the answer of one."""
    usage = message.get("usage")
    if message.get("role") != "assistant" or not isinstance(usage, dict):
        return Usage()
    parts = [usage.get(name) for name in ("input", "output", "cacheRead", "cacheWrite")]
    whole = usage.get("totalTokens") or sum(part for part in parts if isinstance(part, int | float))
    cost = usage.get("cost")
    dollars = cost.get("total") if isinstance(cost, dict) else cost
    return Usage(
        tokens=int(whole) if isinstance(whole, int | float) else 0,
        cost=float(dollars) if isinstance(dollars, int | float) else 0.0,
    )
