"""Owns what a session has used so far, as its output tells it while it works; its end tells it again, whole.

Counts nothing that may be of an earlier session, too: where only a whole conversation is told, its end alone is believed.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from console.agents.forms import Form
from console.records.budget import Usage
from console.records.transcript import Entry, EntryKind

__all__ = ("LiveUse",)

MOST_TOKENS = 10**12
MOST_COST = 1_000_000.0


class LiveUse:
    """Takes what each object of an output tells."""

    def __init__(self, form: Form | None) -> None:
        self._form = form
        self._before = Usage()
        """By all model calls but the one that is told now."""
        self._call = ""
        self.usage = Usage()

    def take(self, said: Mapping[str, Any], entries: Iterable[Entry]) -> None:
        """One object, and what it says as entries."""
        if self._form is None:
            return
        if self._form.call is not None:
            if (found := self._form.call(said)) is not None:
                self._of_call(*found)
            return
        for entry in entries:
            if entry.kind == EntryKind.USAGE:
                self._add(entry)

    def _of_call(self, call: str, used: Usage) -> None:
        """A call may be told in several pieces, each with all that it used so far."""
        if call != self._call:
            self._call, self._before = call, self.usage
        self._now(self._before + used)

    def _add(self, entry: Entry) -> None:
        used = Usage(tokens=int(_number(entry.fields.get("tokens"))), cost=_number(entry.fields.get("cost")))
        if not entry.fields.get("total"):
            self._now(self.usage + used)
        elif self._form is not None and self._form.own_total:
            self._now(Usage(tokens=max(self.usage.tokens, used.tokens), cost=max(self.usage.cost, used.cost)))

    def _now(self, used: Usage) -> None:
        """Nothing of what cannot be: an agent's words are no proof."""
        if used != self.usage and used.tokens <= MOST_TOKENS and used.cost <= MOST_COST:
            self.usage = used


def _number(value: object) -> float:
    plain = (
        isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and 0 <= value < 1e15
    )
    return float(value) if plain and isinstance(value, int | float) else 0.0
