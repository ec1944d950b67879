"""Owns the output of Codex: `codex exec --json` tells of its turn when that is completed or has failed. It knows no cost.

Seen with 0.171.0. A plain `error` on the way is no end: it tries again, and says so with the same object.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from console.agents.forms.causes import judged
from console.agents.forms.said import Form, Kind, Objects, Said, text_of, tokens_of
from console.records.budget import Usage

__all__ = ("CODEX",)


def _read(objects: Objects, now: int) -> Said | None:
    """The last turn decides; its last message is what it said."""
    used: Usage | None = None
    for said in objects:
        match said.get("type"):
            case "turn.failed" if used is None:
                return judged(_told(said.get("error")), now)
            case "turn.completed" if used is None:
                # Cached tokens are part of the input.
                used = Usage(tokens=tokens_of(said.get("usage"), "input_tokens", "output_tokens"))
            case "turn.started" if used is not None:
                break
            case _ if used is not None and (text := _words(said)):
                return Said(kind=Kind.RESULT, text=text, usage=used)
    return None if used is None else Said(kind=Kind.EMPTY, usage=used)


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


CODEX = Form(read=_read, words=_words)
