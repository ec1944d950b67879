"""Owns the caps of a task's own as they are stored: its limits, and what it had used when they were raised last."""

from __future__ import annotations

import json
from dataclasses import asdict

from console.records.budget import Limit, Usage

__all__ = ("own_caps", "stored_caps")


def stored_caps(cap: Limit, raised_at: Usage | None = None) -> str | None:
    """As they stand in their column; no cap at all is NULL."""
    values: dict[str, object] = {unit: most for unit, most in asdict(cap).items() if most is not None}
    if values and raised_at is not None:
        values["raised_at"] = {unit: used for unit, used in asdict(raised_at).items() if unit in values}
    return json.dumps(values) if values else None


def own_caps(stored: str | None) -> tuple[Limit, Usage]:
    """The same back."""
    values = json.loads(stored) if stored else {}
    raised_at = values.pop("raised_at", {})
    return Limit(**values), Usage(**raised_at)
