"""Owns what an error of an agent's program comes to, in words: not signed in, refused for now, or failed. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from console.agents.acp.talk import Refused
from console.agents.forms.causes import judged
from console.agents.forms.said import Kind, Said

__all__ = ("STOPPED", "of_refusal", "of_stop")

SIGN_IN = -32000
"""The protocol's own code for that."""
STOPPED: Mapping[str, str] = {
    "max_tokens": "it ended at the most tokens that one answer may have",
    "max_turn_requests": "it ended at the most requests that it may make in one turn",
    "refusal": "it refused to go on",
    "cancelled": "it was cancelled",
}
"""What a prompt may end with beside `end_turn`."""
_TEXTS = ("details", "message", "error", "detail", "errorMessage")
_STATUS = ("statusCode", "status", "status_code", "code")


def of_refusal(error: Refused, now: int, methods: object = ()) -> Said:
    """Of a call that was refused; `methods` are the ways to sign in, as its program offers them."""
    told = _told(error.data)
    text = error.text if not told or told in error.text else f"{error.text}: {told}"
    if error.code == SIGN_IN:
        ways = "; ".join(_ways(methods))
        return Said(kind=Kind.SIGNED_OUT, text=f"it is not signed in: {text}" + (f" ({ways})" if ways else ""))
    status = _status(error.data) or (error.code if 400 <= error.code < 600 else None)
    return judged(text, now, status=status)


def of_stop(reason: object, words: str) -> Said:
    """Of a prompt that was answered."""
    if reason == "end_turn":
        return Said(kind=Kind.RESULT, text=words)
    told = STOPPED.get(str(reason), f"it ended with {str(reason)[:80]!r}")
    return Said(kind=Kind.ERROR, text=told)


def _told(data: object, depth: int = 3) -> str:
    if isinstance(data, str):
        return data[:2_000]
    if isinstance(data, Mapping) and depth:
        return next((told for name in _TEXTS if (told := _told(data.get(name), depth - 1))), "")
    return ""


def _status(data: object, depth: int = 3) -> int | None:
    if not isinstance(data, Mapping) or not depth:
        return None
    for name in _STATUS:
        value: Any = data.get(name)
        if isinstance(value, int) and 400 <= value < 600:
            return value
    return next((found for name in ("error", "data") if (found := _status(data.get(name), depth - 1))), None)


def _ways(methods: object) -> list[str]:
    listed = methods if isinstance(methods, list) else []
    named = (method for method in listed[:6] if isinstance(method, dict))
    return [str(method.get("description") or method.get("name") or method.get("id"))[:160] for method in named]
