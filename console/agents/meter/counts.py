"""Owns what a provider's reply says of the tokens that it cost, streamed or not. Pure; keeps nothing of what was said."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

__all__ = ("KINDS", "Reply")

KINDS = ("anthropic", "openai")
LARGEST = 16_777_216
"""Bytes of a reply that is not streamed, or of a line of one that is, which are looked at."""
_ANTHROPIC = ("input_tokens", "output_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")
_OPENAI = (("input_tokens", "output_tokens"), ("prompt_tokens", "completion_tokens"))
_MOST = 10**12


class Reply:
    """One reply, taken as it comes."""

    def __init__(self, kind: str, *, streamed: bool) -> None:
        """`kind`: whose words it speaks, of KINDS."""
        self._of = _anthropic if kind == "anthropic" else _openai
        self._streamed = streamed
        self._open = bytearray()
        self._counts: dict[str, int] = {}

    def feed(self, chunk: bytes) -> None:
        """Take what came."""
        self._open += chunk
        if self._streamed:
            *lines, rest = bytes(self._open).split(b"\n")
            self._open = bytearray(rest)
            for line in lines:
                if line.startswith(b"data:") and b"usage" in line:
                    self._take(line[5:])
        if len(self._open) > LARGEST:
            self._open = bytearray(b"-")  # whatever follows of it is no JSON

    def close(self) -> int:
        """The tokens of all of it. Safe to call twice."""
        if not self._streamed:
            self._take(bytes(self._open))
        elif self._open:
            self.feed(b"\n")
        self._open.clear()
        return sum(self._counts.values())

    def _take(self, text: bytes) -> None:
        """A stream tells the same count again as it grows: the largest holds."""
        try:
            said = json.loads(text)
        except (ValueError, RecursionError):
            return
        if isinstance(said, dict):
            for name, count in self._of(said).items():
                self._counts[name] = max(self._counts.get(name, 0), count)


def _anthropic(said: Mapping[str, Any]) -> dict[str, int]:
    """A message, or the events `message_start` and `message_delta` of one that is streamed."""
    message = said.get("message")
    usage = message.get("usage") if isinstance(message, dict) else said.get("usage")
    return {name: _whole(usage.get(name)) for name in _ANTHROPIC} if isinstance(usage, dict) else {}


def _openai(said: Mapping[str, Any]) -> dict[str, int]:
    """A response, a completion, a last piece of one, or the event `response.completed`."""
    response = said.get("response")
    usage = response.get("usage") if isinstance(response, dict) else said.get("usage")
    if not isinstance(usage, dict):
        return {}
    parts = max(sum(_whole(usage.get(name)) for name in names) for names in _OPENAI)
    return {"total": _whole(usage.get("total_tokens")) or parts}


def _whole(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _MOST else 0
