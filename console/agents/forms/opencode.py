"""Owns the output of OpenCode: `opencode run --format json` tells each step with what it used, and an error as its end.

Seen with 1.18.33. The request that names the session is in none of its counts. A step is told once, in a resumed run too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from console.agents.forms import telling
from console.agents.forms.causes import judged
from console.agents.forms.resuming import Resuming
from console.agents.forms.said import Form, Kind, Objects, Said, number, text_of, tokens_of
from console.records.budget import Usage
from console.records.fill import Fill
from console.records.transcript import Entry

__all__ = ("OPENCODE",)


def _read(objects: Objects, now: int) -> Said | None:
    """An error is its end, unless a step was finished after it."""
    finished = False
    for said in objects:
        match said.get("type"):
            case "error" if not finished:
                return judged(_told(said), now, status=_data(said).get("statusCode"), at=_after(said, now))
            case "step_finish":
                finished = True
            case "text" if text := _words(said):
                return Said(kind=Kind.RESULT, text=text)
    return Said(kind=Kind.EMPTY) if finished else None


def _data(said: Mapping[str, Any]) -> Mapping[str, Any]:
    error = said.get("error")
    data = error.get("data") if isinstance(error, Mapping) else None
    return data if isinstance(data, Mapping) else {}


def _told(said: Mapping[str, Any]) -> str:
    error = said.get("error")
    name = text_of(error.get("name")) if isinstance(error, Mapping) else ""
    return text_of(_data(said).get("message")) or name or "it failed"


def _after(said: Mapping[str, Any], now: int) -> object:
    """What the provider's headers say of the wait."""
    heads = _data(said).get("responseHeaders")
    seconds = heads.get("retry-after") if isinstance(heads, Mapping) else None
    return now / 1000 + float(seconds) if isinstance(seconds, str) and seconds.isdigit() else None


def _part(said: Mapping[str, Any]) -> Mapping[str, Any]:
    part = said.get("part")
    return part if isinstance(part, Mapping) else {}


def _step(said: Mapping[str, Any]) -> Usage:
    if said.get("type") != "step_finish":
        return Usage()
    counts, part = _part(said).get("tokens"), _part(said)
    cache = counts.get("cache") if isinstance(counts, Mapping) else None
    tokens = tokens_of(counts, "total") or tokens_of(counts, "input", "output", "reasoning") + tokens_of(
        cache, "read", "write"
    )
    return Usage(tokens=tokens, cost=number(part.get("cost")))


def _words(said: Mapping[str, Any]) -> str:
    if said.get("type") == "error":
        return _told(said)
    return text_of(_part(said).get("text")) if said.get("type") == "text" else ""


def _entries(said: Mapping[str, Any]) -> Iterable[Entry]:
    at, part = telling.moment(said.get("timestamp")), _part(said)
    match said.get("type"):
        case "text":
            yield from telling.said(part.get("text"), id=text_of(part.get("id")), at=at)
        case "reasoning":
            yield from telling.thought(part.get("text"), id=text_of(part.get("id")), at=at)
        case "tool_use":
            yield from _tool(part, at)
        case "step_finish":
            used = _step(said)
            yield from telling.spent(used.tokens, used.cost, total=False, at=at)
        case "error":
            yield from telling.failed(_told(said), at=at)


def _tool(part: Mapping[str, Any], at: int) -> Iterable[Entry]:
    """A tool is told once it has ended: its call and its result."""
    found = part.get("state")
    state: Mapping[str, Any] = found if isinstance(found, Mapping) else {}
    times, more = state.get("time"), state.get("metadata")
    begun = telling.moment(times.get("start")) if isinstance(times, Mapping) else 0
    given = state.get("input")
    if part.get("tool") == "todowrite" and isinstance(given, Mapping):
        yield from telling.planned(given.get("todos"), "content", "status", at=at)
        return
    yield from telling.called(part.get("tool"), given, id=part.get("callID"), at=begun or at)
    code = more.get("exit") if isinstance(more, Mapping) else None
    failed = state.get("status") == "error"
    text = state.get("error") if failed else state.get("output")
    yield from telling.returned(text, id=part.get("callID"), exit_code=code, failed=failed, at=at)
    if isinstance(more, Mapping) and isinstance(given, Mapping) and more.get("diff"):
        yield from telling.changed(given.get("filePath"), more.get("diff"), id=part.get("callID"), at=at)


OPENCODE = Form(
    read=_read,
    words=_words,
    entries=_entries,
    step=(b'"step_finish"', _step),
    fill=lambda said: Fill(used=_step(said).tokens),
    conversation="sessionID",
    resuming=Resuming(program="opencode", after="run", words=("--session", "{conversation}")),
)
