"""Owns the output of Qwen Code: `stream-json` is told in Claude Code's words, `json` is the same in one array.

Seen with 0.24.4. Its input tokens hold the cached ones; it knows no cost. What it used is of the whole conversation where
it resumed one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from typing import Any

from console.agents.forms.causes import judged
from console.agents.forms.claude import call_of, entries_of, fill_of, words_of
from console.agents.forms.resuming import Resuming
from console.agents.forms.said import Form, Kind, Objects, Said, text_of, tokens_of
from console.records.budget import Usage

__all__ = ("QWEN",)

_WHOLE = frozenset(("tokens",))
_WRAPPED = re.compile(r"^\[API Error: (?:(\d{3})\b\s*)?(.*)\]\s*(.*)$", re.DOTALL)


def _read(objects: Objects, now: int) -> Said | None:
    result = next((said for said in objects if said.get("type") == "result"), None)
    if result is None:
        return None
    used, text = _used(result), text_of(result.get("result"))
    if result.get("is_error") is True:
        error = result.get("error")
        told = text_of(error.get("message")) if isinstance(error, Mapping) else text_of(error)
        status, words = _told(told or text)
        return judged(words, now, status=status, usage=used, whole=_WHOLE)
    if found := _WRAPPED.match(text):  # what it says where a try that it gives up ends its turn
        return judged(_told(found[0])[1], now, status=_told(found[0])[0], usage=used, whole=_WHOLE)
    return Said(kind=Kind.RESULT if text else Kind.EMPTY, text=text, usage=used, whole=_WHOLE)


def _told(text: str) -> tuple[int | None, str]:
    """The HTTP status and the provider's own words."""
    found = _WRAPPED.match(text)
    if found is None:
        return None, text or "it failed"
    return int(found[1]) if found[1] else None, " ".join(part for part in found.groups()[1:] if part) or text


def _used(result: Mapping[str, Any]) -> Usage:
    return _counted(result.get("usage"))


def _counted(usage: object) -> Usage:
    return Usage(tokens=tokens_of(usage, "total_tokens") or tokens_of(usage, "input_tokens", "output_tokens"))


QWEN = Form(
    read=_read,
    words=words_of,
    entries=partial(entries_of, used_of=_used),
    call=partial(call_of, used_of=_counted),
    fill=partial(fill_of, used_of=_counted),
    conversation="session_id",
    resuming=Resuming(program="qwen", words=("--resume", "{conversation}")),
    whole=_WHOLE,
)
