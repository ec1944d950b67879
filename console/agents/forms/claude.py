"""Owns the output of Claude Code: `claude -p --output-format json` ends with one object, `stream-json` with the same one.

Seen with 2.1.332. The exact time of a limit stands in an event of the stream only; the result names it to the minute.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from console.agents.forms.causes import judged
from console.agents.forms.said import Form, Kind, Objects, Said, number, text_of, tokens_of
from console.records.budget import Usage

__all__ = ("CLAUDE",)

_TOKENS = ("input_tokens", "output_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")


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
    used = Usage(tokens=tokens_of(result.get("usage"), *_TOKENS), cost=number(result.get("total_cost_usd")))
    text, subtype = text_of(result.get("result")), text_of(result.get("subtype"))
    if result.get("is_error") is True or subtype.startswith("error"):
        told = text or _errors(result) or subtype.replace("_", " ")
        if subtype.startswith("error_max"):  # it stopped itself, at a limit of ours
            return Said(kind=Kind.ERROR, text=told, usage=used)
        return judged(told, now, status=result.get("api_error_status"), at=resets, usage=used)
    return Said(kind=Kind.RESULT if text else Kind.EMPTY, text=text, usage=used)


def _errors(result: Mapping[str, Any]) -> str:
    found = result.get("errors")
    return "; ".join(one for one in found if isinstance(one, str)) if isinstance(found, list) else ""


def _words(said: Mapping[str, Any]) -> str:
    if said.get("type") == "result":
        return text_of(said.get("result"))
    message = said.get("message")
    content = message.get("content") if said.get("type") == "assistant" and isinstance(message, Mapping) else None
    if not isinstance(content, list):
        return ""
    texts = (text_of(part.get("text")) for part in content if isinstance(part, Mapping) and part.get("type") == "text")
    return "\n".join(text for text in texts if text)


CLAUDE = Form(read=_read, words=_words)
