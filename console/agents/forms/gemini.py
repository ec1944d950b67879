"""Owns the output of Gemini CLI: `--output-format stream-json` ends with a result, `json` is one object of many lines.

Seen with 0.61.0. Its exit status is the provider's HTTP status, cut to eight bits; it knows no cost. What it used is of this
run, also where that resumed a session.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from console.agents.forms import telling
from console.agents.forms.causes import judged
from console.agents.forms.resuming import Resuming
from console.agents.forms.said import Form, Kind, Objects, Said, text_of, tokens_of
from console.records.budget import Usage
from console.records.transcript import Entry

__all__ = ("GEMINI",)

_WRAPPED = re.compile(r"^\[API Error: (.*)\]\s*(.*)$", re.DOTALL)
_STATUSES = {429 & 255: Kind.LIMITED, 529 & 255: Kind.LIMITED, 401 & 255: Kind.SIGNED_OUT, 41: Kind.SIGNED_OUT}
"""41 is its own word for a sign-in that is missing; the others are HTTP statuses."""


def _read(objects: Objects, now: int) -> Said | None:
    used: Usage | None = None
    words: list[str] = []
    for said in objects:
        if used is None:
            if not _is_result(said):
                continue
            used = _used(said)
            if said.get("status") == "error" or said.get("error"):
                text, status = _told(said.get("error"))
                return judged(text, now, status=status, usage=used)
            if text := text_of(said.get("response")):
                return Said(kind=Kind.RESULT, text=text, usage=used)
        elif text := _delta(said):
            words.append(text)
        elif words:
            break
    if used is None:
        return None
    told = "".join(reversed(words)).strip()
    return Said(kind=Kind.RESULT if told else Kind.EMPTY, text=told, usage=used)


def _is_result(said: Mapping[str, Any]) -> bool:
    return said.get("type") == "result" or ("type" not in said and bool(said.keys() & {"response", "error", "stats"}))


def _used(said: Mapping[str, Any]) -> Usage:
    """The stream adds up, the object names each model. Cached tokens are part of the input in both."""
    stats = said.get("stats")
    models = stats.get("models") if isinstance(stats, Mapping) else None
    tokens = tokens_of(stats, "total_tokens")
    if not tokens and isinstance(models, Mapping):
        tokens = sum(tokens_of(each.get("tokens"), "total") for each in models.values() if isinstance(each, Mapping))
    return Usage(tokens=tokens)


def _told(error: object) -> tuple[str, object]:
    """What went wrong, and the HTTP status, out of the provider's own JSON where it hands that through."""
    if not isinstance(error, Mapping):
        return text_of(error) or "it failed", None
    text, status = text_of(error.get("message")), error.get("code")
    found = _WRAPPED.match(text)
    if found or text.startswith("{"):
        inside = found[1] if found else text
        text = " ".join(part for part in found.groups() if part) if found else text
        try:
            inner = json.loads(inside)["error"]
            text, status = text_of(inner.get("message")) or text, inner.get("code", status)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            pass
    return text or "it failed", status


def _delta(said: Mapping[str, Any]) -> str:
    """Part of a message of its own, unstripped: a message comes in pieces."""
    text = said.get("content")
    own = said.get("type") == "message" and said.get("role") == "assistant"
    return text if own and isinstance(text, str) else ""


def _words(said: Mapping[str, Any]) -> str:
    return _delta(said).strip() or text_of(said.get("response"))


def _entries(said: Mapping[str, Any]) -> Iterable[Entry]:
    at = telling.moment(said.get("timestamp"))
    match said.get("type"):
        case "init":
            yield from telling.stands(f"started with {said.get('model', 'its model')}", at=at)
        case "message":
            yield from telling.said(_delta(said), at=at)
        case "tool_use":
            yield from telling.called(said.get("tool_name"), said.get("parameters"), id=said.get("tool_id"), at=at)
        case "tool_result":
            failed, error = said.get("status") == "error", said.get("error")
            text = _told(error)[0] if failed and error else said.get("output")
            yield from telling.returned(text, id=said.get("tool_id"), failed=failed, at=at)
        case "error":
            yield from telling.stands(text_of(said.get("message")), at=at)
        case _ if _is_result(said):
            yield from telling.said(said.get("response"), at=at)
            yield from telling.spent(_used(said).tokens, total=True, at=at)
            if said.get("error"):
                yield from telling.failed(_told(said.get("error"))[0], at=at)


GEMINI = Form(
    read=_read,
    words=_words,
    entries=_entries,
    exits=_STATUSES.get,
    conversation="session_id",
    resuming=Resuming(program="gemini", words=("--resume", "{conversation}")),
)
