"""Owns the output of Claude Code: `claude -p --output-format json` ends with one object, `stream-json` with the same one.

Seen with 2.1.332. The exact time of a limit stands in an event of the stream only; the result names it to the minute. After
a resume `usage` is of this run, `total_cost_usd` and `modelUsage` of the whole conversation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from console.agents.forms import telling
from console.agents.forms.causes import judged
from console.agents.forms.resuming import Resuming
from console.agents.forms.said import Form, Kind, Objects, Said, number, text_of, tokens_of
from console.records.budget import Usage
from console.records.fill import Fill
from console.records.transcript import Entry

__all__ = ("CLAUDE", "call_of", "entries_of", "fill_of", "words_of")

_TOKENS = ("input_tokens", "output_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")
_OF_MODEL = ("inputTokens", "outputTokens", "cacheCreationInputTokens", "cacheReadInputTokens")
_COST = frozenset(("cost",))
_BOTH = frozenset(("cost", "tokens"))


def _read(objects: Objects, now: int) -> Said | None:
    result: Mapping[str, Any] | None = None
    resets: object = None
    for said in objects:
        if result is None and said.get("type") == "result":
            result = said
        elif said.get("type") == "rate_limit_event":
            info = said.get("rate_limit_info")
            if isinstance(info, Mapping) and info.get("status") == "rejected":
                resets = info.get("resetsAt")
                break
    if result is None:
        return None
    used, whole = _used(result)
    text, subtype = text_of(result.get("result")), text_of(result.get("subtype"))
    if result.get("is_error") is True or subtype.startswith("error"):
        told = text or _errors(result) or subtype.replace("_", " ")
        if subtype.startswith("error_max"):  # it stopped itself, at a limit of ours
            return Said(kind=Kind.ERROR, text=told, usage=used, whole=whole)
        return judged(told, now, status=result.get("api_error_status"), at=resets, usage=used, whole=whole)
    return Said(kind=Kind.RESULT if text else Kind.EMPTY, text=text, usage=used, whole=whole)


def _used(result: Mapping[str, Any]) -> tuple[Usage, frozenset[str]]:
    """What it used, and which of it counts the whole conversation; stopped by a budget it tells tokens by model only."""
    tokens, cost = tokens_of(result.get("usage"), *_TOKENS), number(result.get("total_cost_usd"))
    models = result.get("modelUsage")
    if tokens or not isinstance(models, Mapping):
        return Usage(tokens=tokens, cost=cost), _COST
    return Usage(tokens=sum(tokens_of(each, *_OF_MODEL) for each in models.values()), cost=cost), _BOTH


def _errors(result: Mapping[str, Any]) -> str:
    found = result.get("errors")
    return "; ".join(one for one in found if isinstance(one, str)) if isinstance(found, list) else ""


def words_of(said: Mapping[str, Any]) -> str:
    """What its model says in one object."""
    if said.get("type") == "result":
        return text_of(said.get("result"))
    texts = (text_of(part.get("text")) for part in _content(said, "assistant") if part.get("type") == "text")
    return "\n".join(text for text in texts if text)


def _content(said: Mapping[str, Any], who: str) -> list[Mapping[str, Any]]:
    message = said.get("message")
    content = message.get("content") if said.get("type") == who and isinstance(message, Mapping) else None
    return [part for part in content if isinstance(part, Mapping)] if isinstance(content, list) else []


def entries_of(said: Mapping[str, Any], used_of: Callable[[Mapping[str, Any]], Usage]) -> Iterable[Entry]:
    """What one object tells; `used_of` says what a result used."""
    at = telling.moment(said.get("timestamp"))
    match said.get("type"), said.get("subtype"):
        case "system", "init":
            yield from telling.stands(f"started with {said.get('model', 'its model')}", at=at)
        case "system", "permission_denied":
            yield from telling.stands(f"{said.get('tool_name')} was not allowed: {said.get('message', '')}", at=at)
        case "system", "api_retry":
            yield from telling.stands(f"tries again: {said.get('error', '')} ({said.get('error_status', '')})", at=at)
        case "assistant", _:
            message = said["message"] if isinstance(said.get("message"), Mapping) else {}
            for part in _content(said, "assistant"):
                yield from _part(part, text_of(message.get("id")), at)
        case "user", _:
            for part in _content(said, "user"):
                if part.get("type") == "tool_result":
                    failed = part.get("is_error") is True
                    yield from telling.returned(part.get("content"), id=part.get("tool_use_id"), failed=failed, at=at)
        case "result", _:
            used = used_of(said)
            yield from telling.spent(used.tokens, used.cost, total=True, at=at)
            if said.get("is_error") is True:
                error = said.get("error")
                told = text_of(error.get("message")) if isinstance(error, Mapping) else ""
                yield from telling.failed(told or text_of(said.get("result")) or _errors(said) or "it failed", at=at)


def _part(part: Mapping[str, Any], message: str, at: int) -> Iterable[Entry]:
    match part.get("type"):
        case "text":
            yield from telling.said(part.get("text"), id=message, at=at)
        case "thinking":
            yield from telling.thought(part.get("thinking"), id=message, at=at)
        case "tool_use":
            given = part.get("input")
            if part.get("name") == "TodoWrite" and isinstance(given, Mapping):
                yield from telling.planned(given.get("todos"), "content", "status", at=at)
            else:
                yield from telling.called(part.get("name"), given, id=part.get("id"), at=at)


def call_of(said: Mapping[str, Any], used_of: Callable[[object], Usage]) -> tuple[str, Usage] | None:
    """What a model call of its own used; of its answer no more than the beginning is counted before the end.

    What its own agents use is in no result either.
    """
    message = said.get("message")
    if said.get("type") != "assistant" or said.get("parent_tool_use_id") or not isinstance(message, Mapping):
        return None
    return text_of(message.get("id")), used_of(message.get("usage"))


def fill_of(said: Mapping[str, Any], used_of: Callable[[object], Usage]) -> Fill | None:
    """What a call of its main model took, and at the end what the model can take that did most."""
    if (call := call_of(said, used_of)) is not None:
        return Fill(used=call[1].tokens)
    models = said.get("modelUsage") if said.get("type") == "result" else None
    known = [each for each in models.values() if isinstance(each, Mapping)] if isinstance(models, Mapping) else []
    most = max(known, key=lambda each: tokens_of(each, *_OF_MODEL), default=None)
    return None if most is None else Fill(window=int(number(most.get("contextWindow"))))


def _counted(usage: object) -> Usage:
    return Usage(tokens=tokens_of(usage, *_TOKENS))


CLAUDE = Form(
    read=_read,
    words=words_of,
    entries=lambda said: entries_of(said, lambda result: _used(result)[0]),
    call=lambda said: call_of(said, _counted),
    fill=lambda said: fill_of(said, _counted),
    conversation="session_id",
    resuming=Resuming(program="claude", words=("--resume", "{conversation}")),
    whole=_COST,
)
