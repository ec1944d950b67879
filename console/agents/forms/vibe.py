"""Owns the output of Mistral Vibe: messages as objects while it works, and an export.json that tells the whole run.

Seen with 3.0.3.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from console.agents.forms import telling
from console.agents.forms.causes import judged
from console.agents.forms.said import Form, Kind, Objects, Said, number, text_of, tokens_of
from console.records.budget import Usage
from console.records.transcript import Entry

__all__ = ("VIBE",)


def _read(objects: Objects, now: int) -> Said | None:
    run: Mapping[str, Any] | None = None
    words = ""
    for said in objects:
        if run is None and "exit_code" in said:
            run = said
        elif words := _words(said):
            break
    if run is None:
        return Said(kind=Kind.RESULT, text=words) if words else None
    used = Usage(tokens=_tokens(run.get("usage")), cost=number(run.get("cost_usd")))
    if run.get("exit_code"):
        told = _error(run.get("error")) or text_of(run.get("outcome")) or "it failed"
        return judged(told, now, usage=used)
    return Said(kind=Kind.RESULT if words else Kind.EMPTY, text=words, usage=used)


def _tokens(usage: object) -> int:
    return tokens_of(usage, "total_tokens") or tokens_of(usage, "prompt_tokens", "completion_tokens")


def _error(error: object) -> str:
    return text_of(error.get("message")) if isinstance(error, Mapping) else text_of(error)


def _words(said: Mapping[str, Any]) -> str:
    return text_of(said.get("content")) if said.get("role") == "assistant" else ""


def _entries(said: Mapping[str, Any]) -> Iterable[Entry]:
    match said.get("role"):
        case "assistant":
            yield from telling.thought(said.get("reasoning_content"))
            yield from telling.said(said.get("content"), id=text_of(said.get("message_id")))
            for call in said.get("tool_calls") or ():
                yield from _call(call)
        case "tool":
            yield from telling.returned(said.get("content"), id=said.get("tool_call_id"))


def _call(call: object) -> Iterable[Entry]:
    made = call.get("function") if isinstance(call, Mapping) else None
    if isinstance(call, Mapping) and isinstance(made, Mapping):
        yield from telling.called(made.get("name"), telling.arguments(made.get("arguments")), id=call.get("id"))


VIBE = Form(read=_read, words=_words, entries=_entries, leaves="export.json")
