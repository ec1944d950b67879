"""Owns what a session used as its output tells: the end of what the agent wrote, and how each known form is read from it.

Nothing is guessed: an output that does not say it in the form that the agent's settings name gives nothing. Only numbers
leave here.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from console.records.budget import Usage
from console.text import decoded

__all__ = ("UsageTail",)

TAIL = 1_048_576
"""Bytes of the end of the output that are kept for it. The line of a known form holds the agent's whole answer."""
LINES = 200
"""Lines from the end in which a pattern is looked for."""
LINE = 2_000
"""Characters of such a line that are looked at."""
MOST_TOKENS = 10**12
MOST_COST = 1_000_000.0


class UsageTail:
    """Takes bytes as they come; keeps their end where the session's usage is to be read from it."""

    def __init__(self, form: Mapping[str, str]) -> None:
        """`form` as in the start spec; empty keeps nothing."""
        self._form = form
        self._kept = bytearray()

    def feed(self, chunk: bytes) -> None:
        """Take what was read."""
        if self._form:
            self._kept += chunk
            if len(self._kept) > 2 * TAIL:
                del self._kept[:-TAIL]

    def read(self) -> Usage:
        """What the output says that the session used; nothing where it says nothing."""
        if not self._form:
            return Usage()
        known = _FORMS.get(self._form.get("form", ""))
        return _checked(known(self._lines()) if known else self._by_patterns())

    def _lines(self) -> Iterator[str]:
        """Whole lines, the last one first."""
        for line in reversed(bytes(self._kept[-TAIL:]).splitlines()):
            yield decoded(line)

    def _by_patterns(self) -> Usage:
        lines = [line[:LINE] for line, _ in zip(self._lines(), range(LINES), strict=False)]
        tokens, cost = (_last_number(self._form.get(name, ""), lines) for name in ("tokens", "cost"))
        return Usage(tokens=round(tokens) if math.isfinite(tokens) else 0, cost=cost)


def _claude(lines: Iterator[str]) -> Usage:
    """`claude -p --output-format json` ends with one object, stream-json with the same one as its last line."""
    for said in _objects(lines):
        if said.get("type") == "result":
            parts = ("input_tokens", "output_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")
            return Usage(tokens=_tokens(said.get("usage"), *parts), cost=_number(said.get("total_cost_usd")))
    return Usage()


def _codex(lines: Iterator[str]) -> Usage:
    """`codex exec --json` tells of its turn when that is completed; cached tokens are part of the input. It knows no cost."""
    for said in _objects(lines):
        if said.get("type") == "turn.completed":
            return Usage(tokens=_tokens(said.get("usage"), "input_tokens", "output_tokens"))
    return Usage()


_FORMS: Mapping[str, Callable[[Iterator[str]], Usage]] = {"claude_json": _claude, "codex_json": _codex}


def _objects(lines: Iterator[str]) -> Iterator[dict[str, Any]]:
    for line in lines:
        if line.lstrip().startswith("{"):
            try:
                said = json.loads(line)
            except (ValueError, RecursionError):
                continue
            if isinstance(said, dict):
                yield said


def _tokens(usage: object, *names: str) -> int:
    return int(sum(_number(usage.get(name)) for name in names)) if isinstance(usage, dict) else 0


def _number(value: object) -> float:
    plain = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e18
    return float(value) if plain and isinstance(value, int | float) else 0.0


def _last_number(pattern: str, lines: list[str]) -> float:
    """Of the last line in which the pattern is found the last place; its first group, or all of it, is the number."""
    if not pattern:
        return 0.0
    form = re.compile(pattern)
    for line in lines:
        *_, found = (None, *form.finditer(line))
        if found is not None:
            text = found[1] if form.groups else found[0]
            try:
                return float(re.sub(r"[,_\s]", "", text or ""))
            except ValueError:
                return 0.0
    return 0.0


def _checked(used: Usage) -> Usage:
    """Nothing of what cannot be: an agent's words are no proof."""
    tokens = used.tokens if 0 <= used.tokens <= MOST_TOKENS else 0
    cost = used.cost if math.isfinite(used.cost) and 0 <= used.cost <= MOST_COST else 0.0
    return Usage(tokens=tokens, cost=cost)
