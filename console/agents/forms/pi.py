"""Owns the output of pi: `pi -p --mode json` tells each message with what it used, and ends with 0 whatever became of it.

Seen with 1.5.2. A message is told once, in a resumed run too. It tries again by itself; the last message decides.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from console.agents.forms import telling
from console.agents.forms.causes import judged
from console.agents.forms.resuming import Resuming
from console.agents.forms.said import Form, Kind, Objects, Said, number, text_of, tokens_of
from console.records.budget import Usage
from console.records.fill import Fill
from console.records.transcript import Entry

__all__ = ("PI",)

_STATUS = re.compile(r"^(\d{3}): (.*)$", re.DOTALL)


def _read(objects: Objects, now: int) -> Said | None:
    for said in objects:
        if message := _own(said):
            if message.get("stopReason") == "error":
                status, text = _told(message.get("errorMessage"))
                return judged(text, now, status=status)
            text = _words(said)
            return Said(kind=Kind.RESULT if text else Kind.EMPTY, text=text)
    return None


def _own(said: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """A message of the model itself, once it is complete."""
    message = said.get("message")
    own = said.get("type") == "message_end" and isinstance(message, Mapping) and message.get("role") == "assistant"
    return message if own and isinstance(message, Mapping) else None


def _told(error: object) -> tuple[int | None, str]:
    """The HTTP status and the provider's own words."""
    text = text_of(error)
    found = _STATUS.match(text)
    if found is None:
        return None, text or "it failed"
    try:
        inner = json.loads(found[2])
        text = text_of(inner.get("message")) or text
    except (ValueError, AttributeError, RecursionError):
        pass
    return int(found[1]), text


def _step(said: Mapping[str, Any]) -> Usage:
    usage = (_own(said) or {}).get("usage")
    cost = usage.get("cost") if isinstance(usage, Mapping) else None
    return Usage(
        tokens=tokens_of(usage, "totalTokens"), cost=number(cost.get("total")) if isinstance(cost, Mapping) else 0.0
    )


def _parts(message: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    content = message.get("content")
    return [part for part in content if isinstance(part, Mapping)] if isinstance(content, list) else []


def _words(said: Mapping[str, Any]) -> str:
    texts = (text_of(part.get("text")) for part in _parts(_own(said) or {}) if part.get("type") == "text")
    return "\n".join(text for text in texts if text)


def _entries(said: Mapping[str, Any]) -> Iterable[Entry]:
    match said.get("type"):
        case "session":
            yield from telling.stands("started", at=telling.moment(said.get("timestamp")))
        case "message_end" if message := _own(said):
            yield from _message(message)
            used = _step(said)
            yield from telling.spent(used.tokens, used.cost, total=False, at=telling.moment(message.get("timestamp")))
        case "tool_execution_end":
            yield from _result(said)
        case "auto_retry_start":
            yield from telling.stands(f"tries again: {_told(said.get('errorMessage'))[1]}")
        case "auto_retry_end" if said.get("success") is False:
            yield from telling.failed(_told(said.get("finalError"))[1])


def _message(message: Mapping[str, Any]) -> Iterable[Entry]:
    at, name = telling.moment(message.get("timestamp")), text_of(message.get("responseId"))
    for part in _parts(message):
        match part.get("type"):
            case "text":
                yield from telling.said(part.get("text"), id=name, at=at)
            case "thinking":
                yield from telling.thought(part.get("thinking"), id=name, at=at)
            case "toolCall":
                yield from telling.called(part.get("name"), part.get("arguments"), id=part.get("id"), at=at)
    if message.get("stopReason") == "error":
        yield from telling.stands(_told(message.get("errorMessage"))[1], at=at)


def _result(said: Mapping[str, Any]) -> Iterable[Entry]:
    result = said.get("result")
    found: Mapping[str, Any] = result if isinstance(result, Mapping) else {}
    more = found.get("structuredContent")
    code = more.get("exit_code") if isinstance(more, Mapping) else None
    yield from telling.returned(
        found.get("content"), id=said.get("toolCallId"), exit_code=code, failed=said.get("isError")
    )


PI = Form(
    read=_read,
    words=_words,
    entries=_entries,
    step=(b'"message_end"', _step),
    fill=lambda said: Fill(used=_step(said).tokens),
    conversation="id",
    named_in=("session",),
    resuming=Resuming(program="pi", words=("--session", "{conversation}")),
)
